import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openFeed } from "./feed.ts";

let server: EchoServer;
beforeEach(async () => {
  server = await startEchoServer();
  vi.useFakeTimers();
});
afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

test("subscribes again after an outage of ten seconds", async () => {
  const lines: string[] = [];
  const feed = openFeed(server.url, (line) => lines.push(line));
  await vi.waitFor(() => expect(lines).toEqual(["subscribe prices"]));

  server.goAway();
  await vi.waitFor(() => expect(lines).toContain("offline"));
  await vi.advanceTimersByTimeAsync(10_000);
  await server.comeBack();

  while (server.record.counts.messages < 2) await vi.advanceTimersByTimeAsync(1_000);
  await vi.waitFor(() => expect(lines).toEqual(["subscribe prices", "offline", "subscribe prices"]));
  feed.terminate();
});
