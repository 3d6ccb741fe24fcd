// An echo server that lives in the page, and misbehaves on request like the real one (../server): a browser platform that
// is given its `dial` connects to it, and meets what a browser would. It needs no network, and owns no clock.

import type { Connection, Dial, Message } from "@gundam/core";
import {
  type Behaviour,
  type Closing,
  type Drop,
  Modes,
  type OpenFault,
  type ProtocolChoice,
  type UpgradeFault,
  wellBehaved,
} from "../server/behaviour.ts";
import { RateLimit } from "../server/rate-limit.ts";
import { InPageConnection, type InPageRuntime } from "./in-page-connection.ts";

/**
 * What the server sees and does, by its `type`; `connection` counts those that have come, `fault` is what spoils an
 * upgrade, `code` and `reason` are the client's Close.
 */
export type InPageEvent =
  | { readonly type: "upgradeRequested"; readonly connection: number }
  | { readonly type: "upgradeSpoiled"; readonly connection: number; readonly fault: UpgradeFault }
  | { readonly type: "opened"; readonly connection: number }
  | {
      readonly type: "closeReceived";
      readonly connection: number;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly type: "disconnected"; readonly connection: number }
  | { readonly type: "wentAway" }
  | { readonly type: "cameBack" };

/** What a server in the page lives by, and who hears of it. */
export interface InPageServerOptions {
  /** Its timers and its random numbers: those of the platform whose clients it serves. */
  readonly runtime: InPageRuntime;
  /** Hears every event, as it happens. */
  readonly note?: ((event: InPageEvent) => void) | undefined;
  /** Hears every message that a client has sent. */
  readonly hear?: ((message: Message, connection: InPageConnection) => void) | undefined;
}

/** What dialling reads of a client's options. */
interface DialOptions {
  readonly connectTimeout: number;
  readonly wsOpts: { readonly protocols: readonly string[] };
}

/** ms that `restart` leaves the clients for the closing handshake. */
const RESTART_GRACE = 1000;

/**
 * An echo server that lives in the page, and misbehaves on request like the real one: a platform that is given its
 * `dial` connects to it, and meets what a browser would.
 *
 * @example
 * const { runtime, server, platform } = virtualPage();
 * const client = new Client(platform, { url: server.url });
 * client.reconnect();
 * await runtime.advance(1000);
 * server.drop("fin");
 * await runtime.advance(1000);
 * client.lastClose?.code; // → 1006
 */
export class InPageServer {
  /** A name for it; nothing is looked up. */
  readonly url: string = "ws://in-page/";
  /** Its timers and its random numbers. */
  readonly runtime: InPageRuntime;
  readonly #note: (event: InPageEvent) => void;
  readonly #hear: (message: Message, connection: InPageConnection) => void;
  readonly #modes: Modes = new Modes();
  readonly #connections: Set<InPageConnection> = new Set();
  #lastId = 0;
  #isListening = true;
  /** Grows with each going and coming, so that a return planned earlier knows that it is overtaken. */
  #presence = 0;
  #whenEmpty: () => void = () => {};

  constructor({ runtime, note = () => {}, hear = () => {} }: InPageServerOptions) {
    this.runtime = runtime;
    this.#note = note;
    this.#hear = hear;
  }

