// What the tests of this package dial with: the adapter as core would use it, and servers that are ended with the test.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo, type LookupFunction, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { type HeaderFields, resolveOptions, type Transport } from "@gundam/core";
import { identity, pem } from "@gundam/testing/certificates";
import { RecordingListener } from "@gundam/testing/contract";
import { type EchoServer, type EchoServerOptions, startEchoServer } from "@gundam/testing/server";
import { expect, onTestFinished, vi } from "vitest";
import { nodeDeclarations, type ResolvedNodeOptions } from "../src/node-options.ts";
import { createTransportDial } from "../src/node-transport.ts";

export { identity, pem } from "@gundam/testing/certificates";

/** Node tells facts of each connection. */
type Informed = Transport & Required<Pick<Transport, "info">>;

export interface Dialled {
  readonly transport: Informed;
  readonly listener: RecordingListener;
  /** The socket under it, if there was anything to connect to. */
  readonly socket: Socket | undefined;
}

/**
 * Dials with the given options, in the way of one client; the test ends with the connection abandoned, and the contract
 * kept.
 */
export function dial(
  url: string,
  given: object = {},
  headers: HeaderFields = {},
  dialNode = createTransportDial(),
): Dialled {
  const options = resolveOptions(nodeDeclarations, { url, ...given }) as unknown as ResolvedNodeOptions;
  const listener = new RecordingListener();
  const connecting = vi.spyOn(net.Socket.prototype, "connect");
  const transport = dialNode({ url, headers, options }, listener) as Informed;
  const socket = connecting.mock.contexts[0] as Socket | undefined;
  connecting.mockRestore();
  listener.dialled();
  onTestFinished(() => {
    transport.abandon();
    expect(listener.violations).toEqual([]);
  });
  return { transport, listener, socket };
}

/** Dials, and waits until the connection is open. */
export async function open(url: string, given: object = {}): Promise<Dialled> {
  const dialled = dial(url, given);
  await dialled.listener.next("opened");
  return dialled;
}

/** Waits until the connection's socket is gone. */
export async function destroyed({ socket }: Dialled): Promise<void> {
  if (!socket!.closed) await once(socket!, "close");
}

/** The echo + fault server, by whatever name a test makes up. */
export async function echoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  const server = await startEchoServer({ allowOrigins: ["*"], ...options });
  onTestFinished(() => server.stop());
  return server;
}

/** A server that does with each TCP connection what the test says. Returns its port. */
export async function tcpServer(serve: (socket: Socket) => void, host = "127.0.0.1"): Promise<number> {
  return listen(net.createServer(serve), host);
}

/** A server that answers the opening handshake, and then does with the connection what the test says. Returns its url. */
export async function upgradingServer(serve: (socket: Socket) => void, ...fields: string[]): Promise<string> {
  const server = http.createServer().on("upgrade", (request, socket) => {
    socket.write(switchingProtocols(request.headers["sec-websocket-key"]!, ...fields));
    serve(socket as Socket);
  });
  return `ws://127.0.0.1:${await listen(server, "127.0.0.1")}/`;
}

/** What is below the frames. */
export type Carrier = "TCP" | "TLS";

/** Options that trust the servers of these tests. */
export const trusting = { tlsOpts: { ca: pem("authority") } };

export interface Serving {
  /** Bytes that leave in one write with the answer. */
  readonly glued?: Uint8Array;
  /** Header fields of the answer. */
  readonly fields?: readonly string[];
  readonly serve?: (socket: Socket) => void;
}

/** The same over TCP or TLS. */
export async function servingOver(
  carrier: Carrier,
  { glued = new Uint8Array(0), fields = [], serve = () => {} }: Serving,
): Promise<string> {
  const server = carrier === "TLS" ? https.createServer(identity("server")) : http.createServer();
  server.on("upgrade", (request, socket) => {
    const answer = switchingProtocols(request.headers["sec-websocket-key"]!, ...fields);
    socket.write(Buffer.concat([Buffer.from(answer), glued]));
    serve(socket.on("error", () => {}) as Socket);
  });
  const port = await listen(server, "127.0.0.1");
  return carrier === "TLS" ? `wss://localhost:${port}/` : `ws://127.0.0.1:${port}/`;
}

/** TCP of a server's socket, also under TLS. */
export function tcpOf(socket: Socket): Socket {
  return (socket as Socket & { readonly _parent?: Socket })._parent ?? socket;
}

/** RFC 6455 §4.2.2. */
export function switchingProtocols(key: string, ...fields: string[]): string {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const lines = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`, ...fields];
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`;
}

export async function listen(server: net.Server, host: string): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A lookup that answers with these addresses, of the wanted family, and takes one where one is asked for. */
export const answering = (...addresses: string[]) =>
  vi.fn<LookupFunction>((_hostname, { all, family }, callback) => {
    const found = addresses
      .map((address) => ({ address, family: net.isIP(address) }))
      .filter((entry) => !family || entry.family === family);
    if (all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  });

/** A port where nothing listens. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * A server whose backlog is full, so that the kernel drops what asks it for more: it listens, and sleeps. Returns how to
 * wake it: it accepts everybody then.
 */
export async function fullServer(host: string, port: number): Promise<() => void> {
  const awake = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { parentPort, workerData: { awake, ...address } } = require("node:worker_threads");
     require("node:net").createServer().listen({ ...address, backlog: 1 }, () => {
       parentPort.postMessage("listening");
       setImmediate(() => Atomics.wait(awake, 0, 0));
     });`,
    { eval: true, workerData: { host, port, awake } },
  );
  onTestFinished(() => void worker.terminate());
  await new Promise((resolve) => worker.once("message", resolve));
  // The kernel takes one more than the backlog; those that it takes no more stay on their way.
  const crowd = Array.from({ length: 4 }, () => net.connect({ host, port }).on("error", () => {}));
  onTestFinished(() => {
    for (const socket of crowd) socket.destroy();
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(crowd.filter(({ connecting }) => connecting).length).toBeGreaterThan(0);
  return () => {
    Atomics.store(awake, 0, 1);
    Atomics.notify(awake, 0);
  };
}

/**
 * The timer that the kernel runs for a connection, by its number, and in how many seconds it is due: proc(5),
 * /proc/net/tcp. A local port alone is no connection: the kernel gives it to others that lead elsewhere.
 */
export async function kernelTimer({
  localPort,
  remotePort,
}: {
  readonly localPort?: unknown;
  readonly remotePort?: unknown;
}): Promise<[number, number]> {
  const hex = (port: unknown) => (port as number).toString(16).toUpperCase().padStart(4, "0");
  const address = (port: unknown) => `[0-9A-F]{8}:${hex(port)} `;
  const isOurs = new RegExp(`^ *\\d+: ${address(localPort)}${address(remotePort)}`);
  // What is sent has a timer of its own until it is acknowledged, and no other shows beside it.
  const acknowledging = 1;
  return vi.waitFor(() => {
    const line = readFileSync("/proc/net/tcp", "utf8")
      .split("\n")
      .find((entry) => isOurs.test(entry));
    const [timer, due] = line!.trim().split(/\s+/)[5]!.split(":");
    expect(Number(timer)).not.toBe(acknowledging);
    // In ticks, of which there are 100 a second.
    return [Number(timer), Number.parseInt(due!, 16) / 100];
  }, 10_000);
}
