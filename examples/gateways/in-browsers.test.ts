// Where pings do not count, for there are none.

import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectFromPage } from "./in-browsers.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { Gateway } from "./servers/gateway.ts";
import { type Judge, startJudge } from "./servers/judge.ts";

let server: Judge;
let gateway: Gateway;

beforeEach(async () => {
  takeClocks();
  server = await startJudge((party) => (message) => {
    party.send(message === '{"type":"ping"}' ? '{"type":"pong"}' : message);
  });
  gateway = await Gateway.start(server.server.port, { idle: 55_000, life: "messages" });
});

afterEach(async () => {
  vi.useRealTimers();
  await gateway.stop();
  await server.stop();
});

test("a question of the application's keeps the connection, and its answers are heard by nobody", async () => {
  const heard: unknown[] = [];
  const client = connectFromPage(gateway.url);
  client.on("message", (message) => heard.push(message));
  await pass(3_600_000);
  expect([gateway.verdicts, heard, server.server.record.counts.opens]).toEqual([[], [], 1]);
  client.terminate();
});

test("without one it is ended", async () => {
  const client = connect({ url: gateway.url, onError: () => {} });
  await pass(120_000);
  expect(gateway.verdicts).toContain("idle");
  client.terminate();
});
