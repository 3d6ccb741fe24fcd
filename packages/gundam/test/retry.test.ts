// The functions that decide on a retry, against a real server: what they are told, what they may answer, and what becomes
// of answers that are late, wrong or never come. Both on a first attempt that fails and on a connection that is lost.

import type { EchoServer } from "@gundam/testing/server";
import { describe, expect, test, vi } from "vitest";
import { all, next, start } from "../../node/test/connecting.ts";
import { echoServer } from "../../node/test/dialling.ts";
import { backoff, type ClientOptions, type Failure, type PlanContext, resilient } from "../src/node.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

type RetryFun = NonNullable<ClientOptions["retryFun"]>;
type ShouldRetry = NonNullable<ClientOptions["shouldRetry"]>;

describe.each([
  ["a first attempt that fails", false],
  ["a connection that is lost", true],
])("%s:", (_, hasWorked) => {
  /** Starts a client, and lets the decision on its first setback be asked for. */
  async function decide(options: Partial<ClientOptions>) {
    const server = await echoServer();
    if (!hasWorked) server.refuse(503, { times: 1 });
    const client = start({ url: server.url, retryTimeout: 1234, stableAfter: 60_000, ...options });
    const errors = all(client, "error");
    const decided = Promise.race([
      next(client, "retry"),
      next(client, "close").then(({ code }) => ({ close: code })),
    ]);
    if (hasWorked) {
      await client.ready();
      server.drop();
    }
    return { client, server, errors, decided };
  }

  describe("retryFun", () => {
    test.each<[string, RetryFun]>([
      ["at once", (left) => ({ retries: left - 1, timeout: 321 })],
      ["later", async (left) => ({ retries: left - 1, timeout: 321 })],
    ])("may answer %s", async (_, retryFun) => {
      const { decided } = await decide({ retryFun });
      expect(await decided).toEqual({ delay: 321, retriesLeft: 4 });
    });

    test("is told of the failure, the options and the time", async () => {
      const asked: { left: number; options: object; context: PlanContext }[] = [];
      const { decided } = await decide({
        retryFun(left, options, context) {
          asked.push({ left, options, context });
          return { retries: left - 1, timeout: 0 };
        },
      });
      await decided;
      const [{ left, options, context }] = asked as [(typeof asked)[0]];
      expect(left).toBe(5);
      expect(options).toMatchObject({ retry: 5, retryTimeout: 1234, stableAfter: 60_000 });
      expect(context).toMatchObject({ attempt: 1, retryAfter: undefined });
      expect(context.failure).toMatchObject(hasWorked ? { kind: "network", code: 1006 } : { status: 503 });
      expect(context.lastUptime > 0).toBe(hasWorked);
      expect(context.elapsed).toBeGreaterThan(0);
      expect(context.random()).toBeLessThan(1);
    });

    test.each<[string, RetryFun]>([
      ["throws", () => JSON.parse("{")],
      ["rejects", () => Promise.reject(new Error("no plan"))],
      ["answers nothing", () => undefined as never],
      ["answers no number", () => ({ retries: 1, timeout: "soon" as never })],
      ["answers NaN", async () => ({ retries: 1, timeout: Number.NaN })],
      ["answers fewer than no retries", () => ({ retries: -1, timeout: 0 })],
      ["answers half a retry", () => ({ retries: 0.5, timeout: 0 })],
    ])("that %s is an onError, and the default decides", async (_, retryFun) => {
      const { decided, errors } = await decide({ retryFun });
      expect(await decided).toEqual({ delay: 1234, retriesLeft: 4 });
      expect(errors.at(-1)).toMatchObject({ code: "ERR_CALLBACK", callback: "retryFun" });
    });

    test("that hangs is an onError after callbackTimeout, and the default decides", async () => {
      const { decided, errors } = await decide({
        callbackTimeout: 100,
        retryFun: () => new Promise(() => {}),
      });
      expect(await decided).toEqual({ delay: 1234, retriesLeft: 4 });
      expect(errors.at(-1)).toMatchObject({ code: "ERR_TIMEOUT", timeout: 100 });
    });

    test("that hangs is not waited for by close()", async () => {
      const { client } = await decide({ retryFun: () => new Promise(() => {}) });
      if (client.phase !== "deciding") await next(client, "error");
      await client.close();
      expect(client.phase).toBe("closed");
    });

    test.each([
      [-1000, 0],
      [-Infinity, 0],
      [0.5, 0.5],
      [1e12, 2 ** 31 - 1],
      [Infinity, 2 ** 31 - 1],
    ])("that answers a wait of %d ms gets one of %d", async (timeout, delay) => {
      const { decided } = await decide({ retryFun: (left) => ({ retries: left - 1, timeout }) });
      expect(await decided).toEqual({ delay, retriesLeft: 4 });
    });
  });

  describe("shouldRetry", () => {
    test.each<[string, ShouldRetry]>([
      ["at once", () => false],
      ["later", async () => false],
    ])("may say no %s", async (_, shouldRetry) => {
      const { decided } = await decide({ shouldRetry });
      expect(await decided).toEqual({ close: hasWorked ? 1006 : 503 });
    });

    test("is told of the failure, of the default, and whether the endpoint has worked", async () => {
      const asked: [Failure, object][] = [];
      const { decided } = await decide({ shouldRetry: (...facts) => asked.push(facts) > 0 });
      await decided;
      expect(asked).toEqual([[expect.objectContaining({ byUs: false }), { byDefault: true, hasWorked }]]);
    });

    test.each<[string, ShouldRetry]>([
      ["throws", () => JSON.parse("{")],
      ["rejects", () => Promise.reject(new Error("no verdict"))],
      ["answers nothing", () => undefined as never],
      ["answers 1", async () => 1 as never],
    ])("that %s is an onError, and the default decides", async (_, shouldRetry) => {
      const { decided, errors } = await decide({ shouldRetry });
      expect(await decided).toEqual({ delay: 1234, retriesLeft: 4 });
      expect(errors.at(-1)).toMatchObject({ code: "ERR_CALLBACK", callback: "shouldRetry" });
    });

    test("that hangs is an onError after callbackTimeout, and the default decides", async () => {
      const { decided, errors } = await decide({
        callbackTimeout: 100,
        shouldRetry: () => new Promise(() => {}),
      });
      expect(await decided).toEqual({ delay: 1234, retriesLeft: 4 });
      expect(errors.at(-1)).toMatchObject({ code: "ERR_TIMEOUT", timeout: 100 });
    });
  });
});

