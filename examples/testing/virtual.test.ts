import { virtualClient } from "@gundam/testing";
import { type VirtualPage, virtualPage } from "@gundam/testing/in-page";
import type * as Gundam from "gundam";
import { beforeEach, expect, test, vi } from "vitest";
import { openFeed } from "./feed.ts";

let world: VirtualPage;
beforeEach(() => {
  world = virtualPage();
});

vi.mock("gundam", async (original) => ({
  ...(await original<typeof Gundam>()),
  connect: (options: object) => virtualClient(world, options),
}));

test("subscribes again after an outage of an hour", async () => {
  const { runtime, server } = world;
  const lines: string[] = [];
  openFeed("wss://example.org/feed", (line) => lines.push(line));
  await runtime.advance(1000);

  server.goAway(3_600_000);
  await runtime.advance(3_600_000);
  expect(lines).toEqual(["subscribe prices", "offline"]);

  // resilient() waits for 15 s at most.
  await runtime.advance(15_000);
  expect(lines).toEqual(["subscribe prices", "offline", "subscribe prices"]);
});

test("shows what comes once the user is online again", async () => {
  const { runtime, server, page } = world;
  const lines: string[] = [];
  openFeed("wss://example.org/feed", (line) => lines.push(line));
  await runtime.advance(1000);

  page.goOffline();
  server.push("GOLD 2650");
  await runtime.advance(5000);
  expect(lines).toEqual(["subscribe prices"]);

  page.goOnline();
  await runtime.advance(1000);
  expect(lines).toEqual(["subscribe prices", "GOLD 2650"]);
});
