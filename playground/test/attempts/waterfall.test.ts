// The attempts of a client as rows: what became of each, whoever ended it, and where its bars stand.

import { Client, explain, handover, type Platform } from "@gundam/core";
import { virtualWorld } from "@gundam/testing";
import { applyFault, type InPageFault, InPageServer } from "@gundam/testing/in-page";
import { expect, test } from "vitest";
import { attemptWords } from "../../src/attempts/attempt-words.ts";
import { type WaterfallRow, waterfallsOf } from "../../src/attempts/waterfall.ts";

function start(fault?: InPageFault) {
  const world = virtualWorld();
  const server = new InPageServer({ runtime: world.runtime });
  if (fault !== undefined) applyFault(server, fault);
  const { ping: _, vigilanceOf: __, ...others } = world.platform;
  const platform = { ...others, dial: server.dial as Platform["dial"] };
  const client = new Client(platform, { url: server.url, retry: 2, retryTimeout: 5000 });
  let endedAt: number | undefined;
  client.on("close", () => {
    endedAt = world.runtime.wallNow();
  });
  client.reconnect();
  const life = () => ({ records: explain(client).attempts, endedAt });
  const rows = (): readonly WaterfallRow[] => waterfallsOf([life()], world.runtime.wallNow()).rows[0]!;
  return { client, server, runtime: world.runtime, life, rows };
}

const stall = { name: "stall-at-upgrade" };

test("an attempt is under way until it is over", async () => {
  const { runtime, rows } = start(stall);
  await runtime.advance(500);
  expect(rows().map(attemptWords)).toEqual(["under way"]);
  expect(rows()[0]!.bars.at(-1)).toMatchObject({ title: "under way", to: 500 });
});

test.each(["close", "terminate"] as const)("%s() cuts an attempt short", async (how) => {
  const { client, runtime, rows } = start(stall);
  await runtime.advance(500);
  void client[how]();
  await runtime.advance(1000);
  expect(rows().map(attemptWords)).toEqual(["cut short after 500 ms"]);
  expect(Math.max(...rows()[0]!.bars.map(({ to }) => to))).toBe(500);
});

test.each(["close", "terminate"] as const)("%s() ends an open connection", async (how) => {
  const { client, runtime, rows } = start();
  await runtime.advance(500);
  void client[how]();
  await runtime.advance(1000);
  // Until the server has answered our Close.
  expect(rows().map(attemptWords)).toEqual([
    expect.stringMatching(/^opened in 4 ms, open (496|500) ms; ended from this side$/),
  ]);
});

test("reconnect() ends what there is, and the next attempt begins", async () => {
  const { client, runtime, rows } = start();
  await runtime.advance(500);
  client.reconnect();
  await runtime.advance(500);
  expect(rows().map(attemptWords)).toEqual([
    "opened in 4 ms, open 496 ms; ended from this side",
    "opened in 4 ms",
  ]);
});

test("close() during a wait says that the next attempt never came", async () => {
  const { client, runtime, rows } = start({ name: "refuse" });
  await runtime.advance(500);
  void client.close();
  await runtime.advance(500);
  expect(rows().map(attemptWords)).toEqual([
    expect.stringMatching(/^failed .*; next in 5 s, but closed before$/),
  ]);
});

test("a loss, a failure and a wait are told, and that it was the last", async () => {
  const { server, runtime, rows } = start();
  await runtime.advance(500);
  applyFault(server, { name: "refuse" });
  applyFault(server, { name: "close", code: 1012 });
  await runtime.advance(60_000);
  const words = rows().map(attemptWords);
  expect(words[0]).toMatch(/^opened in 4 ms, open .*; the server sent Close with code 1012; next in 5 s$/);
  expect(words[1]).toMatch(/^failed after 4 ms: not opened \(browsers hide why\).*; next in 5 s$/);
  expect(words.at(-1)).toMatch(/; gave up$/);
});

test("a hand-over has a row of its own, though it began when another attempt did", async () => {
  const { client, runtime, rows } = start();
  await runtime.advance(500);
  void handover(client);
  await runtime.advance(500);
  expect(rows().map(attemptWords)).toEqual([
    "opened in 4 ms, open 500 ms; handed over to the next",
    "opened",
  ]);
  const sameTime = rows().map(({ record }) => ({ ...record, startedAt: 0 }));
  const keys = waterfallsOf([{ records: sameTime, endedAt: undefined }], 0).rows[0]!.map(({ key }) => key);
  expect(new Set(keys).size).toBe(2);
});

test("an attempt keeps its key when those before it are forgotten", async () => {
  const { runtime, life } = start({ name: "refuse" });
  await runtime.advance(6000);
  const { records, endedAt } = life();
  const keysOf = (kept: typeof records) =>
    waterfallsOf([{ records: kept, endedAt }], 6000).rows[0]!.map(({ key }) => key);
  expect(keysOf(records.slice(1))).toEqual(keysOf(records).slice(1));
});

test("two clients have one axis, from the first attempt of any to the last end of any", async () => {
  const [early, late] = [start(), start()];
  await early.runtime.advance(9000);
  await late.runtime.advance(1000);
  late.client.terminate();
  const later = late.life();
  const records = later.records.map((record) => ({ ...record, startedAt: 3000 }));
  const { from, to, rows } = waterfallsOf([early.life(), { records, endedAt: 4000 }], 9000);
  expect([from, to]).toEqual([0, 9000]);
  expect(rows.map((one) => one[0]!.from)).toEqual([0, 3000]);
  expect(rows[1]!.flatMap(({ bars }) => bars).at(-1)!.to).toBe(4000);
});
