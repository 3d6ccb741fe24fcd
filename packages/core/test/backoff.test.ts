// The production policy: the bounds of every wait, and how soon a lone client is back.

import { backoff, type Failure, TimeoutError } from "@gundam/core";
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

  test.each([640, 1000, 4000])(
    "then waits a quarter to three quarters of %i ms since the loss",
    (elapsed) => {
      for (const attempt of [2, 3, 50])
        expectSpread(waitsOf({ attempt, elapsed }), elapsed / 4, elapsed * 0.75);
      expectSpread(waitsOf({ attempt: 2, elapsed, failure: closed(1012) }), elapsed / 4, elapsed * 0.75);
    },
  );

  test.each([0, 100, 639])("but 160 to 480 ms at the least, as %i ms after the loss", (elapsed) => {
    expectSpread(waitsOf({ attempt: 2, elapsed }), 160, 480);
  });

  test.each([
    [10_000, 4_100],
    [120_000, 5_200],
    [1_600_000, 20_000],
    [86_400_000, 20_000],
  ])("and hardly more when it has been long: after %i ms as after %i ms", (elapsed, span) => {
    expectSpread(waitsOf({ attempt: 9, elapsed }), span / 4, span * 0.75);
  });

  test.each([
    { timeout: 500, elapsed: 3_000, span: 2_500 },
    { timeout: 3_000, elapsed: 10_000, span: 1_100 },
    { timeout: 10_000, elapsed: 10_050, span: 640 },
    { timeout: 10_000, elapsed: 86_400_000, span: 10_000 },
  ])("takes off what an attempt took to time out: $timeout ms, $elapsed ms after the loss", (given) => {
    const { timeout, elapsed, span } = given;
    const error = new TimeoutError("upgrade", timeout, "httpOpts.upgradeTimeout");
    const failure: Failure = { kind: "timeout", phase: "upgrade", error, byUs: true };
    expectSpread(waitsOf({ attempt: 2, elapsed, failure }), span / 4, span * 0.75);
    expectSpread(waitsOf({ attempt: 1, elapsed, failure }), 0, 100);
  });
});

describe("a lone client", () => {
  /** ms from the loss until it is open again, when nothing answers for `outage` and an attempt takes `latency`. */
  async function absence(seed: number, outage: number, latency: number): Promise<number> {
    const { network, runtime, platform } = virtualWorld(seed);
    const client = virtualClient({ platform }, { retry: Infinity, retryFun: backoff(), stableAfter: 0 });
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
    "is back after an outage of %i ms within 1.75 times that, or 480 ms later, and an attempt of %i ms",
    async (outage, latency) => {
      for (const seed of seeds.slice(0, 20)) {
        // An attempt that began before the outage was over ends after it.
        const seen = outage + latency;
        expect(await absence(seed, outage, latency)).toBeLessThanOrEqual(
          Math.max(1.75 * seen, seen + 480) + latency,
        );
      }
    },
  );
});
