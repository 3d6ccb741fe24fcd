// The programs of docs/typescript.md, run as they stand: quotes.ts, quote-feed.ts, history.ts and optional.ts.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { json } from "gundam";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWithHistory } from "./history.ts";
import { openFeed, patient } from "./optional.ts";
import { QuoteFeed } from "./quote-feed.ts";
import { describe, openQuotes } from "./quotes.ts";

let server: EchoServer;
beforeEach(async () => {
  server = await startEchoServer();
});
afterEach(() => server.stop());

const subscribed = () => server.until(({ counts }) => counts.messages === 1);
const push = (price: number) => server.push(JSON.stringify({ symbol: "GOLD", price }));

test("state and codec are what the callbacks are given", async () => {
  const quotes = openQuotes(server.url);
  await subscribed();
  expect(server.record.messages[0]!.data).toBe('{"subscribe":"GOLD"}');
  push(2650);
  push(2600);
  await expect.poll(() => describe(quotes)).toBe("the highest price is 2650.00");
  await quotes.close();
});

test("a class has the callbacks as methods", async () => {
  const feed = QuoteFeed.open(server.url);
  await subscribed();
  push(2650);
  await expect.poll(() => feed.prices.get("GOLD")).toBe(2650);
  await feed.close();
});

test("what is fetched for a connection is given up with it", async () => {
  const asked: (string | undefined)[] = [];
  const history = createServer((request, response) => {
    asked.push(request.url);
    // The first answer would take for ever.
    if (asked.length > 1) response.end("what was missed");
  });
  await new Promise<void>((resolve) => history.listen(0, "127.0.0.1", resolve));
  const lines: string[] = [];
  const address = `http://127.0.0.1:${(history.address() as AddressInfo).port}/history`;
  const client = openWithHistory(server.url, address, (text) => lines.push(text));
  const failed: unknown[] = [];
  client.on("error", (error) => failed.push(error.cause));
  await expect.poll(() => asked).toEqual(["/history?since="]);
  client.reconnect();
  await expect.poll(() => lines).toEqual(["what was missed"]);
  expect(failed).toContainEqual(expect.objectContaining({ name: "AbortError" }));
  await client.close();
  history.close();
});

test("options that are undefined are those that were not given", async () => {
  const bare = openFeed({ url: server.url });
  const errors: string[] = [];
  const full = openFeed({ url: server.url, token: "secret", onError: (error) => errors.push(error.code) });
  await server.until(({ counts }) => counts.opens === 2);
  const tokens = server.record.upgrades.map(({ headers }) => headers.authorization);
  expect(tokens.sort()).toEqual(["Bearer secret", undefined]);
  server.drop("rst");
  await expect.poll(() => errors).toEqual(["ERR_CONNECT"]);
  await Promise.all([bare.close(), full.close()]);
});

test("what is laid under options gives way to them", () => {
  const codec = json<string, number>();
  expect(patient({ url: server.url, wsOpts: { codec } })).toMatchObject({
    openTimeout: 60_000,
    retry: Infinity,
    wsOpts: { codec },
  });
  expect(patient({ url: server.url, openTimeout: 1 }).openTimeout).toBe(1);
});
