// The callbacks of the behaviour, and what they are told.

import type { GundamError } from "./errors.ts";
import type { State } from "./state.ts";
import type { PlatformHeaders } from "./structural.ts";
import type { Message } from "./transport.ts";

/**
 * The callbacks, all optional, all maybe async. What they return is used only if it is a state: made from the one they
 * were given, as `{ ...state, uri }` is. They run one after another; what they throw reaches `onError`.
 */
export interface Callbacks<Client, Yours extends object, Received = Message> {
  /**
   * The opening handshake succeeded; on every connection. `headers`: the response's, empty in browsers.
   *
   * @example
   * connect({ url: "wss://example.org/feed", onConnect: (_headers, client) => client.send("subscribe") });
   */
  onConnect?: ((headers: PlatformHeaders, client: Client, state: State<Yours>) => unknown) | undefined;
  /**
   * A message: what the codec decodes; without one a `string` for text, a `Uint8Array` with its own memory for binary.
   *
   * @example
   * connect({ url: "wss://example.org/feed", onMessage: (message) => console.log(message) });
   */
  onMessage?: ((message: Received, client: Client, state: State<Yours>) => unknown) | undefined;
  /**
   * An open connection was lost and will be tried again; `client.lastClose` tells how.
   *
   * @example
   * connect({ url: "wss://example.org/feed", onDisconnect: (client) => console.log(client.lastClose?.code) });
   */
  onDisconnect?: ((client: Client, state: State<Yours>) => unknown) | undefined;
  /**
   * Something failed: an attempt (once each), a callback, a send that timed out. Never the end by itself.
   *
   * @example
   * connect({ url: "wss://example.org/feed", onError: (reason) => console.error(reason.message) });
   */
  onError?: ((reason: GundamError, client: Client, state: State<Yours>) => unknown) | undefined;
  /**
   * It is over; once per life, last. `code`: ours, the peer's, an HTTP status, 1015 or 1006.
   *
   * @example
   * connect({ url: "wss://example.org/feed", onClose: (code, reason) => console.log("over", code, reason) });
   */
  onClose?: ((code: number, reason: string, client: Client, state: State<Yours>) => unknown) | undefined;
}
