import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToMarket } from "./rate-limits.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";

let market: Judge;
let subscribed: string[];

beforeEach(async () => {
  takeClocks();
  subscribed = [];
  // Five messages in any second, a ping at least once in 28 s, and none of the ids twice.
  market = await startJudge((party) => {
    const ids = new Set<string>();
    let times: number[] = [];
    const listen = () => party.expect(28_000, 1000, "no ping for 28 s");
    listen();
    return (message) => {
      times = [...times, performance.now()].filter((time) => time > performance.now() - 1000);
      if (times.length > 5) return party.condemn(1008, "Too many requests");
      const { id, type, topic } = JSON.parse(message);
      if (ids.has(id)) return party.condemn(1008, `the id ${id} again`);
      ids.add(id);
      if (type === "ping") listen();
      else subscribed.push(topic);
      party.send(JSON.stringify({ id, type: type === "ping" ? "pong" : "ack" }));
    };
  });
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
  expect(subscribed).toEqual(topics);
  expect(heard.map((message) => JSON.parse(message).type)).toEqual(topics.map(() => "ack"));
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
