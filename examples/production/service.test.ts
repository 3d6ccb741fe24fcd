// A service as it is run in production: what it says while its server is away, when it is refused, and when it is stopped.

import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { supervisor } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startService } from "./service.ts";

let server: EchoServer;
let lines: string[];
let handled: unknown[];

beforeEach(async () => {
  server = await startEchoServer();
  lines = [];
  handled = [];
});

afterEach(async () => {
  await supervisor.shutdown({ timeout: 0 });
  await server.stop();
});

function start() {
  return startService({
    url: server.url,
    freshToken: async () => "of-now",
    handle: async (message) => void handled.push(message),
    log: (line) => lines.push(line),
  });
}

test("what is sent while the server is away arrives, and a probe tells that it is away", async () => {
  const { client, health, stop } = start();
  await client.ready();
  expect(server.record.upgrades[0]!.headers.authorization).toBe("Bearer of-now");
  expect(health()).toMatchObject({ isReady: true, phase: "open" });
  await server.goAway();
  await vi.waitFor(() => expect(health().isReady).toBe(false));
  client.send({ n: 1 });
  expect(health().queue.messages).toBe(1);
  await server.comeBack();
  await vi.waitFor(() => expect(handled).toEqual([{ n: 1 }]));
  expect(lines).toContainEqual(expect.stringMatching(/^lost: \d+$/));
  await stop();
  expect(server.record.closes.at(-1)).toMatchObject({ code: 1001 });
});

test("what no time mends ends it, and is told with its attempts", async () => {
  server.refuse(404);
  start();
  await vi.waitFor(() => expect(lines.at(-1)).toMatch(/^over, 404: /));
  expect(lines.at(-1)).toContain("404");
});
