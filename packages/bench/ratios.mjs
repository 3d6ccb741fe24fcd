// Figures of a noisy machine: the sides of a comparison take turns, and what counts is the ratio of each round.

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}

/**
 * What two sides cost, round by round: side → costs. In a round each has two turns, one after the other and back: A, B,
 * B, A. So what favours whoever comes first, or a machine that gets busier, favours neither.
 */
export async function takeTurns([a, b], rounds, costOf) {
  const costs = { [a]: [], [b]: [] };
  for (let round = 0; round < rounds; round++) {
    const sums = { [a]: 0, [b]: 0 };
    for (const side of [a, b, b, a]) sums[side] += await costOf(side, round);
    for (const side of [a, b]) costs[side].push(sums[side] / 2);
  }
  return costs;
}

/** What one side costs of what the other does, round by round: `ratio`, the median, and the middle half around it. */
export function ratiosOf(costs, others) {
  const ratios = costs.map((cost, round) => cost / others[round]);
  return { ratio: quantile(ratios, 0.5), from: quantile(ratios, 0.25), to: quantile(ratios, 0.75), ratios };
}

/** Whose turn it is, in each round somebody else's first. */
export function rotated(names, round) {
  const first = round % names.length;
  return [...names.slice(first), ...names.slice(0, first)];
}
