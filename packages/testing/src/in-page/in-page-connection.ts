// One connection of the server in the page: what the client's browser would have of it on one side, and what the server does
// with it on the other.

import {
  CloseError,
  ConnectError,
  type Connection,
  type Failure,
  type Message,
  type Runtime,
  sizeOf,
  type TransportListener,
} from "@gundam/core";
import { type Closing, type Drop, wellBehaved } from "../server/behaviour.ts";
import { type RateLimit, tooFast } from "../server/rate-limit.ts";
import { Lane } from "./lane.ts";

export type InPageRuntime = Pick<Runtime, "now" | "setTimer" | "microtask">;

/** Bytes that the kernel takes of the client's although the server does not read. */
const KERNEL_BUFFER = 256 * 1024;
/** ms that a browser waits for the end of TCP once Close frames have been exchanged, as Chromium does. */
const LONGEST_TCP_END = 2000;

export interface ConnectionEvents {
  readonly messageReceived: (message: Message) => void;
  readonly closeReceived: (code: number, reason: string) => void;
  readonly disconnected: () => void;
}

export class InPageConnection implements Connection {
  readonly id: number;
  /** What was dialled. */
  readonly url: string;
  readonly #runtime: InPageRuntime;
  readonly #listener: TransportListener;
  readonly #events: ConnectionEvents;
  readonly #down: Lane;
  readonly #up: Lane;
  /** For the client: `connecting` until it has the 101; `gone` when it was told of the end, or has let go. */
  #state: "connecting" | "open" | "gone" = "connecting";
  /** For the server: accepted, and neither closing nor refused. */
  #isServed = false;
  /** The server's Close has come: what a browser tells only at the end of TCP. */
  #isEnding = false;
  #sentBytes = 0;
  #isWatched = false;
  /** Bytes that had not been taken when the connection was cut off; WHATWG WebSockets: `bufferedAmount` keeps them. */
  #leftBytes: number | undefined;
  echo: boolean = wellBehaved.echo;
  closing: Closing = wellBehaved.closing;
  rateLimit: RateLimit | undefined = wellBehaved.rateLimit;
  readonly deadline: number = Number.POSITIVE_INFINITY;

  constructor(
    id: number,
    url: string,
    runtime: InPageRuntime,
    listener: TransportListener,
    events: ConnectionEvents,
  ) {
    this.id = id;
    this.url = url;
    this.#runtime = runtime;
    this.#listener = listener;
    this.#events = events;
    this.#down = new Lane(runtime);
    this.#up = new Lane(runtime);
  }

  // — the server's side ———————————————————————————————————————————————————————————————————————————————————————————

  get isServed(): boolean {
    return this.#isServed;
  }

  /** Calls `arrived` when the client's request has come. */
  request(arrived: () => void): void {
    this.#up.push(0, arrived);
  }

