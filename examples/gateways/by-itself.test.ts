// What a client does by itself behind what ends idle connections, through restarts, and where an upgrade is never passed on.

import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectToServer } from "./by-itself.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { Gateway, type Limits } from "./servers/gateway.ts";

const minutes = 60_000;

let server: EchoServer;

beforeEach(async () => {
  takeClocks();
  server = await startEchoServer();
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

const idleTimeouts: { readonly name: string; readonly limits: Limits }[] = [
  { name: "nginx", limits: { idle: 60_000, life: "bytes of the server" } },
  { name: "HAProxy, with a tunnel timeout of a minute", limits: { idle: 60_000, life: "bytes" } },
  { name: "an Application Load Balancer", limits: { idle: 60_000, life: "bytes" } },
  { name: "Heroku's router", limits: { idle: 55_000, life: "bytes" } },
  { name: "a NAT that forgets after 30 s", limits: { idle: 30_000, life: "bytes" } },
];

describe.each(idleTimeouts)("$name", ({ limits }) => {
  let gateway: Gateway;

  beforeEach(async () => {
    gateway = await Gateway.start(server.port, limits);
  });

  afterEach(() => gateway.stop());

  test("keeps the connection of a client", async () => {
    const client = connectToServer(gateway.url);
    await pass(10 * minutes);
    expect([gateway.verdicts, client.phase, server.record.counts.opens]).toEqual([[], "open", 1]);
    client.terminate();
  });

  test("ends the connection of one that is silent", async () => {
    const client = connect({ url: gateway.url, onError: () => {} });
    await pass(10 * minutes);
    expect(gateway.verdicts).toContain("idle");
    client.terminate();
  });
});

test.each([1001, 1012, 1013])(
  "a restart with %i brings nobody back at once, and everybody soon",
  async (code) => {
    const clients = Array.from({ length: 40 }, () => connectToServer(server.url));
    await pass(10_000);
    server.closeAll(code, "restarting");
    await pass(500);
    expect(server.record.counts.opens - 40).toBeLessThan(20);
    await pass(10_000);
    expect(server.record.counts.opens).toBe(80);
    for (const client of clients) client.terminate();
  },
);

test("a restart with 1000 brings back in one wave whoever has no spread of their own", async () => {
  const clients = Array.from({ length: 40 }, () => connect({ url: server.url, onError: () => {} }));
  await pass(10_000);
  server.closeAll(1000, "restarting");
  await pass(100);
  expect(server.record.counts.opens).toBe(80);
  for (const client of clients) client.terminate();
});

test("a 503 with Retry-After is waited for", async () => {
  server.refuse(503, { headers: { "Retry-After": "30" }, times: 1 });
  const client = connectToServer(server.url);
  client.on("error", () => {});
  await pass(29_000);
  expect(server.record.counts.upgrades).toBe(1);
  await pass(10_000);
  expect(client.phase).toBe("open");
  client.terminate();
});

test("a proxy that never passes the upgrade on costs an attempt 10 s, and one without timeouts for ever", async () => {
  server.stallAtUpgrade({ times: 2 });
  const client = connectToServer(server.url);
  const patient = connect({ url: server.url });
  client.on("error", () => {});
  await pass(10 * minutes);
  expect([client.phase, patient.phase]).toEqual(["open", "connecting"]);
  client.terminate();
  patient.terminate();
});
