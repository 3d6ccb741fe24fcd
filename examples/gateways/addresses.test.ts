import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToAny } from "./addresses.ts";
import { pass, takeClocks } from "./servers/clock.ts";

let servers: EchoServer[];

beforeEach(async () => {
  takeClocks();
  servers = await Promise.all([startEchoServer(), startEchoServer(), startEchoServer()]);
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.map((server) => server.stop()));
});

test("while one of three serves, a client is there at once", async () => {
  const [gone, misplaced, healthy] = servers as [EchoServer, EchoServer, EchoServer];
  gone.goAway();
  misplaced.refuse(404);
  const client = connectToAny(servers.map(({ url }) => url));
  await pass(100);
  expect([client.phase, healthy.record.counts.opens]).toEqual(["open", 1]);
  // A minute later they change places.
  await pass(60_000);
  await gone.behave();
  healthy.goAway();
  await pass(1000);
  expect([client.phase, gone.record.counts.opens]).toEqual(["open", 1]);
  client.terminate();
});

test("clients spread over those that there are", async () => {
  const urls = servers.map(({ url }) => url);
  const clients = Array.from({ length: 60 }, () => connectToAny(urls));
  await pass(1000);
  for (const { record } of servers) expect(record.counts.opens).toBeGreaterThan(5);
  for (const client of clients) client.terminate();
});

test("one address alone is where such a client ends", async () => {
  servers[0]!.refuse(404);
  const ended: number[] = [];
  connect({ url: servers[0]!.url, onClose: (code) => ended.push(code) });
  await pass(1000);
  expect(ended).toEqual([404]);
});
