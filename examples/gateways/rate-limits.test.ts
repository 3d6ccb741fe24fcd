import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToMarket } from "./rate-limits.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import type { Judge } from "./servers/judge.ts";
import { startMarket } from "./servers/market.ts";

let market: Judge;

beforeEach(async () => {
  takeClocks();
  market = await startMarket();
});

afterEach(async () => {
  vi.useRealTimers();
  await market.stop();
});

const topics = Array.from({ length: 100 }, (_, index) => `ticker ${index}`);
const subscription = (topic: string) => JSON.stringify({ id: topic, type: "subscribe", topic });

test("a hundred subscriptions leave in order and at the pace that is allowed, heartbeats and a reconnect in between", async () => {
  const heard: string[] = [];
  const client = connectToMarket(market.url, (message) => heard.push(message));
  for (const topic of topics.slice(0, 50)) client.send(subscription(topic));
  await pass(100_000);
  client.once("disconnect", () => {
    for (const topic of topics.slice(50)) client.send(subscription(topic));
  });
  market.server.drop("fin");
  await pass(100_000);
  expect(market.verdicts).toEqual([]);
  expect(heard.map((message) => JSON.parse(message))).toEqual(
    topics.map((topic) => ({ id: topic, type: "ack", topic })),
  );
  expect(market.server.record.counts.opens).toBe(2);
  client.terminate();
});

test("who sends them all at once ends, and who sends no ping is closed", async () => {
  const ended: number[] = [];
  const hasty = connect({ url: market.url, onClose: (code) => ended.push(code) });
  for (const topic of topics) hasty.send(subscription(topic));
  await pass(1000);
  const silent = connect({ url: market.url, onError: () => {} });
  await pass(60_000);
  expect(market.verdicts.slice(0, 2)).toEqual(["Too many requests", "no ping for 28 s"]);
  expect(ended).toEqual([1008]);
  silent.terminate();
});
