// Figures of a noisy machine: the sides of a comparison take turns, and what counts is the ratio of each round.

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}

/** What one side costs of what the other does, round by round: `ratio`, the median, and the middle half around it. */
export function ratiosOf(costs, others) {
  const ratios = costs.map((cost, round) => cost / others[round]);
  return { ratio: quantile(ratios, 0.5), from: quantile(ratios, 0.25), to: quantile(ratios, 0.75), ratios };
}
