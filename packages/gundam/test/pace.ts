// What is sent leaves no faster than the peer and the platform take it, against a real server: one suite for Node and for
// browsers.

import { deliver, flush } from "@gundam/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ClientOptions, WebSocketClient } from "../src/node.ts";
import type { StartServer, SuiteServer } from "./suite-servers/suite-server.ts";

export interface PaceSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly startServer: StartServer;
}

const pace = { messages: 10, per: 500 };
/** On its way what is sent moves closer together, above all to a process that is busy. */
const limit = { name: "limit-rate", count: pace.messages, ms: pace.per / 5 };

export function describePace({ connect, startServer }: PaceSuite): void {
  let server: SuiteServer;
  let client: WebSocketClient;
  let closes: unknown[];

  beforeEach(async () => {
    server = await startServer();
    closes = [];
  });

  afterEach(async () => {
    client.terminate();
    await server.stop();
  });

  function start(options: Partial<ClientOptions> = {}): WebSocketClient {
    client = connect({ url: server.url, retry: Infinity, retryTimeout: 20, ...options });
    client.on("disconnect", ({ close }) => closes.push(close?.code));
    return client;
  }

  const received = async () => (await server.record()).messages.map(({ data }) => data);
  const drained = () => new Promise<void>((resolve) => client.once("drain", () => resolve()));
  const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => String(from + n));

  test("a client that keeps to the pace of a server which limits its clients is never closed", async () => {
    await server.fault(limit);
    const greetings: string[] = [];
    start({
      sendQueue: { pace },
      onConnect: () => {
        const greeting = `greeting ${greetings.length}`;
        greetings.push(greeting);
        client.send(greeting);
      },
    });
    // From the queue, in a burst, and over an outage and a reconnect.
    for (const message of numbers(7)) client.send(message);
    await client.ready();
    const mayGoOn = numbers(6, 7).map((message) => client.send(message));
    expect(mayGoOn.at(-1)).toBe(false);
    await drained();
    await vi.waitFor(async () => expect(await received()).toHaveLength(14), 10_000);
    await server.fault({ name: "drop" });
    await vi.waitFor(() => expect(closes).toEqual([1006]), 10_000);
    for (const message of numbers(7, 13)) client.send(message);
    await client.ready();
    await flush(client);
    client.reconnect();
    for (const message of numbers(5, 20)) client.send(message);
    await expect(deliver(client, "last")).resolves.toBe("flushed");
    expect(closes).toEqual([1006, undefined]);
    await vi.waitFor(async () => expect(await received()).toContain("last"), 10_000);
    const seen = await received();
    expect(seen.filter((message) => greetings.includes(message as string))).toEqual(greetings);
    const others = seen.filter((message) => !greetings.includes(message as string));
    expect(others).toEqual([...numbers(25), "last"]);
  });

  test("one that does not is closed with 1008, and ends", async () => {
    await server.fault(limit);
    start();
    const ended = new Promise((resolve) => client.once("close", ({ code }) => resolve(code)));
    for (let left = 20; left > 0; left--) {
      for (const message of numbers(30)) client.send(message);
      const code = await Promise.race([
        ended,
        client
          .ready()
          .then(() => flush(client))
          .catch(() => {}),
      ]);
      if (typeof code === "number") break;
    }
    await expect(ended).resolves.toBe(1008);
  });

  test("the queue of an outage leaves as fast as the platform takes it, whole and in order", async () => {
    const highWaterMark = 64 * 1024;
    const large = "x".repeat(16 * 1024);
    start({
      url: `${server.url}?mute`,
      sendQueue: { maxBytes: 256 * 1024 * 1024, highWaterMark },
    });
    for (const number of numbers(500)) client.send(`${number} ${large}`);
    const last = deliver(client, "last");
    let isDrained = false;
    void drained().then(() => {
      isDrained = true;
    });
    await client.ready();
    await expect(last).resolves.toBe("flushed");
    await vi.waitFor(() => expect(isDrained).toBe(true), 10_000);
    await vi.waitFor(async () => expect((await received()).at(-1)).toBe("last"), 10_000);
    const seen = (await received()).slice(-100);
    expect(seen.map((message) => String(message).split(" ")[0])).toEqual([...numbers(99, 401), "last"]);
  });

  test("all of it leaves before the Close frame", async () => {
    start({ url: `${server.url}?mute`, sendQueue: { maxBytes: 256 * 1024 * 1024, highWaterMark: 1 } });
    for (const number of numbers(300)) client.send(`${number} ${"x".repeat(1024)}`);
    await client.ready();
    await client.close(4000, "done");
    await vi.waitFor(async () => expect((await server.record()).closes).toHaveLength(1), 10_000);
    const { messages, closes: left } = await server.record();
    expect(left).toEqual([expect.objectContaining({ code: 4000, reason: "done" })]);
    expect(messages.map(({ data }) => String(data).split(" ")[0])).toEqual(numbers(300));
  });
}
