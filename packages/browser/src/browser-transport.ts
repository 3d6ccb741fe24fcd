// The transport port over the platform's own WebSocket. A browser shows one phase of connecting, `open`, tells of the
// peer's Close frame only when TCP has ended, and keeps the frames of ping and pong to itself.

import { CloseError, ConnectError, type Dial, type Transport, type TransportListener } from "@gundam/core";
import isomorphicWebSocket from "isomorphic-ws";

/** The options that dialling reads. */
export interface OpeningOptions {
  readonly connectTimeout: number;
  readonly wsOpts: { readonly protocols: readonly string[] };
}

// isomorphic-ws is typed as `ws`. Here it is the native class, and null where there is none; bundles that are not for
// browsers (server-side rendering, Deno, Bun) do get `ws`, which has the same face.
const WebSocket = isomorphicWebSocket as unknown as
  | (new (
      url: string,
      protocols: string[],
    ) => globalThis.WebSocket)
  | null;

export const dial: Dial<OpeningOptions> = ({ url, options }, listener) => {
  listener.phase("open", options.connectTimeout, "connectTimeout");
  try {
    if (!WebSocket) throw new Error("there is no WebSocket here");
    return attach(new WebSocket(url, [...options.wsOpts.protocols]), listener);
  } catch (error) {
    return block(error, listener);
  }
};

function attach(socket: WebSocket, listener: TransportListener): Transport {
  let opened = false;
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    opened = true;
    listener.opened({ headers: new Headers(), protocol: socket.protocol, extensions: socket.extensions });
  };
  socket.onmessage = ({ data }) => listener.message(typeof data === "string" ? data : new Uint8Array(data));
  // A close event follows and says more. `ws` throws an error that has no handler.
  socket.onerror = ignore;
  socket.onclose = ({ code, reason, wasClean }) => {
    // RFC 6455 §7.1.5, §7.4.1: 1006 says that there was no Close frame; 1015 that TLS failed.
    const closed = opened && code !== 1006 && code !== 1015;
    listener.lost({
      kind: closed ? "close" : "network",
      error: closed
        ? new CloseError(code, reason)
        : new ConnectError("open", opened ? lostText : unopenedText),
      phase: opened ? undefined : "open",
      code,
      reason,
      wasClean,
      byUs: false,
    });
  };
  return {
    deadline: Infinity,
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    expire: ignore,
    send: (message) => socket.send(message as string | Uint8Array<ArrayBuffer>),
    close: (code, reason) => socket.close(sendable(code), reason),
    abandon(code) {
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = ignore;
      socket.close(code && sendable(code));
    },
    info: () => ({}),
  };
}

/** The transport of a connection that the platform refuses to begin: it is lost, once `dial` has returned. */
function block(cause: unknown, listener: TransportListener): Transport {
  const socket = { bufferedAmount: 0, close: ignore } as unknown as WebSocket;
  const transport = attach(socket, listener);
  socket.onclose = () =>
    listener.lost({
      kind: "blocked",
      error: new ConnectError("open", `${blockedText}: ${cause}`, { cause }),
      phase: "open",
      byUs: true,
    });
  queueMicrotask(() => socket.onclose!(undefined as never));
  return transport;
}

const lostText = "the connection was lost without a Close frame";
// The fetch standard hides the reason from scripts, which could scan a network by it.
const unopenedText =
  "the connection did not open, and browsers hide why; check the server, its certificate, the page's CSP and the network panel";
const blockedText = "the WebSocket could not be created (https: pages need wss:)";

/** Scripts may send 1000 and the application's codes only (WHATWG WebSockets, close()). */
function sendable(code: number): number {
  return code < 3000 ? 1000 : code;
}

function ignore(): void {}
