import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToChannel } from "./phoenix.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import type { Judge } from "./servers/judge.ts";
import { startPhoenix, TIMEOUT } from "./servers/phoenix.ts";

let phoenix: Judge;
let url: string;

beforeEach(async () => {
  takeClocks();
  phoenix = await startPhoenix();
  url = `${phoenix.url}socket/websocket?vsn=2.0.0`;
});

afterEach(async () => {
  vi.useRealTimers();
  await phoenix.stop();
});

test("a channel is joined on each connection, and kept by heartbeats whose replies nobody hears", async () => {
  const heard: string[] = [];
  const { client, push } = connectToChannel(url, "room:1", (event) => heard.push(event));
  push("first", {});
  await pass(600_000);
  client.once("disconnect", () => push("second", {}));
  phoenix.server.drop("fin");
  await pass(600_000);
  expect(phoenix.verdicts).toEqual([]);
  // A join and a push are replied to on each connection.
  expect(heard.filter((event) => event !== "phx_reply")).toEqual(["first", "second"]);
  expect(heard).toHaveLength(6);
  expect(phoenix.server.record.counts.opens).toBe(2);
  client.terminate();
});

test("a server that no longer replies is found", async () => {
  const { client } = connectToChannel(url, "room:1", () => {});
  client.on("error", () => {});
  await pass(10_000);
  phoenix.server.silence();
  await pass(60_000);
  expect([client.lastError?.code, client.phase]).toEqual(["ERR_DEAD_PEER", "open"]);
  client.terminate();
});

test("who has no heartbeat, and who pushes before it joins, is closed", async () => {
  const client = connect({ url, onError: () => {} });
  await pass(TIMEOUT + 1000);
  client.send('["1","1","room:1","first",{}]');
  await pass(1000);
  expect(phoenix.verdicts).toEqual(["nothing for 60 s", "first to a topic that was not joined"]);
  client.terminate();
});
