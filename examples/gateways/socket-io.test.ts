import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./servers/clock.ts";
import { PING_INTERVAL, PING_TIMEOUT, startEngine } from "./servers/engine-io.ts";
import type { Judge } from "./servers/judge.ts";
import { connectToSocketIo, eventPacket } from "./socket-io.ts";

let server: Judge;

beforeEach(async () => {
  takeClocks();
  server = await startEngine();
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

test("a client of Socket.IO is in after its greeting, through a reconnect, and stays", async () => {
  const heard: unknown[] = [];
  const client = connectToSocketIo(server.url, (...what) => heard.push(what));
  client.send(eventPacket("news", 1));
  await pass(600_000);
  client.once("disconnect", () => client.send(eventPacket("news", 2)));
  server.server.drop("fin");
  await pass(600_000);
  expect(server.verdicts).toEqual([]);
  expect(heard).toEqual([
    ["news", 1],
    ["news", 2],
  ]);
  expect(server.server.record.counts.opens).toBe(2);
  client.terminate();
});

test("a server that no longer asks is found", async () => {
  const client = connectToSocketIo(server.url, () => {});
  await pass(10_000);
  server.server.silence();
  await pass(PING_INTERVAL + PING_TIMEOUT + 20_000);
  expect([client.lastError?.code, client.phase]).toEqual(["ERR_DEAD_PEER", "open"]);
  client.terminate();
});

test("who sends at once, and answers no ping, is closed for either", async () => {
  const client = connect({ url: server.url, onError: () => {} });
  await pass(PING_INTERVAL + PING_TIMEOUT);
  client.send(eventPacket("news", 1));
  await pass(1000);
  expect(server.verdicts).toEqual(["ping timeout", expect.stringContaining("before its namespace")]);
  client.terminate();
});
