// What the names of other reconnecting clients mean here.

import { reset } from "@gundam/testing";
import { expect, test } from "vitest";
import { httpResilient, OptionError, type PlanContext, type PlanOptions } from "../src/index.ts";
import {
  type ClientOptions,
  clientOptions,
  type FamiliarOptions,
} from "../src/websocket/reconnecting-options.ts";

const optionsOf = (given: FamiliarOptions & ClientOptions) => clientOptions(given, httpResilient).options;

/** The waits after the first five failures, ms. */
async function waits(options: FamiliarOptions & ClientOptions): Promise<number[]> {
  const { retryFun } = optionsOf(options);
  const plan = (attempt: number) =>
    retryFun!(
      Infinity,
      {} as PlanOptions,
      { attempt, elapsed: 0, failure: reset(), random: () => 0 } as PlanContext,
    );
  const plans = await Promise.all([1, 2, 3, 4, 5].map(plan));
  return plans.map(({ timeout }) => Math.round(timeout));
}

test("each stands for an option of Gundam's", () => {
  const familiar = { maxRetries: 3, connectionTimeout: 4000, minUptime: 100, maxEnqueuedMessages: 7 };
  expect(optionsOf(familiar)).toMatchObject({
    retry: 3,
    openTimeout: 4000,
    stableAfter: 100,
    sendQueue: { maxMessages: 7 },
  });
});

test("Gundam's own name goes before, and the recommended values behind", () => {
  const options = optionsOf({ maxRetries: 3, retry: 9, connectionTimeout: undefined });
  expect(options).toMatchObject({
    retry: 9,
    openTimeout: 20_000,
    supervise: false,
    wsOpts: { keepalive: 20_000 },
  });
});

test("waits grow by the factor, from the first to the longest", async () => {
  const familiar = { minReconnectionDelay: 100, maxReconnectionDelay: 1000, reconnectionDelayGrowFactor: 2 };
  expect(await waits(familiar)).toEqual([100, 200, 400, 800, 1000]);
});

test("one of the three is enough", async () => {
  expect(await waits({ maxReconnectionDelay: 1500 })).toEqual([1000, 1300, 1500, 1500, 1500]);
  expect(await waits({ minReconnectionDelay: 10 })).toEqual([10, 13, 17, 22, 29]);
});

test("without them the waits are backoff()'s", async () => {
  expect(await waits({})).toEqual([0, 160, 160, 160, 160]);
});

test("what would have no effect is refused by name", () => {
  expect(() => optionsOf({ retryTimeout: 100 })).toThrow("retryTimeout has no effect beside backoff()");
  expect(() => optionsOf({ retryTimeout: 100, maxReconnectionDelay: 9 })).toThrow(
    "retryTimeout has no effect beside maxReconnectionDelay",
  );
  const retryFun = () => ({ retries: 1, timeout: 0 });
  expect(() => optionsOf({ retryFun, minReconnectionDelay: 9 })).toThrow(
    "minReconnectionDelay has no effect beside a retryFun of your own",
  );
  expect(optionsOf({ retryFun, retryTimeout: 100 })).toMatchObject({ retryFun, retryTimeout: 100 });
});

test("each takes what makes sense", () => {
  expect(() => optionsOf({ minReconnectionDelay: -1 })).toThrow(
    "minReconnectionDelay must be a number of ms",
  );
  expect(() => optionsOf({ startClosed: 1 as never })).toThrow("startClosed must be true or false, not 1");
});

test("retryTimeout would change nothing beside backoff(), and is refused; a retryFun of one's own may look at it", () => {
  const waiting = () => optionsOf({ retryTimeout: 100 });
  expect(waiting).toThrow(OptionError);
  expect(waiting).toThrow("retryTimeout has no effect beside backoff()");
  expect(() => optionsOf({ retryTimeout: 100, minReconnectionDelay: 100 })).toThrow(OptionError);
  const retryFun = (retries: number) => ({ retries, timeout: 0 });
  expect(optionsOf({ retryTimeout: 100, retryFun })).toMatchObject({ retryTimeout: 100, retryFun });
});
