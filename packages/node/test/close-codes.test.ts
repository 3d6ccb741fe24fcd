// What becomes of a connection that the server closes with a code: on the first connection, and on a later one.

import { badFrames, closeFrame, frame, opcodes } from "@gundam/testing/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ClientOptions } from "../src/index.ts";
import { next, start } from "./connecting.ts";
import { echoServer } from "./dialling.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  vi.restoreAllMocks();
});

/** How often a server closes that does so at each open, until the client waits or gives up; and how that ends. */
async function closedAtOpen(code: number, options: Partial<ClientOptions>, hasWorked: boolean) {
  const server = await echoServer();
  const told: unknown[] = [];
  if (!hasWorked) server.closeAtOpen(code, "because");
  const client = start({
    url: server.url,
    // Only the first of several connections was stable.
    stableAfter: 60_000,
    retry: 3,
    retryTimeout: 20,
    onDisconnect: (client) => told.push(client.lastClose),
    onClose: (code, reason) => told.push([code, reason]),
    ...options,
  });
  if (hasWorked) {
    await next(client, "connect");
    server.closeAtOpen(code, "because");
    server.drop();
  }
  await next(client, "close");
  await new Promise((resolve) => setImmediate(resolve));
  const lost = told.filter((word) => !Array.isArray(word) && (word as { code: number }).code !== 1006);
  for (const close of lost)
    expect(close).toEqual({ code, reason: "because", wasClean: true, cause: undefined });
  expect(told.at(-1)).toEqual([code, expect.stringContaining("because")]);
  expect(client.lastError).toMatchObject({ code: "ERR_CLOSED", closeCode: code, reason: "because" });
  return server.record.counts.opens - (hasWorked ? 1 : 0);
}

describe.each([
  ["the first connection", false],
  ["the reconnect", true],
])("%s", (_, hasWorked) => {
  // Of three retries the loss before has used one.
  const exhausted = hasWorked ? 3 : 4;

  test.each([1000, 1001, 1010, 1011, 1012, 1013, 1014, 3001, 3500, 4000, 4001, 4999])(
    "closed with %i is tried again as long as the budget lasts",
    async (code) => {
      // 1001, 1012 and 1013 are spread over a time.
      vi.spyOn(Math, "random").mockReturnValue(0);
      expect(await closedAtOpen(code, {}, hasWorked)).toBe(exhausted);
    },
  );

  test.each([1002, 1003, 1007, 1009])("closed with %i is tried again once", async (code) => {
    expect(await closedAtOpen(code, {}, hasWorked)).toBe(2);
  });

  test.each([1008, 3000, 3003])(
    "closed with %i is the end where the next attempt is the same",
    async (code) => {
      expect(await closedAtOpen(code, {}, hasWorked)).toBe(1);
    },
  );

  test.each([1008, 3000, 3003])(
    "closed with %i is tried again once where headers are a function",
    async (code) => {
      expect(await closedAtOpen(code, { headers: () => ({}) }, hasWorked)).toBe(2);
    },
  );
});

test("closed without a code is tried again, as 1005", async () => {
  const server = await echoServer();
  const client = start({ url: server.url });
  await client.ready();
  const connected = next(client, "connect");
  server.closeAll();
  await connected;
  expect(client.lastClose).toEqual({ code: 1005, reason: "", wasClean: true, cause: undefined });
});

test.each([999, 1004, 1005, 1006, 1015, 2999, 5000])(
  "%i is no code that may be sent: the protocol is broken",
  async (code) => {
    const server = await echoServer();
    const client = start({ url: server.url });
    await client.ready();
    const failed = next(client, "error");
    server.sendRaw(closeFrame(code));
    expect(await failed).toMatchObject({ code: "ERR_PROTOCOL", closeCode: 1002 });
    await client.ready();
  },
);

describe("a connection that we fail", () => {
  test.each<[number, string, Partial<ClientOptions>, Buffer]>([
    [1002, "a reserved bit", {}, badFrames["reserved-bit"]],
    [1007, "text that is not UTF-8", {}, badFrames["bad-utf8"]],
    [1009, "a length beyond all", {}, badFrames["bad-length"]],
    [1009, "more than maxPayload", { wsOpts: { maxPayload: 10 } }, frame(opcodes.text, "eleven chars")],
  ])("with %i for %s ends with it: for the server, onDisconnect, onClose and lastClose", async (...facts) => {
    const [code, , options, bytes] = facts;
    const server = await echoServer();
    const told: unknown[] = [];
    const client = start({
      url: server.url,
      stableAfter: 60_000,
      onDisconnect: (client) => void told.push(["disconnect", client.lastClose?.code]),
      onClose: (code) => void told.push(["close", code]),
      ...options,
    });
    const ended = next(client, "close");
    for (let times = 1; times <= 2; times++) {
      await client.ready();
      server.sendRaw(bytes);
      expect(await server.waitFor("closeReceived")).toMatchObject({ code });
    }
    expect(await ended).toMatchObject({ code, error: { code: "ERR_PROTOCOL", closeCode: code } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([
      ["disconnect", code],
      ["close", code],
    ]);
    const { cause, ...close } = client.lastClose!;
    expect(close).toEqual({ code, reason: "", wasClean: false });
    expect(cause).toMatchObject({ closeCode: code });
  });
});

test.each([1001, 1012, 1013])(
  "after %i, which all clients are told at once, the first retry is spread over 5 s",
  async (code) => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const server = await echoServer();
    const client = start({ url: server.url, retryFun: (left) => ({ retries: left - 1, timeout: 0 }) });
    for (const expected of [2500, 2500]) {
      await client.ready();
      const retry = next(client, "retry");
      server.closeAll(code);
      expect(await retry).toMatchObject({ delay: expected });
      client.reconnect();
    }
  },
);
