// The WebSocket faces on Node.

import type { WebSocketOptions } from "./options.ts";
import { WebSocket as WebSocketOverClient } from "./web-socket.ts";

export type { CloseEvent } from "./close-event.ts";
export type { DropEvent, FailureEvent } from "./events.ts";
export type { WebSocketOptions } from "./options.ts";
export {
  type ReconnectingEventMap,
  type ReconnectingOptions,
  ReconnectingWebSocket,
} from "./reconnecting-web-socket.ts";

/** The platform's own type of a WebSocket: whoever takes one takes ours. */
export type WebSocket = globalThis.WebSocket;

/** The standard's constructor, and options besides. */
export interface WebSocketConstructor {
  new (url: string | URL, protocols?: string | string[], options?: WebSocketOptions): WebSocket;
  /** What its instances inherit. */
  readonly prototype: WebSocket;
  /** The `readyState` before the connection is open. */
  readonly CONNECTING: 0;
  /** The `readyState` of an open connection. */
  readonly OPEN: 1;
  /** The `readyState` while a closing handshake is under way. */
  readonly CLOSING: 2;
  /** The `readyState` after the end, or after a connection that could not be opened. */
  readonly CLOSED: 3;
}

/**
 * The WHATWG interface: one connection, which is never opened again.
 *
 * `url` is a `ws:`, `wss:`, `http:` or `https:` url without a fragment, `protocols` the subprotocols to offer, `options`
 * Gundam's. Throws a `SyntaxError` `DOMException` for a url or subprotocols that cannot work, and an `OptionError` for
 * such an option. Everything that goes wrong later is an `error` event, a `FailureEvent`, and a `close` event.
 *
 * @example
 * const socket = new WebSocket("wss://example.org/feed", ["feed.v2"], { openTimeout: 10_000 });
 * socket.onmessage = ({ data }) => console.log(data);
 */
export const WebSocket: WebSocketConstructor = WebSocketOverClient as unknown as WebSocketConstructor;
