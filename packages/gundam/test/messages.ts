// Messages and what became of them, against a real server: one suite for Node and for browsers.

import { deliver, flush, type MessagesOptions, messages, QueueFullError } from "@gundam/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ClientOptions, WebSocketClient } from "../src/node.ts";
import type { StartServer, SuiteServer } from "./suite-servers/suite-server.ts";

export interface MessagesSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly startServer: StartServer;
  /** The platform pings, and stops reading. */
  readonly isNode: boolean;
}

const mebibyte = new Uint8Array(1024 * 1024);

export function describeMessages({ connect, startServer, isNode }: MessagesSuite): void {
  let server: SuiteServer;
  let client: WebSocketClient;

  beforeEach(async () => {
    server = await startServer();
  });

  afterEach(async () => {
    client.terminate();
    await server.stop();
  });

  function start(options: Partial<ClientOptions> = {}): WebSocketClient {
    client = connect({
      url: server.url,
      retry: Number.POSITIVE_INFINITY,
      retryTimeout: 20,
      sendQueue: { maxBytes: 256 * mebibyte.length },
      ...options,
    });
    return client;
  }

  /** Sends more to a server that does not read than all buffers on the way hold. */
  async function clog(): Promise<void> {
    await server.fault({ name: "stop-reading" });
    for (let left = 8; left > 0; left--) client.send(mebibyte);
  }

  test("deliver tells how far a message came, over a wait in the queue, too", async () => {
    start();
    await expect(deliver(client, "queued")).resolves.toBe("flushed");
    await expect(deliver(client, "sent", { ack: true })).resolves.toBe(isNode ? "acked" : "flushed");
    for (const text of ["a", "b", "c"]) client.send(text);
    await expect(flush(client, { ack: true })).resolves.toBe(isNode ? "acked" : "flushed");
  });

  test("deliver and flush wait until a peer that does not read does", async () => {
    await start({ url: `${server.url}?mute` }).ready();
    await clog();
    const settled: string[] = [];
    const both = [deliver(client, mebibyte), flush(client)];
    for (const each of both) void each.then((delivery) => settled.push(delivery));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(settled).toEqual([]);
    await server.fault({ name: "resume-reading" });
    await Promise.all(both);
    expect(settled).toEqual(["flushed", "flushed"]);
  });

  test("drain tells when to go on", async () => {
    await start({ url: `${server.url}?mute` }).ready();
    await clog();
    let drains = 0;
    client.on("drain", () => drains++);
    expect(drains).toBe(0);
    await server.fault({ name: "resume-reading" });
    await vi.waitFor(() => expect(drains).toBe(1), { timeout: 10_000 });
    expect(client.bufferedAmount).toBe(0);
  });

  test("what was on its way when the connection broke is unknown, and told one by one", async () => {
    await start().ready();
    const drops: string[] = [];
    client.on("drop", ({ message, outcome }) => drops.push(`${(message as Uint8Array).length} ${outcome}`));
    await clog();
    const last = deliver(client, new Uint8Array(7));
    void client.once("disconnect", () => client.send(new Uint8Array(8)));
    await server.fault({ name: "drop", how: "rst" });
    await expect(last).rejects.toMatchObject({ code: "ERR_UNKNOWN_DELIVERY" });
    expect(drops.length).toBeLessThanOrEqual(9);
    expect(drops.at(-1)).toBe("7 unknown");
    expect(new Set(drops.slice(0, -1))).toEqual(new Set([`${mebibyte.length} unknown`]));
    await client.ready();
    await flush(client);
  });

  test("for await reads over a reconnect, and break leaves the connection alone", async () => {
    start({ onConnect: (_headers, client) => client.send("hello") });
    const seen: unknown[] = [];
    for await (const message of messages(client)) {
      seen.push(message);
      if (seen.length === 2) break;
      await server.fault({ name: "close", code: 4000 });
    }
    expect(seen).toEqual(["hello", "hello"]);
    expect(client.phase).toBe("open");
  });

  // Ten messages, and their bytes.
  test.each<MessagesOptions>([{ maxMessages: 10 }, { maxBytes: 91 }])(
    "an iterator of %o that is not read holds the server back, or says that it cannot, on each connection",
    async (limits) => {
      await start().ready();
      for (let connection = 1; connection <= 2; connection++) {
        const reader = messages(client, limits);
        let received = 0;
        const stop = client.on("message", () => received++);
        await server.fault({ name: "flood", count: 2_000 });
        if (!isNode) await vi.waitFor(async () => expect(await heard(client)).toBe(true));
        const seen: unknown[] = [];
        const read = async () => {
          for await (const message of reader) if (seen.push(message) === 2_000) break;
        };
        if (isNode) await read();
        else await expect(read()).rejects.toBeInstanceOf(QueueFullError);
        const count = isNode ? 2_000 : 10;
        expect(seen).toEqual(Array.from({ length: count }, (_, index) => `message ${index + 1}`));
        expect(client.phase).toBe("open");
        stop();
        if (connection === 2) continue;
        const lost = new Promise((resolve) => client.once("disconnect", resolve));
        await server.fault({ name: "close" });
        await lost;
        await client.ready();
      }
    },
  );

  /** Whatever was sent to the client before has come. */
  async function heard(client: WebSocketClient): Promise<boolean> {
    const echo = new Promise<boolean>((resolve) =>
      client.on("message", (message) => {
        if (message === "echo") resolve(true);
      }),
    );
    client.send("echo");
    return echo;
  }

  test("ReadableStream.from reads a client, where there is one", async () => {
    await start().ready();
    const { from } = ReadableStream as unknown as { from?: (from: unknown) => ReadableStream<unknown> };
    if (from === undefined) return expect(isNode).toBe(false);
    const reader = from.call(ReadableStream, messages(client)).getReader();
    client.send("streamed");
    await expect(reader.read()).resolves.toEqual({ value: "streamed", done: false });
    await reader.cancel();
    expect(client.phase).toBe("open");
  });
}
