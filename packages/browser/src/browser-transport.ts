// The transport port over the platform's own WebSocket. A browser shows one phase of connecting, `open`, tells of the
// peer's Close frame only when TCP has ended, and keeps the frames of ping and pong to itself.

import {
  CloseError,
  ConnectError,
  type Connection,
  type Dial,
  type Failure,
  type OutgoingMessage,
  sizeOf,
  type TransportListener,
} from "@gundam/core";
import isomorphicWebSocket from "isomorphic-ws";
import { notCreated, notOpened } from "#hints";
import { browserRuntime } from "./browser-runtime.ts";

/** The options that dialling reads. */
export interface OpeningOptions {
  readonly connectTimeout: number;
  readonly wsOpts: { readonly protocols: readonly string[] };
}

/** A close event, or what stands in for one: the constructor's error. */
interface Ending extends CloseEvent {
  readonly refusal?: unknown;
}

// isomorphic-ws is typed as `ws`. Here it is the native class, and null where there is none; bundles that are not for
// browsers (server-side rendering, Deno, Bun) do get `ws`, which has the same face.
const WebSocket = isomorphicWebSocket as unknown as
  | (new (
      url: string,
      protocols: readonly string[],
    ) => globalThis.WebSocket)
  | null;

/** The `readyState` of a socket that is open, and of one that is over. */
const OPEN = 1;
const CLOSED = 3;

/** How often `bufferedAmount` is looked at while somebody waits, in ms. */
const POLL_INTERVAL = 20;

export const dial: Dial<OpeningOptions, Connection> = ({ url, options }, listener) => {
  listener.phase("open", options.connectTimeout, "connectTimeout");
  try {
    if (!WebSocket) throw new Error("there is no WebSocket here");
    return new BrowserConnection(new WebSocket(url, options.wsOpts.protocols), listener);
  } catch (refusal) {
    // The port tells of a loss after `dial` has returned: a stand-in closes like a socket, and is abandoned like one.
    const standIn = { bufferedAmount: 0, close: ignore } as unknown as globalThis.WebSocket;
    queueMicrotask(() => standIn.onclose?.({ refusal } as Ending));
    return new BrowserConnection(standIn, listener);
  }
};

class BrowserConnection implements Connection {
  readonly #socket: globalThis.WebSocket;
  readonly #listener: TransportListener;
  #closedWith: number | undefined;
  /**
   * How far the browser has taken what was sent: its only word on that is `bufferedAmount`, of which no event tells.
   * While somebody waits it is looked at now and then, and bytes are counted only from the first time that anybody asks:
   * those that were given since, with those that were buffered then; and how many of these had been taken at the last look.
   */
  #given: number | undefined;
  #taken = 0;
  /** When to look next. */
  deadline: number = Infinity;

  constructor(socket: globalThis.WebSocket, listener: TransportListener) {
    this.#socket = socket;
    this.#listener = listener;
    let hasOpened = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      hasOpened = true;
      const { protocol, extensions } = socket;
      listener.opened({ headers: new Headers(), protocol, extensions });
    };
    socket.onmessage = ({ data }) => listener.message(typeof data === "string" ? data : new Uint8Array(data));
    // A close event follows, and says more of a connection that was open; but none in Chromium where the page's
    // Content-Security-Policy forbids the connection. `ws` throws an error that has no handler.
    socket.onerror = () => {
      if (hasOpened || socket.readyState !== CLOSED) return;
      socket.onclose = ignore;
      listener.lost(failedOpeningOf({} as Ending));
    };
    socket.onclose = (ending) => {
      // The peer has answered our Close frame, and so has read all before it.
      if (ending.wasClean && ending.code === this.#closedWith) this.#taken = Infinity;
      listener.lost(hasOpened ? lossOf(ending) : failedOpeningOf(ending));
    };
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: OutgoingMessage): void {
    if (this.#given !== undefined) this.#given += sizeOf(message);
    this.#socket.send(message as string | Uint8Array<ArrayBuffer> | Blob);
  }

  mark(): number {
    this.#given ??= this.bufferedAmount;
    return this.#given;
  }

  hasTaken(mark: number): boolean {
    // What was sent after the mark is behind it in the buffer. A socket that is closing may forget what it did not send.
    if (this.#socket.readyState === OPEN) this.#taken = this.mark() - this.bufferedAmount;
    return this.#taken >= mark;
  }

  watch(isWatched: boolean): void {
    if (isWatched === (this.deadline !== Infinity)) return;
    this.deadline = isWatched ? browserRuntime.now() + POLL_INTERVAL : Infinity;
    this.#listener.rescheduled();
  }

  expire(now: number): void {
    this.deadline = now + POLL_INTERVAL;
    this.#listener.taken();
  }

  close(code: number, reason: string): void {
    this.#closedWith ??= sendable(code);
    this.#socket.close(this.#closedWith, reason);
  }

  abandon(code?: number, reason?: string): void {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = ignore;
    this.deadline = Infinity;
    socket.close(code && sendable(code), reason);
  }

  info(): Readonly<Record<string, unknown>> {
    return {};
  }
}

function lossOf({ code, reason, wasClean }: CloseEvent): Failure {
  // RFC 6455 §7.1.5: 1006 says that there was no Close frame.
  return code === 1006
    ? { kind: "network", error: new ConnectError("open", "lost without a Close frame"), code, byUs: false }
    : { kind: "close", error: new CloseError(code, reason), code, reason, wasClean, byUs: false };
}

/** The fetch standard hides the reason from scripts, which could scan a network by it. */
function failedOpeningOf({ refusal: cause }: Ending): Failure {
  const problem = cause ? `${notCreated}: ${cause}` : notOpened;
  return {
    kind: cause ? "blocked" : "network",
    error: new ConnectError("open", problem, { cause }),
    phase: "open",
    byUs: !!cause,
  };
}

/** Scripts may send 1000 and the application's codes only (WHATWG WebSockets, close()). */
function sendable(code: number): number {
  return code < 3000 ? 1000 : code;
}

function ignore(): void {}
