// What a race has shown, in words, from its figures alone: ours against code of one's own and against each library, whoever
// was better.

import { doubledOf, lostOf, type Result, sentOf } from "./result.ts";

/** `mixed`: somebody was better in one figure, and worse in the other. */
export type Outcome = "won" | "drawn" | "mixed" | "lost";

export interface Verdict {
  readonly outcome: Outcome;
  /** The answer in a sentence. */
  readonly headline: string;
  /** Whom the headline does not tell of; may be empty. */
  readonly rest: string;
}

/** ms of being cut off, more or less, that nobody would notice. */
const ALIKE = 50;

/** `ours`, `own`: the ids of Gundam and of the code of one's own. Both must have run. */
export function verdictOf(results: readonly Result[], ours: string, own: string): Verdict {
  const us = results.find(({ id }) => id === ours)!;
  const others = results.filter((result) => result !== us);
  const outcome = outcomeOf(us, others);
  switch (outcome) {
    case "drawn":
      return { outcome, headline: `A draw: everybody ${fateOf(us)}.`, rest: "" };
    case "won": {
      const naive = results.find(({ id }) => id === own)!;
      return {
        outcome,
        headline: `${tell(naive)}; ${tell(us)}.`,
        rest: sentences(others.filter((other) => other !== naive)),
      };
    }
    default:
      return { outcome, headline: concede(us, others), rest: sentences([us, ...others]) };
  }
}

export function formatSeconds(ms: number): string {
  const digits = ms < 995 ? 2 : 1;
  return `${Number((ms / 1000).toFixed(digits))} s`;
}

function outcomeOf(us: Result, others: readonly Result[]): Outcome {
  const isWorse = (other: Result) => wrongOf(us) > wrongOf(other) || isLater(us, other);
  const isBetter = (other: Result) => wrongOf(us) < wrongOf(other) || isLater(other, us);
  if (others.some((other) => isWorse(other) && !isBetter(other))) return "lost";
  if (others.some(isWorse)) return "mixed";
  return others.some(isBetter) ? "won" : "drawn";
}

/** Says first what somebody else was better at. */
function concede(us: Result, others: readonly Result[]): string {
  const first = others.reduce((best, other) => (isLater(best, other) ? other : best));
  if (isLater(us, first)) {
    const lead = us.isBack
      ? `${first.name} came through first, ${formatSeconds(us.downtime - first.downtime)} before ${us.name}`
      : `${first.name} came through, and ${us.name} was not back in time`;
    return lostOf(first) > lostOf(us) ? `${lead}, but lost ${lostOf(first)} messages.` : `${lead}.`;
  }
  const safest = others.reduce((best, other) => (wrongOf(other) < wrongOf(best) ? other : best));
  return `${safest.name} lost fewer messages than ${us.name}: ${lostOf(safest) || "none"} against ${lostOf(us)}.`;
}

/** Messages that did not arrive just once. */
function wrongOf(result: Result): number {
  return lostOf(result) + doubledOf(result);
}

function isLater(one: Result, other: Result): boolean {
  return one.downtime - other.downtime >= ALIKE;
}

function sentences(results: readonly Result[]): string {
  return results.map((result) => `${tell(result)}.`).join(" ");
}

function tell(result: Result): string {
  return `${result.name} ${fateOf(result)}`;
}

/** Without a verb that has a number: `lost 14 of 196 messages and spent 1.1 s cut off`. */
function fateOf(result: Result): string {
  const { toServer, downtime, isBack } = result;
  const lost = lostOf(result);
  const doubled = doubledOf(result);
  const parts = [
    lost === 0 ? "lost nothing" : `lost ${lost} of ${sentOf(result)} messages`,
    doubled > 0 && `doubled ${doubled}`,
    toServer.refused > 0 && `got ${toServer.refused} refused`,
    toServer.waiting > 0 && `kept ${toServer.waiting} waiting`,
    isBack ? `spent ${formatSeconds(downtime)} cut off` : "did not come back",
  ].filter((part) => part !== false);
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
