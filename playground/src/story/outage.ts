// The last time that a client was without its connection, or changed it for another, as the records of `explain()` tell.

import type { AttemptRecord } from "gundam";
import { keyOf } from "../attempts/waterfall.ts";

/** An attempt, and what names its row. */
export interface OutageAttempt {
  readonly record: AttemptRecord;
  readonly key: string;
}

/** `kept`: a hand-over came to nothing, and left the connection as it was. */
export type Ending = "back" | "gave up" | "handed over" | "kept";

export interface Outage {
  readonly ending: Ending;
  /** Whose connection was lost; undefined if there was none, or it is remembered no more. */
  readonly lost: OutageAttempt | undefined;
  readonly failed: readonly OutageAttempt[];
  /** Whose connection there is again. */
  readonly last: OutageAttempt | undefined;
  /** Wall clock, ms. */
  readonly from: number;
  readonly to: number;
  /** It began before the attempts that are remembered. */
  readonly isCut: boolean;
}

/** Undefined while an outage goes on, and where there was none. */
export function lastOutage(records: readonly AttemptRecord[]): Outage | undefined {
  const attempts = records.map((record, index) => ({ record, key: keyOf(records, index) }));
  const last = attempts.at(-1);
  if (last === undefined) return undefined;
  if (last.record.verdict === "stop") return givenUp(attempts, last);
  const isOpen = last.record.opened && last.record.error === undefined && last.record.verdict === undefined;
  return isOpen ? over(attempts.slice(0, -1), last) : undefined;
}

function over(earlier: readonly OutageAttempt[], last: OutageAttempt): Outage | undefined {
  const before = earlier.at(-1);
  if (before?.record.verdict === "kept") {
    const at = before.record.startedAt;
    return { ending: "kept", lost: undefined, failed: [before], last, from: at, to: at, isCut: false };
  }
  const { lost, failed } = before === undefined ? { lost: undefined, failed: [] } : backwards(earlier);
  const to = last.record.startedAt + phasesOf(last.record);
  if (lost?.record.verdict === "handed over") {
    return { ending: "handed over", lost, failed, last, from: to, to, isCut: false };
  }
  const first = failed[0] ?? last;
  if (lost === undefined && failed.length === 0) return undefined;
  const isCut = lost === undefined && first.record.attempt > 1;
  return { ending: "back", lost, failed, last, from: startOf(lost, first), to, isCut };
}

function givenUp(attempts: readonly OutageAttempt[], last: OutageAttempt): Outage {
  const { lost, failed } = backwards(attempts);
  const to = endOf(last.record);
  const [first = last] = failed;
  const isCut = lost === undefined && first.record.attempt > 1;
  return { ending: "gave up", lost, failed, last: undefined, from: startOf(lost, first), to, isCut };
}

/** The attempts that failed one after the other, and the connection before them. */
function backwards(attempts: readonly OutageAttempt[]): Pick<Outage, "lost" | "failed"> {
  const index = attempts.map(({ record }) => record.opened).lastIndexOf(true);
  const failed = attempts.slice(index + 1).filter(({ record }) => record.verdict !== "kept");
  return { lost: attempts[index], failed };
}

function startOf(lost: OutageAttempt | undefined, first: OutageAttempt): number {
  return lost === undefined ? first.record.startedAt : endOf(lost.record);
}

function endOf(record: AttemptRecord): number {
  return record.startedAt + phasesOf(record) + (record.uptime ?? 0);
}

function phasesOf({ phases }: AttemptRecord): number {
  return phases.reduce((sum, { duration }) => sum + duration, 0);
}
