// The attempts as bars in time: what `explain()` tells, laid out on one axis.

import type { AttemptRecord } from "gundam";

export type BarKind = "phase" | "failed" | "open" | "wait";

export interface WaterfallBar {
  readonly kind: BarKind;
  /** Wall clock, ms. */
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

export interface WaterfallRow {
  readonly record: AttemptRecord;
  /** Unlike the attempt's number, never the same for two; and the same for as long as the attempt is remembered. */
  readonly key: string;
  /** Wall clock, ms: when it began, and when the next one did, or the life ended; while it goes on, now. */
  readonly from: number;
  readonly to: number;
  readonly isOver: boolean;
  readonly isLast: boolean;
  readonly bars: readonly WaterfallBar[];
}

/** `endedAt`: when the life ended, by the wall clock; undefined while it goes on. */
function waterfallOf(
  records: readonly AttemptRecord[],
  now: number,
  endedAt: number | undefined,
): readonly WaterfallRow[] {
  return records.map((record, index) => {
    const next = records[index + 1];
    const to = Math.max(record.startedAt, next?.startedAt ?? endedAt ?? now);
    const isOver = next !== undefined || endedAt !== undefined;
    return {
      record,
      key: keyOf(records, index),
      from: record.startedAt,
      to,
      isOver,
      isLast: next === undefined,
      bars: barsOf(record, to, isOver),
    };
  });
}

/** A hand-over can begin in the millisecond in which another attempt did. */
export function keyOf(records: readonly AttemptRecord[], index: number): string {
  const { startedAt } = records[index]!;
  const first = records.findIndex((record) => record.startedAt === startedAt);
  return `${startedAt}-${index - first}`;
}

function barsOf(record: AttemptRecord, end: number, isOver: boolean): WaterfallBar[] {
  const bars: WaterfallBar[] = [];
  let at = record.startedAt;
  for (const { phase, duration, failed } of record.phases) {
    bars.push({ kind: failed ? "failed" : "phase", from: at, to: at + duration, title: phase });
    at += duration;
  }
  const isUndecided = record.error === undefined && record.verdict === undefined;
  if (record.opened) {
    const to = record.uptime === undefined ? Math.max(at, end) : Math.min(end, at + record.uptime);
    bars.push({ kind: "open", from: at, to, title: "open" });
    at = to;
  } else if (isUndecided && at < end) {
    bars.push({ kind: "phase", from: at, to: end, title: isOver ? "cut short" : "under way" });
  }
  if (typeof record.verdict === "object") {
    // Cut short by a reconnect, or still going on.
    const to = Math.min(at + record.verdict.retryIn, end);
    if (to > at) bars.push({ kind: "wait", from: at, to, title: "waiting" });
  }
  return bars;
}

/** What `explain()` tells of a client, and when its life ended, by the wall clock; undefined while it goes on. */
export interface Life {
  readonly records: readonly AttemptRecord[];
  readonly endedAt: number | undefined;
}

/** The waterfalls of all clients that are shown, on one axis. */
export interface Waterfalls {
  /** Wall clock, ms. */
  readonly from: number;
  readonly to: number;
  /** A list a life. */
  readonly rows: readonly (readonly WaterfallRow[])[];
}

/** `now`: by the wall clock. */
export function waterfallsOf(lives: readonly Life[], now: number): Waterfalls {
  const rows = lives.map(({ records, endedAt }) => waterfallOf(records, now, endedAt));
  const all = rows.flat();
  const from = Math.min(...all.map((row) => row.from));
  const to = Math.max(from + 1, ...all.flatMap(({ bars }) => bars.map((bar) => bar.to)));
  return { from, to, rows };
}
