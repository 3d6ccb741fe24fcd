// Reports of storms that have not taken place.

import type { StormReport } from "@gundam/testing/storm";

/** Of 1000 clients at 100 a second, who are all back after 12 s unless it says otherwise. */
export function report(given: Partial<StormReport>): StormReport {
  return {
    policy: "resilient",
    isOver: true,
    now: 42_000,
    clients: 1_000,
    connected: 1_000,
    lost: 0,
    trying: 0,
    attempts: { total: 3_000, away: 2_000, full: 0, late: 0 },
    peak: 500,
    bound: 10_000,
    recovery: 12_000,
    overBound: 1.2,
    downtime: { median: 36_000, p99: 41_000 },
    curve: { step: 100, connected: new Uint32Array(0), attempts: new Uint32Array(0) },
    ...given,
  };
}

export function attempts(total: number): StormReport["attempts"] {
  return { total, away: 0, full: 0, late: 0 };
}
