import { startEchoServer } from "@gundam/testing/server";
import { WebSocketClient } from "gundam";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { pass, takeClocks } from "../gateways/servers/clock.ts";
import { whileUsed } from "./while-used.ts";

afterEach(() => vi.useRealTimers());

async function begin() {
  takeClocks();
  const server = await startEchoServer();
  const client = new WebSocketClient({ url: server.url });
  onTestFinished(async () => {
    client.terminate();
    await server.stop();
  });
  return { server, client, hold: whileUsed(client) };
}

test("a client is connected while somebody uses it, once, over what is unmounted and mounted at once", async () => {
  const { server, client, hold } = await begin();
  hold()();
  const releases = [hold(), hold()];
  await pass(5000);
  releases[0]!();
  await pass(5000);
  expect([client.phase, server.record.counts.upgrades]).toEqual(["open", 1]);

  releases[1]!();
  await pass(5000);
  expect(client.phase).toBe("closed");
  hold();
  await pass(5000);
  expect([client.phase, server.record.counts.upgrades]).toEqual(["open", 2]);
});

test("who comes while it closes has it opened again", async () => {
  const { server, client, hold } = await begin();
  const release = hold();
  await pass(100);
  server.ignoreClose();
  release();
  await pass(2000);
  expect(client.phase).toBe("closing");
  hold();
  await pass(60_000);
  expect([client.phase, server.record.counts.upgrades]).toEqual(["open", 2]);
});
