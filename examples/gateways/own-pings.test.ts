import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToExchange } from "./own-pings.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { startExchange } from "./servers/exchange.ts";
import type { Judge } from "./servers/judge.ts";

let exchange: Judge;

beforeEach(async () => {
  takeClocks();
  exchange = await startExchange();
});

afterEach(async () => {
  vi.useRealTimers();
  await exchange.stop();
});

test("the exchange's own pings are answered, and its news are heard, through a reconnect", async () => {
  const news: unknown[] = [];
  const client = connectToExchange(exchange.url, (one) => news.push(one));
  await pass(60_000);
  exchange.server.drop("fin");
  await pass(60_000);
  expect(exchange.verdicts).toEqual([]);
  expect(news.length).toBeGreaterThan(20);
  expect(new Set(news.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"price":100}']));
  client.terminate();
});

test("who answers none is closed, whatever pings of WebSocket there are", async () => {
  const client = connect({ url: exchange.url, wsOpts: { keepalive: 1000 }, onError: () => {} });
  await pass(60_000);
  expect(exchange.verdicts).toContain("five pings unanswered");
  client.terminate();
});
