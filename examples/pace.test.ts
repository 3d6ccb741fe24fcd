// The example pace.ts of docs/messages.md: before a server that closes whoever is faster.

import { startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./gateways/servers/clock.ts";
import { connectWithinLimit } from "./pace.ts";

beforeEach(takeClocks);
afterEach(() => void vi.useRealTimers());

test("250 messages take three minutes, and no connection", async () => {
  const server = await startEchoServer();
  server.limitRate(100, 59_000);
  const client = connectWithinLimit(server.url);
  for (let n = 1; n <= 250; n += 1) client.send(`${n}`);
  await pass(1000);
  expect(server.record.counts.messages).toBe(100);
  await pass(120_000);
  expect([server.record.counts.messages, server.record.counts.opens]).toEqual([250, 1]);
  client.terminate();
  await server.stop();
});

test("who keeps to no pace is closed", async () => {
  const server = await startEchoServer();
  server.limitRate(100, 59_000);
  const client = connect({ url: server.url, onError: () => {} });
  for (let n = 1; n <= 250; n += 1) client.send(`${n}`);
  await pass(1000);
  expect([client.phase, client.lastClose?.code]).toEqual(["closed", 1008]);
  await server.stop();
});
