// What became of an attempt, in a line: `opened in 12 ms, open 4.2 s; the server sent Close with code 1012; next in 5 s`.

import { formatDuration } from "../format.ts";
import type { WaterfallRow } from "./waterfall.ts";

export function attemptWords(row: WaterfallRow): string {
  const { error, opened } = row.record;
  const began = opened ? openingOf(row) : undefined;
  const ended = opened ? error?.message : failureOf(row);
  const told = [began, ended, decided(row), isCutShort(row) ? "ended from this side" : undefined];
  return told.filter((part) => part !== undefined).join("; ") || "under way";
}

/** Nothing failed, and nothing was decided: whoever closes, terminates or reconnects ends what there is. */
function isCutShort({ record: { opened, error, verdict }, isOver }: WaterfallRow): boolean {
  return isOver && opened && error === undefined && verdict === undefined;
}

function openingOf({ record: { phases, uptime } }: WaterfallRow): string {
  // What a hand-over opened tells no phases.
  const began = phases.length === 0 ? "opened" : `opened in ${formatDuration(durationOf(phases))}`;
  return uptime === undefined ? began : `${began}, open ${formatDuration(uptime)}`;
}

function failureOf({
  record: { phases, error, verdict },
  isOver,
  from,
  to,
}: WaterfallRow): string | undefined {
  if (error !== undefined) return `failed after ${formatDuration(durationOf(phases))}: ${error.message}`;
  return isOver && verdict === undefined ? `cut short after ${formatDuration(to - from)}` : undefined;
}

function decided({ record: { verdict }, isLast, isOver }: WaterfallRow): string | undefined {
  switch (verdict) {
    case undefined:
      return undefined;
    case "stop":
      return "gave up";
    case "handed over":
      return "handed over to the next";
    case "kept":
      return "the open connection was kept";
    default:
      return isLast && isOver
        ? `next in ${formatDuration(verdict.retryIn)}, but closed before`
        : `next in ${formatDuration(verdict.retryIn)}`;
  }
}

function durationOf(phases: WaterfallRow["record"]["phases"]): number {
  return phases.reduce((sum, { duration }) => sum + duration, 0);
}
