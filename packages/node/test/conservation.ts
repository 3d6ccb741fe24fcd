// Messages are neither lost in silence nor made up: clients send while their connections break at random, and what they
// were told of every message is held against what the server has received.

import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import { Random } from "@gundam/testing";
import { identity, pem } from "@gundam/testing/certificates";
import { type WebSocket, WebSocketServer } from "ws";
import { type ClientOptions, connect, type Delivery, deliver, flush, isGundamError } from "../src/index.ts";

/** What a client was told of a message; `sent`: nothing, after a plain `send`. */
export type Told = "sent" | "unsent" | "unknown" | Delivery;

export interface Conservation {
  /** How many connections broke. */
  readonly drops: number;
  readonly told: Readonly<Record<Told, number>>;
  /** What must never be, and was. */
  readonly violations: readonly string[];
}

export interface Trial {
  readonly seed: number;
  readonly clients: number;
  /** How many connections break before it ends. */
  readonly drops: number;
  readonly isSecure?: boolean;
  readonly compress?: boolean;
}

export async function tryConservation(trial: Trial): Promise<Conservation> {
  const server = await startBreakingServer(trial);
  const clients = Array.from({ length: trial.clients }, (_, index) => new Sender(trial, index, server));
  await Promise.all(clients.map((client) => client.run()));
  await server.stop();
  const told: Record<Told, number> = { sent: 0, unsent: 0, unknown: 0, flushed: 0, acked: 0 };
  for (const client of clients) for (const what of client.told.values()) told[what]++;
  const violations = [
    ...server.violations,
    ...clients.flatMap((client) => [...client.violations, ...compare(client.told, server.received)]),
  ];
  return { drops: server.drops, told, violations };
}

/** What was told of the messages, held against the server's record. */
function compare(told: ReadonlyMap<string, Told>, received: ReadonlyMap<string, number>): string[] {
  return [...told].flatMap(([id, what]) => {
    const times = received.get(id) ?? 0;
    if (times > 1) return [`${id} was received ${times} times`];
    if (what === "unsent" && times > 0) return [`${id} was told as unsent, and received`];
    if (what === "acked" && times === 0) return [`${id} was told as acked, and not received`];
    return [];
  });
}

// — the client's side ——————————————————————————————————————————————————————————————————————————————————————————————————

class Sender {
  readonly told: Map<string, Told> = new Map();
  readonly violations: string[] = [];
  readonly #name: string;
  readonly #random: Random;
  readonly #server: BreakingServer;
  readonly #client: ReturnType<typeof connect>;
  readonly #pending: Set<Promise<void>> = new Set();
  #count = 0;

  constructor({ seed, compress = false }: Trial, index: number, server: BreakingServer) {
    this.#name = `client ${index}`;
    this.#random = new Random(seed * 1000 + index);
    this.#server = server;
    const options: ClientOptions = {
      url: `${server.url}${index}`,
      retry: Number.POSITIVE_INFINITY,
      retryTimeout: 0,
      stableAfter: 0,
      shouldRetry: () => true,
      tlsOpts: { ca: pem("authority") },
      wsOpts: { compress },
      sendQueue: { maxBytes: 200_000, overflow: this.#random.pick(["reject", "drop-oldest", "drop-newest"]) },
    };
    this.#client = connect(options);
    this.#client.on("drop", ({ message, outcome }) =>
      this.#tell(idOf(message as string | Uint8Array), outcome),
    );
  }

