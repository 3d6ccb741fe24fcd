import { type VirtualWorld, virtualClient, virtualWorld } from "@gundam/testing";
import type * as Gundam from "gundam";
import { beforeEach, expect, test, vi } from "vitest";
import { openFeed } from "./feed.ts";

let world: VirtualWorld;
beforeEach(() => {
  world = virtualWorld();
});

vi.mock("gundam", async (original) => ({
  ...(await original<typeof Gundam>()),
  connect: (options: object) => virtualClient(world, options),
}));

test("shows what comes, and that there is no connection for an hour", async () => {
  const { network, runtime } = world;
  const lines: string[] = [];
  openFeed("wss://example.org/feed", (line) => lines.push(line));

  await runtime.advance(0);
  network.last.open();
  await runtime.advance(0);
  expect(network.last.sent).toEqual(["subscribe prices"]);

  network.last.receive("GOLD 2650");
  await runtime.advance(0);
  expect(lines).toEqual(["GOLD 2650"]);

  // From now on whoever dials is refused at once.
  network.onDial = (transport) => queueMicrotask(() => transport.lose());
  network.last.lose();
  await runtime.advance(3_600_000);
  expect(lines).toEqual(["GOLD 2650", "offline"]);
  expect(network.transports.length).toBeGreaterThan(200);

  network.onDial = (transport) => queueMicrotask(() => transport.open());
  await runtime.advance(15_000);
  expect(network.last.sent).toEqual(["subscribe prices"]);
});
