// What ends connections that are idle, as nginx, load balancers and platforms do.

import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectThroughLoadBalancer } from "./idle.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { Gateway, type Limits } from "./servers/gateway.ts";

const hour = 3_600_000;

const kinds: { readonly name: string; readonly limits: Limits }[] = [
  { name: "nginx", limits: { idle: 60_000, life: "bytes of the server" } },
  { name: "an Application Load Balancer", limits: { idle: 60_000, life: "bytes" } },
  { name: "Heroku's router", limits: { idle: 55_000, life: "bytes" } },
];

let server: EchoServer;

beforeEach(async () => {
  takeClocks();
  server = await startEchoServer();
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

test.each(kinds)("$name keeps it for an hour", async ({ limits }) => {
  const gateway = await Gateway.start(server.port, limits);
  const client = connectThroughLoadBalancer(gateway.url);
  await pass(hour);
  expect([gateway.verdicts, client.phase, server.record.counts.opens]).toEqual([[], "open", 1]);
  client.terminate();
  await gateway.stop();
});

test.each(kinds)("$name ends who is silent", async ({ limits }) => {
  const gateway = await Gateway.start(server.port, limits);
  const client = connect({ url: gateway.url, onError: () => {} });
  await pass(hour);
  expect(gateway.verdicts).toContain("idle");
  client.terminate();
  await gateway.stop();
});