test("shouldRetry may forgive what the default does not", async () => {
  const server = await echoServer();
  server.refuse(404, { times: 3 });
  const client = start({ url: server.url, shouldRetry: () => true });
  await next(client, "connect");
  expect(server.record.counts.upgrades).toBe(4);
});

test("whatever a policy answers, there are never two waits under 100 ms without a stable connection between", async () => {
  const server = await echoServer();
  server.refuse(503, { times: 3 });
  const client = start({ url: server.url, retryFun: (left) => ({ retries: left - 1, timeout: 0 }) });
  const retries = all(client, "retry");
  for (let connection = 1; connection <= 2; connection++) {
    await client.ready();
    const back = next(client, "connect");
    server.drop();
    await back;
  }
  expect(retries.map(({ delay }) => delay)).toEqual([0, 100, 100, 0, 0]);
});

describe("for production", () => {
  const back = async (server: EchoServer, options: ClientOptions) => {
    const client = start({ ...options, stableAfter: 0 });
    const retries = all(client, "retry");
    await client.ready();
    const connected = next(client, "connect");
    server.goAway();
    await next(client, "retry");
    await server.comeBack();
    await connected;
    return retries.map(({ delay }) => delay);
  };

  test("backoff() retries first within 100 ms, and spreads what follows", async () => {
    const server = await echoServer();
    const [first, ...others] = await back(server, { url: server.url, retryFun: backoff() });
    expect(first).toBeLessThanOrEqual(100);
    for (const delay of others) expect(delay).toBeGreaterThanOrEqual(100);
  });

  test("resilient() never runs out of retries", async () => {
    const server = await echoServer();
    server.refuse(503, { times: 3 });
    const client = start(resilient({ url: server.url }));
    const retries = all(client, "retry");
    await next(client, "connect");
    expect(retries.map(({ retriesLeft }) => retriesLeft)).toEqual([Infinity, Infinity, Infinity]);
  });
});
