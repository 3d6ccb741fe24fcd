// A client's states in time as a strip: what it was from when to when, and when it tried to connect.

import type { StateName } from "@gundam/core/lifecycle";
import { type Situation, type Tone, wordsOf } from "../client/states.ts";
import { formatCount, formatDuration } from "../format.ts";
import type { Change } from "./history.ts";

/** Times are ms from the incident's beginning. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly state: StateName;
  readonly tone: Tone;
}

export interface Attempt {
  readonly at: number;
  /** Undefined while that is not known. */
  readonly hasOpened: boolean | undefined;
}

export interface Strip {
  readonly stretches: readonly Stretch[];
  readonly attempts: readonly Attempt[];
}

/** From `origin` to `end`, on the clock of the changes. */
export function stripOf(changes: readonly Change<Situation>[], origin: number, end: number): Strip {
  const stretches: Stretch[] = [];
  const attempts: Attempt[] = [];
  for (const [index, { at, value }] of changes.entries()) {
    const state = value.state.name;
    const isBegun = changes[index - 1]?.value.state.name === "connecting";
    if (state === "connecting" && !isBegun && at >= origin && at <= end)
      attempts.push({ at: at - origin, hasOpened: hasOpened(changes.slice(index), end) });
    const from = Math.max(at, origin) - origin;
    const to = Math.min(changes[index + 1]?.at ?? end, end) - origin;
    const { tone } = wordsOf(value);
    const last = stretches.at(-1);
    if (to <= from) continue;
    if (last?.state === state && last.tone === tone) stretches.splice(-1, 1, { ...last, to });
    else stretches.push({ from, to, state, tone });
  }
  return { stretches, attempts };
}

/** `open for 6.2 s, 3 attempts; away for 3.8 s`: for who does not see it. */
export function stripWords({ stretches, attempts }: Strip): string {
  const parts = [`open for ${formatDuration(timeOf(stretches, true))}`];
  const away = timeOf(stretches, false);
  if (away > 0) parts.push(`not open for ${formatDuration(away)}`);
  if (attempts.length > 0) parts.push(formatCount(attempts.length, "attempt", "attempts"));
  return parts.join(", ");
}

/** `Gone for 3.8 s, 3 attempts, and connected again.` */
export function outcomeWords(strip: Strip): string {
  const { stretches, attempts } = strip;
  const away = timeOf(stretches, false);
  const end = stretches.at(-1);
  const isBack = end?.state === "open";
  if (away === 0) return "It stays connected.";
  const tries = formatCount(attempts.length, "attempt", "attempts");
  return `Gone for ${formatDuration(away)}, ${tries}, and ${isBack ? "connected again" : `${end?.state} in the end`}.`;
}

/** ms that it was open, or was not. */
function timeOf(stretches: readonly Stretch[], isOpen: boolean): number {
  return stretches
    .filter(({ state }) => (state === "open" || state === "greeting") === isOpen)
    .reduce((total, { from, to }) => total + to - from, 0);
}

/** Whether the attempt that the changes begin with has led to a connection. */
function hasOpened(changes: readonly Change<Situation>[], end: number): boolean | undefined {
  const next = changes.find(({ value }) => value.state.name !== "connecting");
  if (next === undefined || next.at > end) return undefined;
  return next.value.state.name === "greeting" || next.value.state.name === "open";
}
