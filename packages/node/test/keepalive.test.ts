// Keepalive against the real server, over TCP and over TLS: who is pinged, who is given up, and what comes after.

import { DeadPeerError } from "@gundam/core";
import type { EchoServer } from "@gundam/testing/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ClientOptions, connect, updateFlow, type WebSocketClient } from "../src/index.ts";
import { echoServer, identity, pem } from "./dialling.ts";

const KEEPALIVE = 200;

interface Opened {
  readonly client: WebSocketClient;
  readonly told: unknown[];
}

async function opened(server: EchoServer, options: Partial<ClientOptions> = {}): Promise<Opened> {
  const told: unknown[] = [];
  const client = connect({
    url: server.url,
    retryTimeout: 20,
    tlsOpts: { ca: pem("authority") },
    onError: (error) => told.push(error.code),
    onDisconnect: () => told.push("disconnect"),
    onMessage: (message) => told.push(message),
    ...options,
    wsOpts: { keepalive: KEEPALIVE, ...options.wsOpts },
  });
  onTestFinished(() => client.terminate());
  await client.ready();
  return { client, told };
}

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 10_000, interval: 5 });

describe.each([
  ["TCP", () => echoServer()],
  ["TLS", () => echoServer({ tls: identity("server") })],
])("over %s", (_, start) => {
  test("a quiet peer is pinged as long as it answers", async () => {
    const server = await start();
    const { client, told } = await opened(server);
    await until(() => expect(server.record.counts.pings).toBeGreaterThanOrEqual(4));
    expect(client.phase).toBe("open");
    expect(told).toEqual([]);
  });

  test("a peer that has gone silent is found dead within twice the keepalive, and reconnected to", async () => {
    const server = await start();
    const { client, told } = await opened(server);
    client.send("hello");
    await until(() => expect(told).toEqual(["hello"]));
    const lastByteAt = performance.now();
    server.silence();
    await until(() => expect(told).toEqual(["hello", "ERR_DEAD_PEER", "disconnect"]));
    // Whatever the machine is busy with comes on top.
    expect(performance.now() - lastByteAt).toBeGreaterThan(1.5 * KEEPALIVE);
    expect((client.lastError as DeadPeerError).silence).toBeLessThanOrEqual(2.5 * KEEPALIVE + 1000);
    expect(client.lastError).toBeInstanceOf(DeadPeerError);
    await client.ready();
    client.send("back");
    await until(() => expect(told).toContain("back"));
    server.speak();
    client.send("once more");
    await until(() => expect(told).toContain("once more"));
    expect(told.slice(1)).toEqual(["ERR_DEAD_PEER", "disconnect", "back", "once more"]);
    await until(() => expect(server.connections).toHaveLength(1));
  });

  test("a peer that answers no ping is alive while anything comes from it", async () => {
    const server = await start();
    const { client, told } = await opened(server);
    server.ignorePings();
    const talking = setInterval(() => server.push("news"), KEEPALIVE / 4);
    onTestFinished(() => clearInterval(talking));
    await until(() => expect(told.length).toBeGreaterThan(20));
    expect(new Set(told)).toEqual(new Set(["news"]));
    expect(client.phase).toBe("open");
    clearInterval(talking);
    await until(() => expect(told).toContain("ERR_DEAD_PEER"));
  });

  test("a peer whom we do not hear out is not called dead", async () => {
    const server = await start();
    const { client, told } = await opened(server, { wsOpts: { flow: 1 } });
    server.flood(2000, "x".repeat(1000));
    await new Promise((resolve) => setTimeout(resolve, 6 * KEEPALIVE));
    expect(client.phase).toBe("open");
    updateFlow(client, 10_000);
    await until(() => expect(told).toHaveLength(2000));
    expect(new Set(told).size).toBe(2000);
  });
});
