// Dead by evidence, with real sockets, a case for each way: a peer that is slow, that is behind a slow link, or whose bytes we have yet to read
// is alive; one that is gone is found in time, whatever we send to it meanwhile.

import { once } from "node:events";
import { createRequire } from "node:module";
import net, { type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { deliver } from "@gundam/core";
import { Protocol } from "@gundam/protocol";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ClientOptions, connect, heartbeat, type WebSocketClient } from "../src/index.ts";
import { echoServer, upgradingServer } from "./dialling.ts";

export const MB = 1_000_000;
export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
export const until = (holds: () => void) => vi.waitFor(holds, { timeout: 30_000, interval: 10 });

/** A server that answers pings and texts, and says nothing while a message comes. */
export async function quietServer(): Promise<{ url: string; sizes: number[] }> {
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
export async function serverApart(): Promise<string> {
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
export interface Link {
  readonly url: string;
  /** What comes from this side is thrown away. */
  swallows: { client: boolean; server: boolean };
}

/** `bytesPerSecond`: how fast it takes what the client sends. */
export async function linkTo(url: string, bytesPerSecond = Infinity): Promise<Link> {
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

export async function opened(
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
export function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

export const watches: [string, () => ClientOptions["wsOpts"]][] = [
  ["keepalive", () => ({ keepalive: 500 })],
  ["a patience far below the keepalive", () => ({ keepalive: 1000, keepaliveTolerance: 0.4 })],
  ["a heartbeat", () => ({ heartbeat: heartbeat({ message: "beat", interval: 500, timeout: 400 }) })],
];

export interface Upload {
  readonly watch: number;
  readonly size: number;
}

/** A link that is slower than the patience is long is no death. */
export function testUploads(uploads: readonly Upload[]): void {
  test.for(
    uploads.map(({ watch, size }) => ({ name: watches[watch]![0], wsOpts: watches[watch]![1], size })),
  )("a long upload over a slow link is no death: $size bytes, under $name", async ({ wsOpts, size }) => {
    const server = await quietServer();
    const link = await linkTo(server.url, 2 * MB);
    const { client, told } = await opened(link.url, wsOpts());
    expect(await deliver(client, new Uint8Array(size))).toBe("flushed");
    await until(() => expect(server.sizes).toEqual([size]));
    await sleep(1000);
    expect(told).toEqual([]);
    expect(client.phase).toBe("open");
  });
}

export interface Swallowing {
  readonly watch: number;
  readonly side: "client" | "server" | "both";
  /** How long the messages are that we go on sending; 0: none. */
  readonly size: number;
}

export function testSwallowing(links: readonly Swallowing[]): void {
  test.for(
    links.map(({ watch, ...link }) => ({ ...link, name: watches[watch]![0], wsOpts: watches[watch]![1] })),
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
}