  async run(): Promise<void> {
    while (this.#server.isBreaking) {
      for (let left = this.#random.pick([1, 1, 3, 20]); left > 0; left--) this.#send();
      if (this.#random.chance(0.005)) this.#client.reconnect();
      // Now and then the queue is to overflow.
      if (this.#client.phase !== "open" && this.#random.chance(0.9)) await this.#client.ready();
      await setImmediate();
    }
    await this.#flushed();
    await Promise.all(this.#pending);
    await this.#client.close();
  }

  /** The last connections to break may still do so. */
  async #flushed(): Promise<void> {
    await this.#client.ready();
    await flush(this.#client, { ack: true }).catch(() => this.#flushed());
  }

  #send(): void {
    const id = `${this.#name} message ${++this.#count};`;
    const text = id.padEnd(this.#random.pick([0, 0, 0, 1_000, 40_000]), "·");
    const message = this.#random.chance(0.3) ? new TextEncoder().encode(text) : text;
    const options = {
      ttl: this.#random.chance(0.1) ? 3 : undefined,
      volatile: this.#random.chance(0.1),
    };
    if (this.#random.chance(0.5)) {
      const ack = this.#random.chance(0.5);
      const delivered = deliver(this.#client, message, { ...options, ack }).then(
        (delivery) => this.#tell(id, delivery),
        (error) => this.#rejected(id, error),
      );
      this.#pending.add(delivered);
      void delivered.then(() => this.#pending.delete(delivered));
      return;
    }
    // A drop may be told before `send` returns.
    this.told.set(id, "sent");
    try {
      this.#client.send(message, options);
    } catch (error) {
      this.#rejected(id, error);
    }
  }

  #rejected(id: string, error: unknown): void {
    const code = isGundamError(error) ? error.code : String(error);
    if (code === "ERR_UNKNOWN_DELIVERY") this.#tell(id, "unknown");
    else if (code === "ERR_UNSENT" || code === "ERR_QUEUE_FULL") this.#tell(id, "unsent");
    else this.violations.push(`${id} was rejected with ${code}`);
  }

  /** `drop` and the rejection of `deliver` say the same; nothing else may be said twice. */
  #tell(id: string, what: Told): void {
    const before = this.told.get(id) ?? "sent";
    if (before !== "sent" && before !== what)
      this.violations.push(`${id} was told as ${before}, and as ${what}`);
    this.told.set(id, what);
  }
}

function idOf(message: string | Uint8Array): string {
  const text = typeof message === "string" ? message : new TextDecoder().decode(message);
  return text.slice(0, text.indexOf(";") + 1);
}

// — the server's side ——————————————————————————————————————————————————————————————————————————————————————————————————

interface BreakingServer {
  readonly url: string;
  readonly isBreaking: boolean;
  readonly drops: number;
  /** How often each message was received. */
  readonly received: ReadonlyMap<string, number>;
  readonly violations: readonly string[];
  stop(): Promise<void>;
}

/** A server whose connections break after so many bytes, in the middle of whatever it is, until there were enough. */
async function startBreakingServer({ seed, drops, isSecure, compress }: Trial): Promise<BreakingServer> {
  const random = new Random(seed);
  const received = new Map<string, number>();
  const violations: string[] = [];
  let broken = 0;
  const server: Server = isSecure ? createTlsServer(identity("server")) : createServer();
  const endpoint = new WebSocketServer({ server, perMessageDeflate: compress === true, maxPayload: 1e6 });
  // A TLS socket cannot be reset, only the one below.
  const raw = new Map<number | undefined, Socket>();
  server.on("connection", (socket) => raw.set(socket.remotePort, socket));
  endpoint.on("connection", (ws, { socket }) => {
    const lowest = raw.get(socket.remotePort)!;
    let last = 0;
    ws.on("error", () => {});
    ws.on("message", (data: Buffer) => {
      const id = idOf(data);
      received.set(id, (received.get(id) ?? 0) + 1);
      const number = Number(/(\d+);$/.exec(id)?.[1]);
      if (number <= last) violations.push(`${id} came after message ${last}`);
      last = number;
    });
    const budget = 1 + random.below(60_000);
    const breaks = () => {
      if (broken >= drops || socket.destroyed || socket.bytesRead < budget) return;
      broken++;
      socket.off("data", breaks);
      breakConnection(ws, lowest, random);
    };
    socket.on("data", breaks);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${isSecure ? "wss" : "ws"}://localhost:${port}/`,
    get isBreaking() {
      return broken < drops;
    },
    get drops() {
      return broken;
    },
    received,
    violations,
    async stop() {
      for (const ws of endpoint.clients) ws.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function breakConnection(ws: WebSocket, socket: Socket, random: Random): void {
  switch (random.pick(["reset", "reset", "end", "stall", "close"])) {
    case "reset":
      return void socket.resetAndDestroy();
    case "end":
      return void socket.destroy();
    case "stall":
      // Nothing is read for a while, so that what is sent piles up on the client's side.
      ws.pause();
      return void setTimeout(5).then(() => socket.resetAndDestroy());
    default:
      // Not 1012, which asks the client to wait.
      return ws.close(4000);
  }
}
