import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./servers/clock.ts";
import type { Judge } from "./servers/judge.ts";
import { startHub } from "./servers/signalr.ts";
import { connectToHub, record } from "./signalr.ts";

let hub: Judge;

beforeEach(async () => {
  takeClocks();
  hub = await startHub();
});

afterEach(async () => {
  vi.useRealTimers();
  await hub.stop();
});

const call = (target: string) => record({ type: 1, target, arguments: [] });

test("a client of a hub stays, is heard and hears, through a reconnect", async () => {
  const heard: unknown[] = [];
  const client = connectToHub(hub.url, (target, values) => heard.push([target, ...values]));
  client.send(call("first"));
  await pass(600_000);
  client.once("disconnect", () => client.send(call("second")));
  hub.server.drop("fin");
  await pass(600_000);
  expect(hub.verdicts).toEqual([]);
  expect(heard).toEqual([
    ["first", 1, 2],
    ["second", 1, 2],
  ]);
  expect(hub.server.record.counts.opens).toBe(2);
  client.terminate();
});

test("a hub that no longer pings is found", async () => {
  const client = connectToHub(hub.url, () => {});
  client.on("error", () => {});
  await pass(10_000);
  hub.server.silence();
  await pass(60_000);
  expect([client.lastError?.code, client.phase]).toEqual(["ERR_DEAD_PEER", "open"]);
  client.terminate();
});

test("who calls at once, and who sends nothing, is closed", async () => {
  const hasty = connect({ url: hub.url, onError: () => {} });
  hasty.send(call("first"));
  await pass(10);
  hasty.terminate();
  const silent = connect({
    url: hub.url,
    onConnect: (_headers, client) => void client.send(record({ protocol: "json", version: 1 })),
    onError: () => {},
  });
  await pass(31_000);
  expect(hub.verdicts).toEqual(["type 1 where a handshake was expected", "nothing for 30 s"]);
  silent.terminate();
});
