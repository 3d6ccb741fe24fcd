/// <reference path="./isomorphic-ws-browser.d.ts" />
// The transport port over the platform's own WebSocket. A browser shows one phase of connecting, `open`, tells of the
// peer's Close frame only when TCP has ended, and keeps the frames of ping and pong to itself.

import {
  CloseError,
  ConnectError,
  type Connection,
  type Dial,
  type Failure,
  nothing,
  type OutgoingMessage,
  sizeOf,
  type TransportListener,
} from "@gundam/core";
// By its name: that its main file is not for browsers is said in a field which only some bundlers read.
import isomorphicWebSocket from "isomorphic-ws/browser.js";
import { forbidden, insecure, notCreated, notOpened } from "#hints";
import { clocks } from "./clocks.ts";
import { isHidden, look } from "./page.ts";
import { soon } from "./soon.ts";

/** What Firefox throws where the page's Content-Security-Policy forbids a connection. */
const forbiddenByPolicy = { name: "NS_ERROR_CONTENT_BLOCKED" };

/** The options that dialling reads. */
export interface OpeningOptions {
  readonly connectTimeout: number;
  readonly wsOpts: { readonly protocols: readonly string[] };
}

/** The `readyState` of a socket. */
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/**
 * While somebody waits, `bufferedAmount` is looked at in one task after the other for so long, in ms: a kernel takes no
 * longer. Timers are enough then, but for the page that nobody sees, where they come once a second.
 */
const BURST = 5;
const HIDDEN_BURST = 100;
/** Then ever more seldom: after a quarter of the time that it has taken, and at most so many ms. */
const MOST_INTERVAL = 250;

export const dial: Dial<OpeningOptions, Connection> = ({ url, options }, listener) => {
  listener.phase("open", options.connectTimeout, "connectTimeout");
  try {
    // isomorphic-ws has that of its import. What stands in for servers while tests run (MSW) comes later.
    const WebSocket = globalThis.WebSocket ?? isomorphicWebSocket;
    if (!WebSocket) throw new Error("there is no WebSocket here");
    const socket = new WebSocket(url, options.wsOpts.protocols as string[]);
    // Only where Chromium's page forbids it, which is told by an error event, and by no close event ever.
    if (socket.readyState === CLOSED) throw forbiddenByPolicy;
    return new BrowserConnection(socket, listener);
  } catch (refusal) {
    // The port tells of a loss after `dial` has returned: a stand-in closes like a socket, and is abandoned like one.
    const standIn = { bufferedAmount: 0, close: nothing } as unknown as globalThis.WebSocket;
    const connection = new BrowserConnection(standIn, listener);
    standIn.onclose = () => listener.lost(blockedBy(refusal));
    queueMicrotask(() => standIn.onclose?.(undefined as never));
    return connection;
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
  /** Whether somebody waits, and since when: for what was given last. */
  #isWatched = false;
  #watchedSince = 0;
  /** A look is to come in a task of its own. */
  #isLooking = false;
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
    socket.onmessage = ({ data }) => {
      listener.message(typeof data === "string" ? data : new Uint8Array(data));
      // What has come came, whatever is to become of the connection after a sleep.
      look();
      this.#lookSoon();
    };
    // A close event follows, and says more. `ws` throws an error that has no handler.
    socket.onerror = nothing;
    socket.onclose = (ending) => {
      // The peer has answered our Close frame, and so has read all before it.
      if (ending.wasClean && ending.code === this.#closedWith) this.#taken = Infinity;
      listener.lost(hasOpened ? lossOf(ending) : notOpenedAtAll(ending));
    };
  }

  /** React Native tells none. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  /** Chromium tells of the peer's Close when TCP has ended, and throws away what is sent until then. */
  takes(): boolean {
    // Before what is sent leaves for a connection that a sleep may have ended.
    look();
    const { readyState, onclose } = this.#socket;
    if (readyState === CLOSING && onclose !== nothing) this.#listener.ending();
    return readyState === OPEN;
  }

  send(message: OutgoingMessage): void {
    try {
      this.#socket.send(message as string | Uint8Array<ArrayBuffer> | Blob);
    } catch (refusal) {
      if (!(message instanceof Uint8Array)) throw refusal;
      // Browsers take no view of a buffer that is shared or can be resized.
      this.#socket.send(new Uint8Array(message));
    }
    if (this.#given !== undefined) this.#given += sizeOf(message);
    if (!this.#isWatched) return;
    this.#watchedSince = clocks.now();
    this.#lookSoon();
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
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    this.#watchedSince = clocks.now();
    this.#plan();
  }

  expire(): void {
    this.#listener.taken();
    this.#plan();
  }

  /** Looks at `bufferedAmount` as soon as it may be worth it: in a task of its own, for none of our own calls tells `taken`. */
  #plan(): void {
    const now = clocks.now();
    const waited = now - this.#watchedSince;
    const isSoon = waited < (isHidden() ? HIDDEN_BURST : BURST);
    this.deadline = this.#isWatched && !isSoon ? now + Math.min(waited / 4, MOST_INTERVAL) : Infinity;
    this.#listener.rescheduled();
    if (isSoon) this.#lookSoon();
  }

  #lookSoon(): void {
    if (!this.#isWatched || this.#isLooking) return;
    this.#isLooking = true;
    soon(() => {
      this.#isLooking = false;
      if (this.#isWatched) this.expire();
    });
  }

  close(code: number, reason: string): void {
    this.#closedWith ??= sendable(code);
    this.#socket.close(this.#closedWith, reason);
  }

  abandon(code?: number, reason?: string): void {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = nothing;
    this.#isWatched = false;
    this.deadline = Infinity;
    socket.close(code && sendable(code), reason);
  }
}

function lossOf({ code, reason, wasClean }: CloseEvent): Failure {
  // RFC 6455 §7.1.5: 1006 says that there was no Close frame.
  return code === 1006
    ? { kind: "network", error: new ConnectError("open", "lost without a Close frame"), code, byUs: false }
    : {
        kind: "close",
        error: new CloseError(code, reason),
        code,
        reason,
        wasClean,
        byUs: false,
        // Firefox, when a navigation begins, also where the page then stays.
        byPage: code === 1001,
      };
}

/** The fetch standard hides the reason from scripts, which could scan a network by it. */
function notOpenedAtAll({ wasClean: byPage }: CloseEvent): Failure {
  // What Firefox ends for a navigation before it was open is clean, without an end of the server's.
  return { kind: "network", error: new ConnectError("open", notOpened), phase: "open", byUs: false, byPage };
}

/** What the platform does not let us begin. */
function blockedBy(cause: unknown): Failure {
  // What Firefox throws is no Error, nor anything else that can be printed.
  const { name } = Object(cause);
  const known = { [forbiddenByPolicy.name]: forbidden, SecurityError: insecure }[name as string];
  const error = new ConnectError("open", known ?? `${notCreated}: ${cause}`, { cause });
  return { kind: "blocked", error, phase: "open", byUs: true };
}

/** Scripts may send 1000 and the application's codes only (WHATWG WebSockets, close()). */
function sendable(code: number): number {
  return code < 3000 ? 1000 : code;
}
