// The client on browsers: core's face, bound to its platform.

import {
  type Callbacks,
  Client,
  type Codec,
  type Sendable as CoreSendable,
  type Message,
  resilient as recommend,
} from "@gundam/core";
import type { BrowserOptions, BrowserWsOpts } from "./browser-options.ts";
import { browserPlatform } from "./browser-platform.ts";

/** What `send` takes. */
export type Sendable = CoreSendable | Blob;

/**
 * Options and callbacks in one object. `Yours` is your part of the state; `Received` and `Sent` are what the codec gives
 * and takes.
 */
export interface ClientOptions<Yours extends object = object, Received = Message, Sent = Sendable>
  extends BrowserOptions,
    Callbacks<WebSocketClient<Yours, Received, Sent>, Yours, Received> {
  /** Your part of the initial state; what callbacks get as `state` beside the library's part. Default `{}`. */
  state?: Yours | undefined;
  /** Options of the WebSocket connection itself; its `codec` gives and takes what this client receives and sends. */
  wsOpts?: (BrowserWsOpts & { codec?: Codec<Received, Sent> | undefined }) | undefined;
}

/**
 * A WebSocket client that stays connected. Extend it to have the callbacks as methods.
 *
 * @example
 * class Chat extends WebSocketClient {
 *   override onMessage(message: Message) {
 *     console.log("they say", message);
 *   }
 * }
 * const chat = Chat.start({ url: "wss://example.org/chat" });
 * chat.send("hello");
 */
export class WebSocketClient<
  Yours extends object = object,
  Received = Message,
  Sent = Sendable,
> extends Client<Yours, Received, Sent> {
  constructor(options: ClientOptions<Yours, Received, Sent>) {
    super(browserPlatform, options);
  }
}

/**
 * Starts a client: dials at once and returns it. Throws an `OptionError` for what cannot work.
 *
 * @example
 * const client = connect({
 *   url: "wss://example.org/feed",
 *   onMessage: (message) => console.log(message),
 *   onError: (error) => console.error(error.message),
 * });
 * client.send("hello");
 */
export function connect<Yours extends object = object, Received = Message, Sent = Sendable>(
  options: ClientOptions<Yours, Received, Sent>,
): WebSocketClient<Yours, Received, Sent> {
  const client = new WebSocketClient<Yours, Received, Sent>(options);
  client.reconnect();
  return client;
}

/**
 * Lays your options over the values that we recommend for production: it never gives up, backs off, and notices when
 * nothing answers.
 *
 * @example connect(resilient({ url: "wss://example.org/feed" }))
 */
export function resilient<Yours extends object = object, Received = Message, Sent = Sendable>(
  options: ClientOptions<Yours, Received, Sent>,
): ClientOptions<Yours, Received, Sent> {
  return recommend(options);
}

/** Which side of the isomorphic package this is. */
export const platform = "browser";
