// The fast simulation against the plain one: the same seed gives the same storm, client by client and attempt by attempt.

import { gundamPolicy, policies, type StormOptions, stormReport } from "@gundam/testing/storm";
import { describe, expect, test, vi } from "vitest";
import { hasty, type NaiveResult, naiveStorm } from "./naive-storm.ts";

const CLIENTS = 40;
const STEP = 10;
const HORIZON = 45_000;

// Capacities whose handshakes take a time that floating point holds exactly.
const storms = {
  "a bounded queue": { capacity: 4, outage: 30_000, backlog: 5, roundTrip: 40 },
  "a queue that outlasts every patience": { capacity: 2, outage: 3_000, backlog: 60, roundTrip: 200 },
  "a queue near the shortest patience": { capacity: 8, outage: 500, backlog: 33, roundTrip: 40 },
  "a restart that is announced": {
    capacity: 250,
    outage: 2_000,
    backlog: 20,
    roundTrip: 10,
    closeCode: 1012,
  },
  "a server that hangs": { capacity: 8, outage: 20_000, whileAway: "hangs", backlog: 20, roundTrip: 40 },
  "no outage, and a server beside its clients": { capacity: 500, outage: 0, backlog: 3, roundTrip: 4 },
} satisfies Record<string, Omit<StormOptions, "policy" | "clients">>;

const cases = Object.entries(storms).flatMap(([name, storm]) =>
  [...policies, gundamPolicy("hasty", hasty)].map((policy) => ({ name, storm, policy })),
);

// A busy machine can take seconds over what takes a quiet one no time.
vi.setConfig({ testTimeout: 60_000 });

describe.each(cases)("$name: $policy.name", ({ storm: given, policy }) => {
  test.each([1, 77])("is the same storm both ways, with seed %i", async (seed) => {
    const storm = { ...given, policy, clients: CLIENTS, horizon: HORIZON, seed };
    const report = await stormReport({ ...storm, step: STEP });
    const naive = naiveStorm(storm);
    const steps = report.curve.connected.length;
    expect(report.attempts).toEqual(naive.attempts);
    expect(report.lost).toBe(naive.lost);
    expect([...report.curve.attempts]).toEqual(countsBy(naive.arrivals, steps));
    expect([...report.curve.connected]).toEqual(sumsBefore(backAt(naive), steps));
    expect(report.recovery).toBe(
      backAt(naive).length === CLIENTS ? Math.max(...backAt(naive)) - storm.outage : Infinity,
    );
  });
});

test("these storms have every outcome", async () => {
  const outcomes = { away: 0, full: 0, late: 0, lost: 0, back: 0, unsettled: 0 };
  for (const { storm, policy } of cases) {
    const naive = naiveStorm({ ...storm, policy, clients: CLIENTS, horizon: HORIZON, seed: 1 });
    outcomes.away += naive.attempts.away;
    outcomes.full += naive.attempts.full;
    outcomes.late += naive.attempts.late;
    outcomes.lost += naive.lost;
    outcomes.back += backAt(naive).length;
    outcomes.unsettled += CLIENTS - naive.lost - backAt(naive).length;
  }
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(100);
});

function backAt({ backAt }: NaiveResult): number[] {
  return backAt.filter((time) => time !== undefined);
}

function countsBy(times: readonly number[], steps: number): number[] {
  const counts = Array<number>(steps).fill(0);
  for (const time of times) counts[Math.floor(time / STEP)]!++;
  return counts;
}

/** How many of the times lie before each step. */
function sumsBefore(times: readonly number[], steps: number): number[] {
  return Array.from({ length: steps }, (_, step) => times.filter((time) => time < step * STEP).length);
}
