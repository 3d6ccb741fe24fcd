// Dead by evidence, as far as it takes little time; the whole grid is among the heavy tests.

import { deliver } from "@gundam/core";
import { expect, test, vi } from "vitest";
import { heartbeat, info } from "../src/index.ts";
import { echoServer } from "./dialling.ts";
import { block, MB, opened, serverApart, sleep, testSwallowing, testUploads, until } from "./evidence.ts";

vi.setConfig({ testTimeout: 60_000 });

// What a kernel takes at once, and much more than that.
testUploads([
  { watch: 0, size: 9 * MB },
  { watch: 2, size: 2 * MB },
]);

testSwallowing([
  { watch: 0, side: "client", size: 500_000 },
  { watch: 1, side: "server", size: 0 },
  { watch: 0, side: "both", size: 200 },
]);

test("a loop that is blocked for longer than the patience blames nobody", async () => {
  const { client, told } = await opened(await serverApart(), { keepalive: 400, keepaliveTolerance: 0.5 });
  for (let round = 0; round < 5; round++) {
    await sleep(40 * round);
    block(450);
  }
  expect(told).toEqual([]);
  expect(client.phase).toBe("open");
});

test("pings go along with what is sent to a peer that is watched, between the fragments of a message too", async () => {
  const server = await echoServer();
  const { client } = await opened(server.url, { keepalive: 60_000 });
  await deliver(client, new Uint8Array(MB), { ack: true });
  expect(server.record.counts.pings).toBeGreaterThanOrEqual(5);
  const { client: unwatched } = await opened(server.url, {});
  const { pings } = server.record.counts;
  await deliver(unwatched, new Uint8Array(MB));
  await until(() => expect(server.record.messages.filter(({ data }) => data.length === MB)).toHaveLength(2));
  expect(server.record.counts.pings).toBe(pings);
});

test("a server that pings and judges sees life during the backlog of an async onMessage, and while it holds", async () => {
  const server = await echoServer();
  const finish: (() => void)[] = [];
  const onMessage = () => new Promise<void>((resolve) => finish.push(resolve));
  const { client, told } = await opened(
    server.url,
    { keepalive: 300 },
    { onMessage, callbackTimeout: 60_000 },
  );
  server.flood(20, "x");
  server.ping("now");
  await until(() => expect(server.record.counts.pongs).toBe(1));
  server.flood(60, "x");
  await sleep(1500);
  expect(server.record.counts.pongs).toBeGreaterThanOrEqual(4);
  expect(told).toEqual([]);
  expect(client.phase).toBe("open");
});

test("a heartbeat measures round trips by its replies", async () => {
  const server = await echoServer();
  const isReply = (message: unknown) => String(message).startsWith("beat");
  let n = 0;
  const beat = heartbeat({ message: () => `beat ${++n}`, interval: 50, when: "always", isReply });
  const { client } = await opened(server.url, { heartbeat: beat });
  await until(() => expect(info(client).rtt).toBeGreaterThan(0));
  await until(() => expect(n).toBeGreaterThan(3));
  expect(server.record.messages.slice(0, 3).map(({ data }) => data)).toEqual(["beat 1", "beat 2", "beat 3"]);
});
