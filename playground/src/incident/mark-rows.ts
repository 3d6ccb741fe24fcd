// Where the marks of steps stand.

import type { IncidentStep } from "./incident.ts";

/** Marks nearer than this share of the axis stand one below the other. */
const CROWDED = 0.045;

/** The row of each, so that no two stand upon each other; `total`: ms of the axis. */
export function rowsOf(steps: readonly IncidentStep[], total: number): readonly number[] {
  const taken: number[] = [];
  return steps.map(({ at }) => {
    const free = taken.findIndex((last) => (at - last) / total >= CROWDED);
    const row = free < 0 ? taken.length : free;
    taken[row] = at;
    return row;
  });
}
