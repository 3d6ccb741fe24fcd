import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFeed } from "./feed.ts";

let server: EchoServer;
beforeEach(async () => {
  server = await startEchoServer();
});
afterEach(() => server.stop());

test("subscribes again after a loss", async () => {
  const lines: string[] = [];
  const feed = openFeed(server.url, (line) => lines.push(line));
  await expect.poll(() => lines).toEqual(["subscribe prices"]);

  server.drop("rst");
  await server.until(({ counts }) => counts.messages === 2);

  server.push("GOLD 2650");
  await expect.poll(() => lines).toEqual(["subscribe prices", "offline", "subscribe prices", "GOLD 2650"]);
  await feed.close();
});

test("comes back to a server that is overloaded for a while", async () => {
  server.refuse(503, { headers: { "Retry-After": "0" }, times: 2 });
  const feed = openFeed(server.url, () => {});
  await feed.ready();
  expect(server.record.counts).toMatchObject({ upgrades: 3, opens: 1 });
  await feed.close();
});
