// A storm of few clients foretells one of many.

import { stormReport } from "@gundam/testing/storm";
import { beforeEach, expect, test, vi } from "vitest";
import { forecastOf } from "../../src/storm/forecast.ts";
import type { PlainStorm } from "../../src/storm/weather.ts";

// A busy machine can take seconds over what takes a quiet one no time.
vi.setConfig({ testTimeout: 60_000 });

const storm: PlainStorm = {
  policy: "resilient",
  clients: 10_000,
  capacity: 1_000,
  outage: 10_000,
  backlog: 4_096,
};

beforeEach(() => {
  // A machine that is as fast as any other: a look at the clock takes a millisecond.
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now++);
  return () => clock.mockRestore();
});

test.each(["resilient", "gun", "phoenix", "signalr", "full-jitter"])(
  "%s makes as many attempts as foretold, within a tenth",
  async (policy) => {
    const { attempts } = await stormReport({ ...storm, policy });
    const forecast = await forecastOf({ ...storm, policy });
    expect(forecast.attempts / attempts.total).toBeGreaterThan(0.9);
    expect(forecast.attempts / attempts.total).toBeLessThan(1.1);
    expect(forecast.cost).toBeGreaterThan(0);
  },
);

test("a storm of weeks is foretold without waiting for it", async () => {
  // Each of a million clients tries for eleven days.
  const forecast = await forecastOf({ ...storm, clients: 1_000_000, capacity: 1, backlog: 1 });
  expect(forecast.attempts).toBeGreaterThan(1e9);
  expect(forecast.cost).toBeGreaterThan(600_000);
});
