// The heartbeat against a real server: one suite for Node and for browsers.

import { DeadPeerError, heartbeat, info } from "@gundam/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ClientOptions, WebSocketClient } from "../src/node.ts";
import type { StartServer, SuiteServer } from "./suite-servers/suite-server.ts";

export interface HeartbeatSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly startServer: StartServer;
}

export function describeHeartbeat({ connect, startServer }: HeartbeatSuite): void {
  let server: SuiteServer;
  let client: WebSocketClient | undefined;
  let told: unknown[];

  beforeEach(async () => {
    server = await startServer();
    told = [];
  });

  afterEach(async () => {
    client?.terminate();
    await server.stop();
  });

  async function opened(timeout: number): Promise<WebSocketClient> {
    const isReply = (message: unknown) => message === "still there?";
    client = connect({
      url: server.url,
      retryTimeout: 20,
      wsOpts: { heartbeat: heartbeat({ message: "still there?", interval: 80, timeout, isReply }) },
      onMessage: (message) => told.push(message),
      onError: (error) => told.push(error.code),
      onDisconnect: () => told.push("disconnect"),
    });
    await client.ready();
    return client;
  }

  const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 10_000 });

  test("keeps asking a quiet peer that answers, and delivers no answer", async () => {
    const client = await opened(5000);
    await until(async () => expect((await server.record()).messages.length).toBeGreaterThanOrEqual(4));
    client.send("news");
    await until(() => expect(told).toEqual(["news"]));
    expect(new Set((await server.record()).messages.map(({ data }) => data))).toEqual(
      new Set(["still there?", "news"]),
    );
    expect(client.phase).toBe("open");
  });

  test("asks with what a function gives each time, goes on while the server is talking, and measures the replies", async () => {
    let n = 0;
    const isReply = (message: unknown) => String(message).startsWith("question");
    const beat = heartbeat({ message: () => `question ${++n}`, interval: 80, when: "always", isReply });
    client = connect({
      url: server.url,
      wsOpts: { heartbeat: beat },
      onMessage: (message) => told.push(message),
    });
    await client.ready();
    const talking = setInterval(() => client!.send("news"), 20);
    await until(async () => {
      const seen = (await server.record()).messages.map(({ data }) => data);
      for (const k of [1, 2, 3]) expect(seen).toContain(`question ${k}`);
    });
    clearInterval(talking);
    await until(() => expect(info(client!).rtt).toBeGreaterThan(0));
    expect(new Set(told)).toEqual(new Set(["news"]));
  });

  test("finds a peer dead that has gone silent, and reconnects to it", async () => {
    const client = await opened(400);
    await server.fault({ name: "silence" });
    await until(() => expect(told).toEqual(["ERR_DEAD_PEER", "disconnect"]));
    expect(client.lastError).toBeInstanceOf(DeadPeerError);
    expect(client.lastClose).toMatchObject({ code: 1006, wasClean: false });
    await client.ready();
    client.send("back");
    await until(() => expect(told).toContain("back"));
    // What the old connection had to say comes to nobody.
    await server.fault({ name: "speak" });
    client.send("and again");
    await until(() => expect(told).toEqual(["ERR_DEAD_PEER", "disconnect", "back", "and again"]));
  });

  test("finds a peer dead that answers pings but no question", async () => {
    await opened(400);
    await server.fault({ name: "mute" });
    await until(() => expect(told.slice(0, 2)).toEqual(["ERR_DEAD_PEER", "disconnect"]));
    await server.fault({ name: "behave" });
    await until(() => expect(client?.phase).toBe("open"));
  });
}
