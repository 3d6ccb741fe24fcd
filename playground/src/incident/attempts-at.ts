// The attempts as they were at a time of the past.

import type { AttemptRecord } from "gundam";

/** Those that had begun, with what was known of each; `at`: wall clock. */
export function attemptsAt(records: readonly AttemptRecord[], at: number): readonly AttemptRecord[] {
  return records.filter(({ startedAt }) => startedAt <= at).map((record) => recordAt(record, at));
}

function recordAt(record: AttemptRecord, at: number): AttemptRecord {
  const phases: AttemptRecord["phases"][number][] = [];
  let end = record.startedAt;
  for (const phase of record.phases) {
    if (end + phase.duration > at) {
      const pending = { phase: phase.phase, duration: at - end };
      return { ...record, phases, pending, ...undecided, opened: false };
    }
    phases.push(phase);
    end += phase.duration;
  }
  const isOver = end + (record.uptime ?? 0) <= at;
  if (!isOver) return { ...record, ...undecided };
  const { pending } = record;
  return { ...record, pending: pending && { ...pending, duration: Math.min(pending.duration, at - end) } };
}

const undecided = { uptime: undefined, error: undefined, verdict: undefined } as const;
