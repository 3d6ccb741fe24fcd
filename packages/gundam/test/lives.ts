// The lives of a client and what is known of them, against a real server: connections that are replaced, ends and new
// beginnings, info(client) and explain(client). One suite for Node and for browsers.

import { explain, info, OptionError } from "@gundam/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientOptions, WebSocketClient } from "../src/node.ts";
import type { StartServer, SuiteServer } from "./suite-servers/suite-server.ts";

export interface LivesSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly startServer: StartServer;
}

export function describeLives({ connect, startServer }: LivesSuite): void {
  let server: SuiteServer;
  let client: WebSocketClient;
  let told: unknown[];

  beforeEach(async () => {
    server = await startServer();
    told = [];
  });

  afterEach(async () => {
    client.terminate();
    await server.stop();
  });

  function start(options: Partial<ClientOptions> = {}): WebSocketClient {
    client = connect({
      url: server.url,
      retryTimeout: 20,
      stableAfter: 0,
      onConnect: () => void told.push("connect"),
      onDisconnect: () => void told.push("disconnect"),
      onClose: (code, reason) => void told.push([code, reason]),
      onError: ({ code }) => void told.push(code),
      ...options,
    });
    return client;
  }

  const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 10_000 });
  const closes = async () => (await server.record()).closes.map(({ code, reason }) => [code, reason]);

  async function echoed(message: string): Promise<unknown> {
    const echo = new Promise((resolve) => client.once("message", resolve));
    client.send(message);
    return echo;
  }

  describe("reconnect(code, reason)", () => {
    test.each<[number, string]>([
      [1000, "moving on"],
      [3000, ""],
      [4999, "é".repeat(61)],
    ])("with %i and %j sends them to the peer of the connection that it replaces", async (code, reason) => {
      await start().ready();
      client.reconnect(code, reason);
      await client.ready();
      await until(async () => expect(await closes()).toEqual([[code, reason]]));
      client.reconnect();
      await client.ready();
      await until(async () =>
        expect(await closes()).toEqual([
          [code, reason],
          [1000, ""],
        ]),
      );
      expect(told).toEqual(["connect", "disconnect", "connect", "disconnect", "connect"]);
      expect(await echoed("still there")).toBe("still there");
    });

    test("waits for nothing of a peer that never answers", async () => {
      await start({ wsOpts: { closingTimeout: 60_000 } }).ready();
      await server.fault({ name: "ignore-close" });
      client.reconnect(4900, "resuming");
      await client.ready();
      await until(async () => expect(await closes()).toEqual([[4900, "resuming"]]));
    });

    test.each<[number, string]>([
      [1001, ""],
      [1011, ""],
      [2999, ""],
      [5000, ""],
      [3000, "é".repeat(62)],
    ])("with %i and %j is refused, and the connection stays", async (code, reason) => {
      await start().ready();
      expect(() => client.reconnect(code, reason)).toThrow(OptionError);
      expect(await echoed("still there")).toBe("still there");
      expect(await closes()).toEqual([]);
    });
  });

  test("a client that is closed and wanted again at once is ready in its next life", async () => {
    await start().ready();
    const closing = client.close(4000, "for now");
    client.reconnect();
    await Promise.all([closing, client.ready()]);
    expect(await echoed("again")).toBe("again");
    await until(async () => expect(await closes()).toEqual([[4000, "for now"]]));
    expect(told).toEqual(["connect", [4000, "for now"], "connect"]);
  });

  test("info(client) counts the connections and messages of a life beside those of the connection", async () => {
    await start().ready();
    await echoed("a");
    await server.fault({ name: "close", code: 4000 });
    await until(() => expect(told).toEqual(["connect", "disconnect", "connect"]));
    await client.ready();
    await echoed("b");
    await echoed("c");
    expect(info(client)).toMatchObject({
      phase: "open",
      messagesSent: 2,
      messagesReceived: 2,
      life: { connections: 2, messagesSent: 3, messagesReceived: 3 },
    });
    await client.close();
    expect(info(client).life).toEqual({ connections: 2, messagesSent: 3, messagesReceived: 3 });
    client.reconnect();
    await client.ready();
    expect(info(client).life).toEqual({ connections: 1, messagesSent: 0, messagesReceived: 0 });
  });

  test("explain(client) tells of each attempt in words", async () => {
    await server.fault({ name: "refuse", status: 503, times: 1 });
    await start().ready();
    await server.fault({ name: "close", code: 4000, reason: "bye" });
    await until(() => expect(told.filter((word) => word === "connect")).toHaveLength(2));
    const { attempts } = explain(client);
    expect(structuredClone(attempts)).toEqual(attempts);
    expect(attempts).toMatchObject([
      { attempt: 1, opened: false, error: { message: expect.any(String) }, verdict: { retryIn: 20 } },
      {
        attempt: 2,
        opened: true,
        error: { name: "CloseError", code: "ERR_CLOSED" },
        verdict: { retryIn: 0 },
      },
      { opened: true, error: undefined, verdict: undefined },
    ]);
    expect(String(explain(client)).split("\n")).toHaveLength(3);
  });
}
