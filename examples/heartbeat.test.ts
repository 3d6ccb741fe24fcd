// The example heartbeat.ts of docs/dead-peers.md: it says by its heartbeat what it heard last, and notices who stops to answer.

import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./gateways/servers/clock.ts";
import { connectToGateway } from "./heartbeat.ts";

let server: EchoServer;

beforeEach(async () => {
  takeClocks();
  server = await startEchoServer();
  server.mute();
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

test("the heartbeat says what was heard last, and its answer is no message", async () => {
  const client = connectToGateway(server.url);
  const heard: unknown[] = [];
  client.on("message", (message) => heard.push(message));
  await pass(1000);
  server.push('{"op":0,"s":7}');
  await pass(40_000);
  server.push('{"op":11}');
  await pass(1000);
  expect(server.record.messages.map(({ data }) => data)).toEqual(['{"op":1,"d":7}']);
  expect(heard).toEqual(['{"op":0,"s":7}']);
  client.terminate();
});

test("who answers no heartbeat is replaced within a minute", async () => {
  const client = connectToGateway(server.url);
  client.on("error", () => {});
  await pass(59_000);
  expect(server.record.counts.opens).toBe(1);
  await pass(2000);
  expect(server.record.counts.opens).toBe(2);
  client.terminate();
});
