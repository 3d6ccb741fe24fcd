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
  const better = others.filter((other) => isBetter(other, us));
  const winners = better.filter((other) => !isBetter(us, other));
  if (winners.length > 0)
    return { outcome: "lost", headline: defeat(us, winners), rest: sentences([us, ...others]) };
  if (better.length > 0)
    return { outcome: "mixed", headline: price(us, better), rest: sentences([us, ...others]) };
  if (!others.some((other) => isBetter(us, other)))
    return { outcome: "drawn", headline: `A draw: everybody ${fateOf(us)}.`, rest: silenceOf(results) };
  const naive = results.find(({ id }) => id === own)!;
  return {
    outcome: "won",
    headline: `${tell(naive)}; ${tell(us)}.`,
    rest: sentences(others.filter((other) => other !== naive)),
  };
}

export function formatSeconds(ms: number): string {
  const digits = ms < 995 ? 2 : 1;
  return `${Number((ms / 1000).toFixed(digits))} s`;
}

/** In one figure at least. */
function isBetter(one: Result, other: Result): boolean {
  return wrongOf(one) < wrongOf(other) || isSooner(one, other);
}

function isSooner(one: Result, other: Result): boolean {
  return other.downtime - one.downtime >= ALIKE;
}

/** Messages that did not arrive just once. */
function wrongOf(result: Result): number {
  return lostOf(result) + doubledOf(result);
}

/** By somebody who was better, and worse in nothing. */
function defeat(us: Result, winners: readonly Result[]): string {
  const isAhead = (one: Result, other: Result) =>
    wrongOf(one) < wrongOf(other) || (wrongOf(one) === wrongOf(other) && one.downtime < other.downtime);
  const best = winners.reduce((best, other) => (isAhead(other, best) ? other : best));
  const parts = [
    wrongOf(best) < wrongOf(us) && `${lostOf(best) || "nothing"} lost instead of ${lostOf(us)}`,
    isSooner(best, us) &&
      (us.isBack ? `back ${formatSeconds(us.downtime - best.downtime)} sooner` : "back in time"),
  ].filter((part) => part !== false);
  return `${best.name} did better than ${us.name}: ${parts.join(", ")}.`;
}

/** Somebody was better in one figure, at the price of the other. */
function price(us: Result, better: readonly Result[]): string {
  const first = better.reduce((best, other) => (other.downtime < best.downtime ? other : best));
  if (isSooner(first, us)) {
    const lead = formatSeconds(us.downtime - first.downtime);
    return `${first.name} came back ${lead} before ${us.name}, but lost ${lostOf(first)} messages instead of ${lostOf(us) || "none"}.`;
  }
  const lag = formatSeconds(first.downtime - us.downtime);
  return `${first.name} lost ${lostOf(first) || "nothing"} instead of ${lostOf(us)}, but came back ${lag} after ${us.name}.`;
}

function silenceOf(results: readonly Result[]): string {
  const isUnnoticed = results.every(({ attempts, downtime }) => attempts === 0 && downtime > 0);
  return isUnnoticed
    ? "Nobody noticed: a browser is not told of silence, and by default no client asks."
    : "";
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