  accept(protocol: string): void {
    this.#isServed = true;
    this.#down.push(0, () => {
      this.#state = "open";
      this.#listener.opened({ headers: new Headers(), protocol, extensions: "" });
    });
  }

  /** The opening handshake fails, by whatever means: browsers do not tell. */
  refuse(): void {
    this.#down.push(0, () => this.#lose(notOpened()));
  }

  push(message: Message): void {
    this.#down.push(sizeOf(message), () => this.#listener.message(message));
  }

  /** Without a code the Close frame has none. */
  closeWith(code: number | undefined, reason: string): void {
    this.#isServed = false;
    this.#down.push(0, () => {
      if (code !== undefined && !isLawful(code)) return this.#lose(brokenOff());
      // The browser answers, and waits for the end of TCP.
      this.#isEnding = true;
      this.#up.push(0, () => {
        this.#events.closeReceived(code ?? 1005, reason);
        if (this.closing === "answer") this.#down.push(0, () => this.#lose(closedBy(code, reason)));
      });
      this.#runtime.setTimer(LONGEST_TCP_END, () => this.#lose(closedBy(code, reason)));
    });
  }

  /** A frame that breaks the protocol: the browser fails the connection. */
  breakProtocol(): void {
    this.#isServed = false;
    this.#down.push(0, () => this.#lose(brokenOff()));
  }

  /** TCP ends without a Close frame; a reset overtakes what is on its way. */
  drop(how: Drop): void {
    if (how === "rst") this.#cut();
    this.#isServed = false;
    this.#down.release();
    this.#down.push(0, () => this.#lose(this.#state === "connecting" ? notOpened() : brokenOff()));
  }

  /** Once the client has the 101. */
  silenceAfterOpening(): void {
    this.#down.push(0, () => this.silence());
  }

  silence(): void {
    this.#down.hold();
    this.#up.hold();
  }

  speak(): void {
    this.#down.release();
    this.#up.release();
  }

  stopReading(): void {
    this.#up.hold();
  }

  resumeReading(): void {
    this.#up.release();
  }

  slow(bytesPerSecond: number): void {
    this.#down.limit(bytesPerSecond);
  }

  // — the client's side: the transport port ———————————————————————————————————————————————————————————————————————

  get bufferedAmount(): number {
    return this.#leftBytes ?? Math.max(0, this.#up.bytes - KERNEL_BUFFER);
  }

  /** The server's Close has come, and TCP has not ended: a browser's socket is closing. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  expire(): void {}

  takes(): boolean {
    if (this.#isEnding && this.#state === "open") this.#listener.ending();
    return this.#state === "open" && !this.#isEnding;
  }

  /** No Blobs: its platform says that there are none. */
  send(given: string | Uint8Array): void {
    const message = typeof given === "string" ? given : new Uint8Array(given);
    const bytes = sizeOf(message);
    this.#sentBytes += bytes;
    this.#up.push(bytes, () => {
      this.#tellTaken();
      if (!this.#isServed) return;
      this.#events.messageReceived(message);
      if (this.rateLimit?.isTooMany(this.#runtime.now())) this.closeWith(tooFast.code, tooFast.reason);
      else if (this.echo) this.push(message);
    });
    this.#tellTaken();
  }

  mark(): number {
    return this.#sentBytes;
  }

  hasTaken(mark: number): boolean {
    return this.#sentBytes - this.bufferedAmount >= mark;
  }

  watch(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    this.#tellTaken();
  }

  /** Without a code the Close frame has none. */
  close(code: number | undefined, reason: string): void {
    // WHATWG WebSockets, close(): a socket that is closing already is left alone.
    if (this.#isEnding) return;
    this.#up.push(0, () => {
      this.#isServed = false;
      this.#events.closeReceived(code ?? 1005, reason);
      if (this.closing === "ignore") return;
      // RFC 6455 §5.5.1: the answer echoes the code.
      const answered = closedBy(code, "");
      if (this.closing === "answer") this.#down.push(0, () => this.#lose(answered));
      else this.#runtime.setTimer(LONGEST_TCP_END, () => this.#lose(answered));
    });
  }

  abandon(code?: number, reason = ""): void {
    const wasOpen = this.#state === "open" && this.#isServed;
    this.#state = "gone";
    this.#down.cut();
    this.#up.push(0, () => {
      if (wasOpen && code !== 1006) this.#events.closeReceived(code ?? 1005, reason);
      this.#events.disconnected();
    });
    this.#isServed = false;
  }

  info(): Readonly<Record<string, unknown>> {
    return {};
  }

  #lose(failure: Failure): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#isServed = false;
    this.#cut();
    this.#events.disconnected();
    this.#listener.lost(failure);
  }

  #cut(): void {
    this.#leftBytes = this.bufferedAmount;
    this.#down.cut();
    this.#up.cut();
  }

  #tellTaken(): void {
    if (!this.#isWatched) return;
    this.#runtime.microtask(() => {
      if (this.#isWatched && this.#state === "open") this.#listener.taken();
    });
  }
}

/** Codes that may stand in a Close frame: RFC 6455 §7.4. */
function isLawful(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
  );
}

// As the browser's own transport tells them.

function closedBy(code: number | undefined, reason: string): Failure {
  const told = code ?? 1005;
  const error = new CloseError(told, reason);
  return { kind: "close", error, code: told, reason, wasClean: true, byUs: false };
}

function brokenOff(): Failure {
  const error = new ConnectError("open", "lost without a Close frame");
  return { kind: "network", error, code: 1006, byUs: false };
}

function notOpened(): Failure {
  const error = new ConnectError("open", "not opened (browsers hide why): the server in this page refused");
  return { kind: "network", phase: "open", error, byUs: false };
}
