// The examples of docs/options.md, one for each group of options: credentials.ts, deadlines.ts, retrying.ts, queueing.ts,
// watched.ts, proxied.ts, cookies.ts and fleet.ts. That of a page's signals is run in browsers.

import { pem } from "@gundam/testing/certificates";
import { type EchoServer, type EchoServerOptions, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "../gateways/servers/clock.ts";
import { startProxy } from "../gateways/servers/proxy.ts";
import { connectWithCookies } from "./cookies.ts";
import { connectAs } from "./credentials.ts";
import { connectInTime } from "./deadlines.ts";
import { connectAll } from "./fleet.ts";
import { connectFromInside } from "./proxied.ts";
import { connectToBoard } from "./queueing.ts";
import { connectPatiently } from "./retrying.ts";
import { connectWatched } from "./watched.ts";

const started: { stop(): Promise<void> }[] = [];

beforeEach(takeClocks);

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

async function start(options?: EchoServerOptions): Promise<EchoServer> {
  const server = await startEchoServer(options);
  started.push(server);
  return server;
}

test("each attempt has its own url and token, and the wanted subprotocol", async () => {
  const server = await start({ protocols: ["chat.v1"] });
  let issued = 0;
  const client = connectAs(server.url, async () => `${++issued}`);
  await pass(1000);
  server.drop();
  await pass(1000);
  expect(server.record.upgrades.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ["/?attempt=1", "Bearer 1"],
    ["/?attempt=2", "Bearer 2"],
  ]);
  expect(server.record.upgrades[0]?.headers["sec-websocket-protocol"]).toBe("chat.v2,chat.v1");
  expect([client.phase, client.state.unread]).toEqual(["open", 0]);
  client.terminate();
});

test("a server that never answers is given up when its phase is over", async () => {
  const server = await start();
  server.stallAtUpgrade();
  const client = connectInTime(server.url);
  const errors: unknown[] = [];
  client.on("error", (error) => errors.push(error));
  await pass(9000);
  expect(errors).toEqual([]);
  await pass(2000);
  expect(errors).toEqual([expect.objectContaining({ code: "ERR_TIMEOUT", phase: "upgrade" })]);
  client.terminate();
});

test("a route that is missing is waited for; a refusal is the end", async () => {
  const server = await start();
  server.refuse(404, { times: 3 });
  const client = connectPatiently(server.url);
  client.on("error", () => {});
  await pass(10_000);
  expect([client.phase, server.record.counts.upgrades]).toEqual(["open", 4]);
  server.refuse(403);
  server.drop();
  await pass(10_000);
  expect(client.phase).toBe("closed");
});

test("what waits is bounded, leaves no faster than the server takes it, and comes as JSON", async () => {
  const server = await start();
  const client = connectToBoard(server.url);
  const dropped: unknown[] = [];
  client.on("drop", ({ message }) => dropped.push(message));
  for (let n = 1; n <= 101; n += 1) client.send({ n });
  await pass(900);
  expect(dropped).toEqual(['{"n":1}']);
  expect(server.record.counts.messages).toBe(20);
  await pass(5000);
  expect(server.record.messages.at(-1)?.data).toBe('{"n":101}');
  expect(server.record.upgrades[0]?.headers["sec-websocket-extensions"]).toContain("permessage-deflate");
  client.terminate();
});

test("a peer that is silent is dead within 15 s", async () => {
  const server = await start();
  const client = connectWatched(server.url);
  await pass(1000);
  server.silence();
  const errors: unknown[] = [];
  client.on("error", (error) => errors.push(error));
  await pass(15_000);
  expect(errors).toEqual([expect.objectContaining({ code: "ERR_DEAD_PEER" })]);
  expect([client.phase, server.record.counts.opens]).toEqual(["open", 2]);
  client.terminate();
});

test("it goes through the proxy, and trusts the house's authority", async () => {
  vi.useRealTimers();
  const server = await start({ tls: { cert: pem("server"), key: pem("server-key") } });
  const proxy = await startProxy(() => true);
  started.push(proxy);
  const client = connectFromInside(server.url, proxy.url, pem("authority"));
  await client.ready();
  expect([client.phase, proxy.asked.length]).toEqual(["open", 1]);
  client.terminate();
});

test("the cookie of a redirect goes along with what it leads to", async () => {
  const server = await start();
  server.refuse(302, { headers: { Location: "/there", "Set-Cookie": "node=7" }, times: 1 });
  const client = connectWithCookies(server.url);
  await pass(1000);
  expect(server.record.upgrades.map(({ url, headers }) => [url, headers.cookie])).toEqual([
    ["/", undefined],
    ["/there", "node=7"],
  ]);
  client.terminate();
});

test("a fleet is traced, and ends together, by its supervisor or by the signal", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const server = await start();
  const urls = [server.url, server.url];
  const fleet = connectAll(urls, new AbortController().signal);
  await pass(1000);
  expect(fleet.children()).toHaveLength(2);
  expect(log.mock.calls.flat().join("\n")).toContain("= connecting → open");
  void fleet.shutdown();
  await pass(1000);
  const control = new AbortController();
  const other = connectAll(urls, control.signal);
  await pass(1000);
  control.abort();
  await pass(1000);
  expect([fleet.children(), other.children(), server.connections]).toEqual([[], [], []]);
  expect(server.record.closes.map(({ code }) => code)).toEqual([1001, 1001, 1000, 1000]);
});
