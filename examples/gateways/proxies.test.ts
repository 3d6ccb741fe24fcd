import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectAsConfigured, connectThroughEither, connectThroughProxy } from "./proxies.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { type ForwardProxy, startProxy } from "./servers/proxy.ts";

let server: EchoServer;
let proxies: ForwardProxy[];
/** What the proxies want to see. */
let wanted: string | undefined;

beforeEach(async () => {
  takeClocks();
  wanted = undefined;
  server = await startEchoServer();
  const start = () => startProxy((authorization) => wanted === undefined || authorization === wanted);
  proxies = await Promise.all([start(), start()]);
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await Promise.all([server, ...proxies].map((one) => one.stop()));
});

test("the environment's proxy is taken", async () => {
  for (const name of ["ws_proxy", "wss_proxy", "http_proxy", "https_proxy", "all_proxy", "no_proxy"]) {
    vi.stubEnv(name, "");
    vi.stubEnv(name.toUpperCase(), "");
  }
  vi.stubEnv("HTTP_PROXY", proxies[0]!.url);
  const client = connectAsConfigured(server.url);
  await pass(1000);
  expect([client.phase, proxies[0]!.asked]).toEqual(["open", [undefined]]);
  client.terminate();
});

test("a token that has expired is replaced within the attempt", async () => {
  let issued = 0;
  const client = connectThroughProxy(server.url, proxies[0]!.url, async () => `${++issued}`);
  const errors: unknown[] = [];
  client.on("error", (error) => errors.push(error));
  wanted = "Bearer 2";
  await pass(1000);
  expect([client.phase, proxies[0]!.asked, errors]).toEqual(["open", ["Bearer 1", "Bearer 2"], []]);
  client.terminate();
});

test("who has none is told so, and ends", async () => {
  wanted = "Bearer 1";
  const told: string[] = [];
  const client = connect({
    url: server.url,
    tcpOpts: { proxy: proxies[0]!.url },
    onError: (error) => told.push(error.message),
  });
  await pass(1000);
  expect(told).toEqual([expect.stringContaining("407")]);
  expect([client.phase, server.record.counts.tcpConnections]).toEqual(["closed", 0]);
});

test("the second proxy serves while the first is gone", async () => {
  const [first, second] = proxies as [ForwardProxy, ForwardProxy];
  await first.stop();
  const client = connectThroughEither(server.url, first.url, second.url);
  client.on("error", () => {});
  await pass(10_000);
  expect([client.phase, second.asked.length]).toEqual(["open", 1]);
  client.terminate();
});
