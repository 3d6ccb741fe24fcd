// A real WebSocket echo server that misbehaves on request. A fault applies to the live connections, or to those to come
// until `behave()`; names that end in AtAccept, AtUpgrade and AtOpen say in which phase of a new connection it strikes.

import { EventEmitter } from "node:events";
import { STATUS_CODES } from "node:http";
import { OptionError } from "@gundam/core";
import { type Closing, type Drop, type ProtocolChoice, type UpgradeFault, wellBehaved } from "./behaviour.ts";
import { type EchoConnection, flood } from "./echo-connection.ts";
import { floodProblem, floodSize } from "./flood.ts";
import { checkHeaders, type Headers, token } from "./headers.ts";
import { Listener } from "./listener.ts";
import type { EchoServerOptions } from "./options.ts";
import { checkRate } from "./outlet.ts";
import { RateLimit } from "./rate-limit.ts";
import { Reception } from "./reception.ts";
import { type Noted, ServerRecord } from "./record.ts";
import { Waits } from "./waits.ts";

/** For how many connections a fault holds. */
export interface Times {
  /** For so many connections, then as before; default: until `behave()`. */
  readonly times?: number | undefined;
}

/** How an upgrade is refused. */
export interface Refusal extends Times {
  /** E.g. `{ "Retry-After": "5", "Set-Cookie": ["a=1", "b=2"], Location: "/elsewhere" }`. */
  readonly headers?: Headers | undefined;
  /** Default: the status in words. */
  readonly body?: string | undefined;
}

/** What the server tells of itself. */
interface PresenceEvents {
  /** The server listens no more, and has ended its connections. */
  wentAway: EchoServer;
  /** The server listens again. */
  cameBack: EchoServer;
  /** The server could not come back, e.g. because its port was taken meanwhile. */
  stayedAway: Error;
}

/** The argument of each event's listeners; what clients did is also kept in the `record`. */
export type EchoServerEvents = Noted & PresenceEvents;

type Listeners = { [Event in keyof EchoServerEvents]: [EchoServerEvents[Event]] };

/** ms that `restart()` leaves the clients for the closing handshake. */
const RESTART_GRACE = 1000;

/**
 * Starts an echo server on loopback. Rejects with Node's error when it cannot listen, e.g. `EADDRINUSE`, and
 * with `OptionError` for a host that is not loopback.
 *
 * @example
 * const server = await startEchoServer({ protocols: ["chat"] });
 * server.refuse(503, { headers: { "Retry-After": "1" }, times: 2 });
 * await server.until(({ counts }) => counts.opens === 1);
 * await server.stop();
 */
export async function startEchoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  const server = new EchoServer(options);
  await server.comeBack();
  return server;
}

/**
 * An echo server on loopback that misbehaves on request: every fault is a method, and everything that clients do is
 * kept in the `record`. `startEchoServer()` makes one.
 *
 * @example
 * const server = await startEchoServer();
 * server.silence();
 * await server.until(({ counts }) => counts.disconnects === 1);
 * await server.stop();
 */
export class EchoServer extends EventEmitter<Listeners> {
  /** What clients have done, since the start or since `record.clear()`. */
  readonly record: ServerRecord = new ServerRecord();
  readonly #isSecure: boolean;
  readonly #listener: Listener;
  readonly #reception: Reception;
  readonly #sleepers: Set<() => void> = new Set();
  readonly #waits: Waits = new Waits();
  /** Grows with each going and coming, so that a return planned earlier knows that it is overtaken. */
  #presence = 0;
  #stopping: Promise<void> | undefined;