  /** Whether connections are accepted. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** Open connections, oldest first. */
  get connections(): readonly InPageConnection[] {
    return [...this.#connections].filter(({ isServed }) => isServed);
  }

  /** Dials this server, whatever the url. */
  readonly dial: Dial<DialOptions, Connection> = ({ url, options }, listener) => {
    this.#lastId += 1;
    const id = this.#lastId;
    const connection = new InPageConnection(id, url, this.runtime, listener, {
      messageReceived: (message) => this.#hear(message, connection),
      closeReceived: (code, reason) => this.#note({ type: "closeReceived", connection: id, code, reason }),
      disconnected: () => {
        // Where nobody listened, nobody came.
        if (!this.#connections.delete(connection)) return;
        if (this.#connections.size === 0) this.#whenEmpty();
        this.#note({ type: "disconnected", connection: id });
      },
    });
    listener.phase("open", options.connectTimeout, "connectTimeout");
    connection.request(() => this.#receive(connection, options.wsOpts.protocols));
    return connection;
  };

  // — live connections —

  /** Sends a message to all. */
  push(message: Message): void {
    for (const connection of this.connections) connection.push(message);
  }

  /** Sends `count` messages to all: `message 1`, `message 2`, … */
  flood(count: number, message: string): void {
    for (const connection of this.connections) flood(connection, count, message);
  }

  /** Sends Close to all, with any code and reason; TCP ends when the client has answered. */
  closeAll(code: number | undefined, reason: string): void {
    for (const connection of this.connections) connection.closeWith(code, reason);
  }

  /** Sends Close to all, and never ends TCP, not even when the client has answered. */
  closeAllWithoutFin(code: number, reason: string): void {
    for (const connection of this.connections) {
      connection.closing = "keep-tcp";
      connection.closeWith(code, reason);
    }
  }

  /** Ends all connections without Close, also those that are not open yet. */
  drop(how: Drop): void {
    for (const connection of [...this.#connections]) connection.drop(how);
  }

  /** Half-open: all go silent, reading and writing nothing. Connections to come are served. */
  silence(): void {
    for (const connection of this.connections) connection.silence();
  }

  /** Ends `silence()`; what waited on both sides arrives, late and in order. */
  speak(): void {
    for (const connection of this.connections) connection.speak();
  }

  /** Reads no more from all, so that what clients send waits in their buffers. */
  stopReading(): void {
    for (const connection of this.connections) connection.stopReading();
  }

  /** Reads again from all, after `stopReading()`. */
  resumeReading(): void {
    for (const connection of this.connections) connection.resumeReading();
  }

  /** Sends all a frame that breaks RFC 6455, for which a browser fails the connection. */
  breakProtocol(): void {
    for (const connection of this.connections) connection.breakProtocol();
  }

  // — live connections and those to come —

  /** Echoes nothing, on live connections and those to come. */
  mute(): void {
    this.#modes.set({ echo: false });
    for (const connection of this.connections) connection.echo = false;
  }

  /** What a client's Close earns, on live connections and those to come. */
  setClosing(closing: Closing): void {
    this.#modes.set({ closing });
    for (const connection of this.connections) connection.closing = closing;
  }

  /** Sends so many bytes a second at most, on each connection, and on those to come. */
  slow(bytesPerSecond: number): void {
    this.#modes.set({ bytesPerSecond });
    for (const connection of this.connections) connection.slow(bytesPerSecond);
  }

  /** Closes with 1008 whoever sends more than so many messages in any `per` ms, counted over all connections. */
  limitRate(messages: number, per: number): void {
    const rateLimit = new RateLimit(messages, per);
    this.#modes.set({ rateLimit });
    for (const connection of this.connections) connection.rateLimit = rateLimit;
  }

  // — connections to come —

  /** Has connections to come meet these faults: so many of them, or until `behave`. */
  spoil(changes: Partial<Behaviour>, times: number | undefined): void {
    this.#modes.set(changes, times);
  }

  // — the server itself —

  /** Ends every connection and accepts none: for so many ms, or until `comeBack`. */
  goAway(ms?: number): void {
    this.#vanish();
    if (ms !== undefined) this.#returnAfter(ms);
  }

  /** Accepts connections again. */
  comeBack(): void {
    this.#presence += 1;
    if (this.#isListening) return;
    this.#isListening = true;
    this.#note({ type: "cameBack" });
  }

  /** Closes all with 1012, goes when they have answered, and is back after so many ms. */
  restart(ms: number): void {
    this.#presence += 1;
    const presence = this.#presence;
    this.#isListening = false;
    this.closeAll(1012, "service restart");
    const go = () => {
      if (this.#presence !== presence) return;
      this.#vanish();
      this.#returnAfter(ms);
    };
    this.#whenEmpty = () => this.runtime.setTimer(0, go);
    if (this.#connections.size === 0) this.#whenEmpty();
    this.runtime.setTimer(RESTART_GRACE, go);
  }

  /** Ends every fault: an honest echo server again, on live connections too, and listening. */
  behave(): void {
    this.#modes.clear();
    for (const connection of this.#connections) {
      connection.echo = wellBehaved.echo;
      connection.closing = wellBehaved.closing;
      connection.rateLimit = wellBehaved.rateLimit;
      connection.slow(wellBehaved.bytesPerSecond);
      connection.speak();
    }
    this.comeBack();
  }

  // — the rest —

  #vanish(): void {
    this.#presence += 1;
    this.#isListening = false;
    for (const connection of [...this.#connections]) connection.drop("fin");
    this.#note({ type: "wentAway" });
  }

  #returnAfter(ms: number): void {
    const presence = this.#presence;
    this.runtime.setTimer(ms, () => {
      if (this.#presence === presence) this.comeBack();
    });
  }

  #receive(connection: InPageConnection, offered: readonly string[]): void {
    if (!this.#isListening) return connection.refuse();
    this.#connections.add(connection);
    const accept = this.#modes.take("accept");
    if (accept?.kind === "drop") return connection.refuse();
    if (accept?.kind === "stall") return;
    this.#note({ type: "upgradeRequested", connection: connection.id });
    const fault = this.#modes.take("upgrade");
    if (fault === undefined) return this.#open(connection, offered);
    this.#note({ type: "upgradeSpoiled", connection: connection.id, fault });
    if (fault.kind !== "stall") connection.refuse();
  }

  #open(connection: InPageConnection, offered: readonly string[]): void {
    const protocol = selectProtocol(this.#modes.take("protocol"), offered);
    // RFC 6455 §4.1: a subprotocol that was not offered fails the connection.
    if (protocol !== "" && !offered.includes(protocol)) return connection.refuse();
    connection.echo = this.#modes.take("echo");
    connection.closing = this.#modes.take("closing");
    connection.rateLimit = this.#modes.take("rateLimit");
    connection.slow(this.#modes.take("bytesPerSecond"));
    const opened = this.#modes.take("opened");
    connection.accept(protocol);
    this.#note({ type: "opened", connection: connection.id });
    if (opened !== undefined) strike(connection, opened);
  }
}

function strike(connection: InPageConnection, fault: OpenFault): void {
  switch (fault.kind) {
    case "close":
      return connection.closeWith(fault.code, fault.reason);
    case "silence":
      return connection.silenceAfterOpening();
    case "send":
      return flood(connection, fault.count, fault.message);
    case "drop":
      return connection.drop("fin");
  }
}

function flood(connection: InPageConnection, count: number, message: string): void {
  for (let number = 1; number <= count; number++) connection.push(`${message} ${number}`);
}

function selectProtocol(choice: ProtocolChoice, offered: readonly string[]): string {
  if (choice === "first") return offered[0] ?? "";
  if (choice === "none") return "";
  return choice === "wrong" ? "wrong.of.the.server" : choice;
}
