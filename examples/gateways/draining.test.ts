import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToFeed } from "./draining.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";

/** How long a server that goes away leaves its clients. */
const GRACE = 30_000;

let server: Judge;

beforeEach(async () => {
  takeClocks();
  server = await startJudge((party) => {
    party.every(100, () => party.send("news"));
    return () => {};
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

/** Connections of now are told to go, and closed if they have not; those to come are another server's. */
async function drain() {
  for (const party of server.parties) {
    party.send("goaway");
    party.expect(GRACE, 1001, "still there");
  }
  await pass(2 * GRACE);
}

test("who is told to go has gone before the server does, and misses nothing", async () => {
  const heard: string[] = [];
  const lost: unknown[] = [];
  const client = connectToFeed(server.url, (message) => heard.push(message));
  client.on("disconnect", (event) => lost.push(event));
  await pass(1000);
  await drain();
  await drain();
  expect(server.verdicts).toEqual([]);
  expect(lost).toEqual([]);
  expect(heard.length).toBeGreaterThan(1000);
  expect(server.server.record.counts.opens).toBe(3);
  client.terminate();
});

test("a client that does nothing is closed, and is back within 10 s", async () => {
  const lost: number[] = [];
  const client = connect({
    url: server.url,
    onDisconnect: (client) => lost.push(client.lastClose!.code),
    onError: () => {},
  });
  await pass(1000);
  await drain();
  expect(server.verdicts).toEqual(["still there"]);
  expect([lost, client.phase]).toEqual([[1001], "open"]);
  client.terminate();
});
