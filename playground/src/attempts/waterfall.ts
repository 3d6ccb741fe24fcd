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
  /** Unlike the attempt's number, never the same for two. */
  readonly key: string;
  readonly bars: readonly WaterfallBar[];
}

/** `endedAt`: when the life ended, by the wall clock; undefined while it goes on. */
export function waterfallOf(
  records: readonly AttemptRecord[],
  now: number,
  endedAt: number | undefined,
): readonly WaterfallRow[] {
  return records.map((record, index) => {
    const next = records[index + 1];
    return {
      record,
      key: `${record.startedAt} ${index}`,
      bars: barsOf(record, next?.startedAt ?? endedAt ?? now, next !== undefined || endedAt !== undefined),
    };
  });
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
    const to = isUndecided ? end : Math.min(end, at + (record.uptime ?? 0));
    bars.push({ kind: "open", from: at, to, title: "open" });
    at = to;
  } else if (isUndecided && !isOver) {
    bars.push({ kind: "phase", from: at, to: end, title: "under way" });
  }
  if (typeof record.verdict === "object") {
    // Cut short by a reconnect, or still going on.
    const to = Math.min(at + record.verdict.retryIn, end);
    if (to > at) bars.push({ kind: "wait", from: at, to, title: "waiting" });
  }
  return bars;
}
