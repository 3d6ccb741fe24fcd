// The transport port over the platform's own WebSocket. A browser shows one phase of connecting, `open`, tells of the
// peer's Close frame only when TCP has ended, and keeps the frames of ping and pong to itself.

import {
  CloseError,
  ConnectError,
  type Connection,
  type Dial,
  type Failure,
  type TransportListener,
} from "@gundam/core";
import isomorphicWebSocket from "isomorphic-ws";
import { browserRuntime } from "./browser-runtime.ts";
import { TakenBytes } from "./taken-bytes.ts";

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

/** The `readyState` of a socket that is over. */
const CLOSED = 3;

export const dial: Dial<OpeningOptions, Connection> = ({ url, options }, listener) => {
  listener.phase("open", options.connectTimeout, "connectTimeout");
  try {
    if (!WebSocket) throw new Error("there is no WebSocket here");
    return attach(new WebSocket(url, options.wsOpts.protocols), listener);
  } catch (refusal) {
    // The port tells of a loss after `dial` has returned: a stand-in closes like a socket, and is abandoned like one.
    const standIn = { bufferedAmount: 0, close: ignore } as unknown as globalThis.WebSocket;
    queueMicrotask(() => standIn.onclose?.({ refusal } as Ending));
    return attach(standIn, listener);
  }
};

function attach(socket: globalThis.WebSocket, listener: TransportListener): Connection {
  let opened = false;
  let closedWith: number | undefined;
  const taken = new TakenBytes(socket, browserRuntime.now, listener);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    opened = true;
    listener.opened({ headers: new Headers(), protocol: socket.protocol, extensions: socket.extensions });
  };
  socket.onmessage = ({ data }) => listener.message(typeof data === "string" ? data : new Uint8Array(data));
  // A close event follows, and says more of a connection that was open; but none in Chromium where the page's
  // Content-Security-Policy forbids the connection. `ws` throws an error that has no handler.
  socket.onerror = () => {
    if (opened || socket.readyState !== CLOSED) return;
    socket.onclose = ignore;
    listener.lost(failedOpeningOf({} as Ending));
  };
  socket.onclose = (ending) => {
    if (ending.wasClean && ending.code === closedWith) taken.complete();
    listener.lost(opened ? lossOf(ending) : failedOpeningOf(ending));
  };
  return {
    get deadline() {
      return taken.deadline;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    expire: (now) => taken.expire(now),
    send(message) {
      taken.count(message);
      socket.send(message as string | Uint8Array<ArrayBuffer> | Blob);
    },
    mark: () => taken.mark(),
    hasTaken: (mark) => taken.has(mark),
    watch: (isWatched) => taken.watch(isWatched),
    close(code, reason) {
      closedWith ??= sendable(code);
      socket.close(closedWith, reason);
    },
    abandon(code, reason) {
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = ignore;
      taken.watch(false);
      socket.close(code && sendable(code), reason);
    },
    info: () => ({}),
  };
}

function lossOf({ code, reason, wasClean }: CloseEvent): Failure {
  // RFC 6455 §7.1.5: 1006 says that there was no Close frame.
  return code === 1006
    ? { kind: "network", error: new ConnectError("open", "lost without a Close frame"), code, byUs: false }
    : { kind: "close", error: new CloseError(code, reason), code, reason, wasClean, byUs: false };
}

/** The fetch standard hides the reason from scripts, which could scan a network by it. */
function failedOpeningOf({ refusal: cause }: Ending): Failure {
  return {
    kind: cause ? "blocked" : "network",
    error: new ConnectError(
      "open",
      cause
        ? `the WebSocket could not be created (https: pages need wss:): ${cause}`
        : "not opened (browsers hide why): check the server, its certificate, the page's CSP, the network panel",
      { cause },
    ),
    phase: "open",
    byUs: !!cause,
  };
}

/** Scripts may send 1000 and the application's codes only (WHATWG WebSockets, close()). */
function sendable(code: number): number {
  return code < 3000 ? 1000 : code;
}

function ignore(): void {}