  /** Use `startEchoServer()`. */
  constructor(options: EchoServerOptions) {
    super();
    this.#isSecure = options.tls !== undefined;
    this.#reception = new Reception(options, (event, entry) => this.#note(event, entry));
    this.#listener = new Listener(options.host ?? "127.0.0.1", options.port ?? 0, (tcp) =>
      this.#reception.accept(tcp),
    );
  }

  /** `ws://127.0.0.1:PORT/`, or `wss://localhost:PORT/` so that a certificate for localhost fits. */
  get url(): string {
    const { host, port } = this.#listener;
    const name = host === "::1" ? "[::1]" : this.#isSecure ? "localhost" : host;
    return `${this.#isSecure ? "wss" : "ws"}://${name}:${port}/`;
  }

  /** The TCP port, the same for the server's life. */
  get port(): number {
    return this.#listener.port;
  }

  /** Open connections, oldest first. */
  get connections(): readonly EchoConnection[] {
    return this.#reception.connections();
  }

  /** Whether connections are accepted. */
  get isListening(): boolean {
    return this.#listener.isOpen;
  }

  /** The next such event, of those that `matches` accepts. Rejects when the server is stopped. */
  async waitFor<Event extends keyof EchoServerEvents>(
    event: Event,
    matches: (detail: EchoServerEvents[Event]) => boolean = () => true,
  ): Promise<EchoServerEvents[Event]> {
    if (this.#stopping !== undefined) throw stoppedError();
    return this.#waits.start<EchoServerEvents[Event]>((settle, happened, detail) => {
      const expected = detail as EchoServerEvents[Event];
      if (happened === event && matches(expected)) settle(expected);
    });
  }

  /** Resolves as soon as the record is so, at once if it already is. Rejects when the server is stopped. */
  async until(isSo: (record: ServerRecord) => boolean): Promise<void> {
    if (isSo(this.record)) return;
    if (this.#stopping !== undefined) throw stoppedError();
    await this.#waits.start<void>((settle) => {
      if (isSo(this.record)) settle();
    });
  }

  // — live connections: what is sent unasked throws `OptionError` when more would wait than memory is to spare —

  /** Sends a message to all: text for a string, binary for bytes. */
  push(message: string | Uint8Array): void {
    this.#checkRoom("message", message, floodSize(1, message));
    for (const connection of this.connections) connection.send(message);
  }

  /** Sends `count` messages to all as fast as they leave: `message 1`, `message 2`, … */
  flood(count: number, message: string = "message"): void {
    this.#checkRoom("count", count, floodSize(count, message));
    for (const connection of this.connections) flood(connection, count, message);
  }

  /** Pings all. */
  ping(data: string | Uint8Array = ""): void {
    this.#checkRoom("data", data, floodSize(1, data));
    for (const connection of this.connections) connection.ping(data);
  }

  /** Sends bytes as they are to all; see `frame`, `badFrames`, `fragments`. */
  sendRaw(bytes: string | Uint8Array): void {
    this.#checkRoom("bytes", bytes, floodSize(1, bytes));
    for (const connection of this.connections) connection.sendRaw(bytes);
  }

  /** Sends Close to all, with any code and reason, and ends TCP when the client has answered. */
  closeAll(code?: number, reason: string = ""): void {
    this.#checkRoom("reason", reason, floodSize(1, reason));
    for (const connection of this.connections) connection.close(code, reason);
  }

  /** Sends Close to all and never ends TCP, not even when the client has answered. */
  closeAllWithoutFin(code?: number, reason: string = ""): void {
    for (const connection of this.connections) connection.closing = "keep-tcp";
    this.closeAll(code, reason);
  }

  /** Ends TCP of all connections without Close, also of those that are not open yet. */
  drop(how: Drop = "fin"): void {
    this.#reception.drop(how);
  }

  /** Half-open: all go silent, reading and writing nothing while TCP stays up. Connections to come are served. */
  silence(): void {
    for (const connection of this.connections) connection.silence();
  }

  /** Ends `silence()`; what waited on both sides arrives, late and in order. */
  speak(): void {
    for (const connection of this.connections) connection.speak();
  }

  /** Reads no more from all, so that TCP pushes back. */
  stopReading(): void {
    for (const connection of this.connections) connection.stopReading();
  }

  /** Reads again from all, after `stopReading()`. */
  resumeReading(): void {
    for (const connection of this.connections) connection.resumeReading();
  }

  // — live connections and those to come —

  /** Echoes nothing; pings are still answered. */
  mute(): void {
    this.#reception.modes.set({ echo: false });
    for (const connection of this.connections) connection.echo = false;
  }

  /** Answers no ping; messages are still echoed. */
  ignorePings(): void {
    this.#reception.modes.set({ pong: false });
    for (const connection of this.connections) connection.pong = false;
  }

  /** Reads the client's Close and does not answer it; TCP stays up. */
  ignoreClose(): void {
    this.#setClosing("ignore");
  }

  /** Answers the client's Close, but never ends TCP. */
  keepTcp(): void {
    this.#setClosing("keep-tcp");
  }

  /** Sends so many bytes a second at most, on each connection. Throws `OptionError` unless the number is positive. */
  slow(bytesPerSecond: number): void {
    checkRate(bytesPerSecond);
    this.#reception.modes.set({ bytesPerSecond });
    for (const connection of this.connections) connection.slow(bytesPerSecond);
  }

  /** Closes with 1008 whoever sends more than so many messages in any `per` ms, counted over all connections. */
  limitRate(messages: number, per: number): void {
    const rateLimit = new RateLimit(messages, per);
    this.#reception.modes.set({ rateLimit });
    for (const connection of this.connections) connection.rateLimit = rateLimit;
  }

  // — connections to come —

  /** Accepts TCP and never says a word, neither TLS nor HTTP. */
  stallAtAccept({ times }: Times = {}): void {
    this.#reception.modes.set({ accept: { kind: "stall" } }, times);
  }

  /** Accepts TCP and ends it at once. */
  dropAtAccept(how: Drop = "fin", { times }: Times = {}): void {
    this.#reception.modes.set({ accept: { kind: "drop", how } }, times);
  }

  /** Answers the upgrade with a status other than 101. Throws `OptionError` for what no header field may hold. */
  refuse(status: number, { headers = {}, body, times }: Refusal = {}): void {
    checkHeaders("headers", headers);
    this.#setUpgrade({ kind: "refuse", status, headers, body: body ?? STATUS_CODES[status] ?? "" }, times);
  }

  /** Reads the upgrade request and never answers it. */
  stallAtUpgrade({ times }: Times = {}): void {
    this.#setUpgrade({ kind: "stall" }, times);
  }

  /** Answers the upgrade with bytes that are not HTTP. */
  garbageAtUpgrade({ times }: Times = {}): void {
    this.#setUpgrade({ kind: "garbage" }, times);
  }

  /** Ends TCP in the middle of the 101. */
  dropAtUpgrade(how: Drop = "fin", { times }: Times = {}): void {
    this.#setUpgrade({ kind: "drop", how }, times);
  }

  /** Answers 101 with the Sec-WebSocket-Accept of another key. */
  wrongAcceptAtUpgrade({ times }: Times = {}): void {
    this.#setUpgrade({ kind: "wrong-accept" }, times);
  }

  /** Answers this subprotocol, whatever the client offered. Throws `OptionError` for what cannot be one. */
  selectProtocol(protocol: ProtocolChoice, { times }: Times = {}): void {
    if (!token.test(protocol)) {
      throw new OptionError(
        "protocol",
        protocol,
        `must be a token (RFC 9110 §5.6.2), not ${JSON.stringify(protocol)}`,
      );
    }
    this.#reception.modes.set({ protocol }, times);
  }

  /** Sends Close right after the 101. */
  closeAtOpen(code?: number, reason: string = "", { times }: Times = {}): void {
    this.#reception.modes.set({ opened: { kind: "close", code, reason } }, times);
  }

  /** Ends TCP right after the 101, without Close. */
  dropAtOpen(how: Drop = "fin", { times }: Times = {}): void {
    this.#reception.modes.set({ opened: { kind: "drop", how } }, times);
  }

  /** Goes silent right after the 101, while TCP stays up. */
  silenceAtOpen({ times }: Times = {}): void {
    this.#reception.modes.set({ opened: { kind: "silence" } }, times);
  }

  // — the server itself —

  /** Stops listening and ends every connection, as when the process dies. Connecting is refused from here on. */
  goAway(): void {
    this.#changePresence();
    this.#vanish();
  }

  /** Listens again on the same port. Rejects with Node's error when it cannot, or when the server is stopped. */
  async comeBack(): Promise<void> {
    if (this.#stopping !== undefined) throw stoppedError();
    this.#changePresence();
    if (this.#listener.isOpen) return;
    await this.#listener.open();
    if (this.#listener.isOpen) this.#tell("cameBack", this);
  }

  /**
   * `goAway()`, and `comeBack()` after `ms`. Resolves when that time is over and the server back, or overtaken by another
   * going or coming; rejects when it cannot come back.
   */
  async goAwayFor(ms: number): Promise<void> {
    this.goAway();
    await this.#comeBackAfter(ms);
  }

  /** Stops listening, sends Close 1012 to all, drops who does not answer, and comes back after `ms`; default at once. */
  async restart(ms: number = 0): Promise<void> {
    const presence = this.#changePresence();
    this.#listener.close();
    for (const connection of this.connections) connection.close(1012, "service restart");
    await Promise.race([this.#sleep(RESTART_GRACE), this.#emptied()]);
    if (this.#presence !== presence) return;
    this.#vanish();
    await this.#comeBackAfter(ms);
  }

  /** Ends every fault: an honest echo server again, on live connections too, and listening. */
  async behave(): Promise<void> {
    this.#reception.modes.clear();
    for (const connection of this.connections) {
      connection.echo = wellBehaved.echo;
      connection.pong = wellBehaved.pong;
      connection.closing = wellBehaved.closing;
      connection.rateLimit = wellBehaved.rateLimit;
      connection.slow(wellBehaved.bytesPerSecond);
      connection.resumeReading();
      connection.speak();
    }
    await this.comeBack();
  }

  /** Ends everything at once, whatever fault is active; resolves when no socket is left. The same promise each time. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<void> {
    this.#changePresence();
    await this.#listener.end();
    this.#waits.failAll(stoppedError());
  }

  // — the rest —

  #checkRoom(option: string, value: unknown, bytes: number): void {
    const problem = floodProblem(bytes, this.connections);
    if (problem !== undefined) throw new OptionError(option, value, problem);
  }

  #note<Event extends keyof Noted>(event: Event, entry: Noted[Event]): void {
    this.record.note(event, entry);
    this.#tell(event, entry as EchoServerEvents[Event]);
  }

  #tell<Event extends keyof EchoServerEvents>(event: Event, detail: EchoServerEvents[Event]): void {
    (this as EventEmitter).emit(event, detail);
    this.#waits.check(event, detail);
  }

  #setUpgrade(upgrade: UpgradeFault, times: number | undefined): void {
    this.#reception.modes.set({ upgrade }, times);
  }

  #setClosing(closing: Closing): void {
    this.#reception.modes.set({ closing });
    for (const connection of this.connections) connection.closing = closing;
  }

  async #comeBackAfter(ms: number): Promise<void> {
    const presence = this.#presence;
    await this.#sleep(ms);
    if (this.#presence !== presence) return;
    try {
      await this.comeBack();
    } catch (error) {
      this.#tell("stayedAway", error as Error);
      throw error;
    }
  }

  #vanish(): void {
    this.#listener.close();
    void this.#listener.destroyAll();
    this.#tell("wentAway", this);
  }

  /** Ends a planned return: whoever went or came last decides. */
  #changePresence(): number {
    for (const wake of [...this.#sleepers]) wake();
    this.#presence += 1;
    return this.#presence;
  }

  /** Resolves after `ms`, or earlier when the presence changes. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }

  #emptied(): Promise<void> {
    return this.#waits.start((settle) => {
      if (this.connections.length === 0) settle();
    });
  }
}

function stoppedError(): Error {
  return new Error("the echo server was stopped; nothing more can happen on it");
}
