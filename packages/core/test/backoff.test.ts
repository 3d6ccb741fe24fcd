// The production policy (DESIGN §4): the bounds of every wait, and how soon a lone client is back.

import { backoff, type Failure } from "@gundam/core";
import { closed, Random, refused, reset, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

const seeds = Array.from({ length: 50 }, (_, seed) => seed + 1);

function waitsOf(facts: { attempt: number; elapsed: number; failure?: Failure }): number[] {
  const plan = backoff();
  const { failure = reset() } = facts;
  return seeds.flatMap((seed) => {
    const source = new Random(seed);
    const random = () => source.next();
    const context = { lastUptime: 0, retryAfter: undefined, byDefault: true, ...facts, failure, random };
    return Array.from({ length: 20 }, () => {
      const { retries, timeout } = plan(7, undefined as never, context);
      expect(retries).toBe(6);
      return timeout;
    });
  });
}

/** All lie in the bounds, and they fill them. */
function expectSpread(waits: readonly number[], from: number, to: number): void {
  const [least, most] = [Math.min(...waits), Math.max(...waits)];
  const slack = (to - from) * 0.05;
  expect(least).toBeGreaterThanOrEqual(from);
  expect(least).toBeLessThan(from + slack);
  expect(most).toBeLessThanOrEqual(to);
  expect(most).toBeGreaterThan(to - slack);
}

describe("backoff", () => {
  test.each([0, 40, 3_600_000])("retries first within 100 ms, %i ms after the loss", (elapsed) => {
    expectSpread(waitsOf({ attempt: 1, elapsed }), 0, 100);
  });

  test.each([1001, 1012, 1013])("retries first within 10 s after the close code %i", (code) => {
    expectSpread(waitsOf({ attempt: 1, elapsed: 0, failure: closed(code) }), 0, 10_000);
  });

  test.each([1000, 1006, 1011, 4000])("does not after the close code %i", (code) => {
    expectSpread(waitsOf({ attempt: 1, elapsed: 0, failure: closed(code) }), 0, 100);
  });

  test.each([400, 1000, 4999])("then waits a quarter to the whole of %i ms since the loss", (elapsed) => {
    for (const attempt of [2, 3, 50]) expectSpread(waitsOf({ attempt, elapsed }), elapsed / 4, elapsed);
    expectSpread(waitsOf({ attempt: 2, elapsed, failure: closed(1012) }), elapsed / 4, elapsed);
  });

  test("but 100 ms at the least", () => {
    expect(new Set(waitsOf({ attempt: 2, elapsed: 0 }))).toEqual(new Set([100]));
    expectSpread(waitsOf({ attempt: 2, elapsed: 200 }), 100, 200);
  });

  test("and of no more than 5 to 20 s, however long it has been", () => {
    const waits = waitsOf({ attempt: 9, elapsed: 3_600_000 });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1250);
    expect(Math.min(...waits)).toBeLessThan(2500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
    expect(Math.max(...waits)).toBeGreaterThan(18_000);
    // Uniform in (5 s, 20 s) times uniform in (¼, 1).
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(mean).toBeGreaterThan(7400);
    expect(mean).toBeLessThan(8200);
  });
});

describe("a lone client", () => {
  /** ms from the loss until it is open again, when nothing answers for `outage` and an attempt takes `latency`. */
  async function absence(seed: number, outage: number, latency: number): Promise<number> {
    const { network, runtime, platform } = virtualWorld(seed);
    const client = virtualClient(
      { network, runtime, platform },
      { retry: Infinity, retryFun: backoff(), stableAfter: 0 },
    );
    network.last.open();
    await settled();
    const lostAt = runtime.now();
    network.onDial = (transport) => {
      const isUp = runtime.now() - lostAt >= outage;
      runtime.setTimer(latency, () => (isUp ? transport.open() : transport.lose(refused(503))));
    };
    network.last.lose();
    const back = client.ready().then(() => runtime.now());
    await runtime.advance(3 * outage + 60_000);
    return (await back) - lostAt;
  }

  test.each([
    [0, 0],
    [50, 0],
    [100, 0],
    [1000, 0],
    [5000, 30],
    [60_000, 100],
  ])(
    "is back after an outage of %i ms within twice that and an attempt of %i ms",
    async (outage, latency) => {
      for (const seed of seeds.slice(0, 20)) {
        // An attempt that began before the outage was over ends after it; a short outage may see two least waits.
        const seen = outage + latency;
        expect(await absence(seed, outage, latency)).toBeLessThanOrEqual(
          Math.max(2 * seen, seen + 100) + latency,
        );
      }
    },
  );
});
