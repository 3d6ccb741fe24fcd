// Dead by evidence, with real sockets: a peer that is slow, that is behind a slow link, or whose bytes we have yet to read
// is alive; one that is gone is found in time, whatever we send to it meanwhile.

import { once } from "node:events";
import { createRequire } from "node:module";
import net, { type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { deliver } from "@gundam/core";
import { Protocol } from "@gundam/protocol";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ClientOptions, connect, heartbeat, info, type WebSocketClient } from "../src/index.ts";
import { echoServer, upgradingServer } from "./dialling.ts";

vi.setConfig({ testTimeout: 60_000 });

const MB = 1_000_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = (holds: () => void) => vi.waitFor(holds, { timeout: 30_000, interval: 10 });

/** A server that answers pings and texts, and says nothing while a message comes. */
async function quietServer(): Promise<{ url: string; sizes: number[] }> {
  const sizes: number[] = [];
  const url = await upgradingServer((socket) => {
    const options = { maxPayload: Infinity, maxFrameSize: Infinity };
    const protocol = new Protocol("server", options, {
      message(message) {
        if (typeof message === "string") protocol.send("yes");
        else sizes.push(message.length);
      },
      ping: (data) => protocol.pong(data),
      pong() {},
      closed: () => socket.destroy(),
      failed: () => socket.destroy(),
      inflated() {},
      framed() {},
    });
    socket.on("data", (bytes) => {
      protocol.receiver.receive(bytes, 0, bytes.length);
      const { frames } = protocol;
      while (frames.byteLength > 0) {
        const piece = frames.take();
        socket.write(Buffer.from(piece.bytes));
        frames.giveBack(piece);
      }
    });
  });
  return { url, sizes };
}

/** A server that our own being busy does not hold up. */
async function serverApart(): Promise<string> {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { WebSocketServer } = require(workerData);
    const server = new WebSocketServer({ port: 0 }, () => parentPort.postMessage(server.address().port));`;
  const workerData = createRequire(import.meta.url).resolve("ws");
  const worker = new Worker(source, { eval: true, workerData });
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = await once(worker, "message");
  return `ws://127.0.0.1:${port}/`;
}

/** A link in front of a server. */
interface Link {
  readonly url: string;
  /** What comes from this side is thrown away. */
  swallows: { client: boolean; server: boolean };
}

/** `bytesPerSecond`: how fast it takes what the client sends. */
async function linkTo(url: string, bytesPerSecond = Infinity): Promise<Link> {
  const port = Number(new URL(url).port);
  const link = { url: "", swallows: { client: false, server: false } };
  const sockets: Socket[] = [];
  const proxy = net.createServer((near) => {
    const far = net.connect(port, "127.0.0.1");
    sockets.push(near, far);
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    far.on("data", (bytes) => link.swallows.server || near.write(bytes));
    const pass = (bytes: Buffer) => link.swallows.client || far.write(bytes);
    if (bytesPerSecond === Infinity) return near.on("data", pass);
    near.pause();
    const timer = setInterval(() => {
      const some: Buffer | null = near.read(Math.min(bytesPerSecond / 20, near.readableLength));
      if (some === null) near.read(0);
      else pass(some);
    }, 50);
    near.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  link.url = `ws://127.0.0.1:${(proxy.address() as net.AddressInfo).port}/`;
  return link;
}

async function opened(
  url: string,
  wsOpts: ClientOptions["wsOpts"],
  options: Partial<ClientOptions> = {},
): Promise<{ client: WebSocketClient; told: unknown[] }> {
  const told: unknown[] = [];
  const client = connect({ url, retry: 0, ...options, wsOpts, onError: (error) => told.push(error.code) });
  onTestFinished(() => client.terminate());
  await client.ready();
  return { client, told };
}

/** Nothing else runs for so long. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const watches: [string, () => ClientOptions["wsOpts"]][] = [
  ["keepalive", () => ({ keepalive: 500 })],
  ["a patience far below the keepalive", () => ({ keepalive: 1000, keepaliveTolerance: 0.4 })],
  ["a heartbeat", () => ({ heartbeat: heartbeat({ message: "beat", interval: 500, timeout: 400 }) })],
];

// What a kernel takes at once, and much more than that.
test.for(watches.flatMap(([name, wsOpts]) => [2 * MB, 9 * MB].map((size) => ({ name, wsOpts, size }))))(
  "a long upload over a slow link is no death: $size bytes, under $name",
  async ({ wsOpts, size }) => {
    const server = await quietServer();
    const link = await linkTo(server.url, 2 * MB);
    const { client, told } = await opened(link.url, wsOpts());
    expect(await deliver(client, new Uint8Array(size))).toBe("flushed");
    await until(() => expect(server.sizes).toEqual([size]));
    await sleep(1000);
    expect(told).toEqual([]);
    expect(client.phase).toBe("open");
  },
);

test("a loop that is blocked for longer than the patience blames nobody", async () => {
  const { client, told } = await opened(await serverApart(), { keepalive: 400, keepaliveTolerance: 0.5 });
  for (let round = 0; round < 12; round++) {
    await sleep(40 * round);
    block(450);
  }
  expect(told).toEqual([]);
  expect(client.phase).toBe("open");
});

test.for(
  (["client", "server", "both"] as const).flatMap((side) =>
    [0, 200, 500_000].flatMap((size) =>
      watches.slice(0, 2).map(([name, wsOpts]) => ({ side, size, name, wsOpts })),
    ),
  ),
)(
  "a link that swallows what comes from $side is found, while we send messages of $size bytes, under $name",
  async ({ side, size, wsOpts }) => {
    const server = await echoServer();
    const link = await linkTo(server.url);
    const { client, told } = await opened(link.url, wsOpts(), { tcpOpts: { sendTimeout: 2000 } });
    const sending = setInterval(
      () => size > 0 && client.phase === "open" && client.send("x".repeat(size)),
      50,
    );
    onTestFinished(() => clearInterval(sending));
    await sleep(300);
    expect(told).toEqual([]);
    link.swallows = { client: side !== "server", server: side !== "client" };
    await until(() => expect(told).toEqual(["ERR_DEAD_PEER"]));
  },
);

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
