// The client on Node: core's face, bound to its platform.

import {
  type Callbacks,
  Client,
  type Codec,
  httpResilient,
  type Message,
  type Sendable,
  type Supervisor,
} from "@gundam/core";
import type { NodeOptions, NodeWsOpts } from "./node-options.ts";
import { nodePlatform } from "./node-platform.ts";
import { OwnPlatform, ownPlatformOf } from "./own-platform.ts";
import { readOptions } from "./read-options.ts";

/**
 * Options and callbacks in one object. `Yours` is your part of the state; `Received` and `Sent` are what the codec gives
 * and takes.
 */
export interface ClientOptions<Yours extends object = object, Received = Message, Sent = Sendable>
  extends NodeOptions,
    Callbacks<WebSocketClient<Yours, Received, Sent>, Yours, Received> {
  /** Your part of the initial state; what callbacks get as `state` beside the library's part. Default `{}`. */
  state?: Yours | undefined;
  /** Options of the WebSocket connection itself; its `codec` gives and takes what this client receives and sends. */
  wsOpts?: (NodeWsOpts & { codec?: Codec<Received, Sent> | undefined }) | undefined;
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
    super(new OwnPlatform().platform(), readOptions(options));
  }

  /**
   * Lets the process end while this client lives: its timer and its connection keep it no longer. Only what libuv waits
   * for does: a lookup, the first second of a TCP connect, and what was sent and the kernel has not taken.
   */
  unref(): this {
    ownPlatformOf(this).setRef(false);
    return this;
  }

  /** Takes `unref()` back: the process lives as long as the client, as at first. */
  ref(): this {
    ownPlatformOf(this).setRef(true);
    return this;
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
 * Lays your options over the values that we recommend for production, key by key: it never gives up, backs off, and
 * notices in time when nothing answers. An endpoint that has worked once in this life is also retried, at the longest wait,
 * while its certificate is rejected or it answers 404, 200 or 3xx: such things are deployed, and mended.
 *
 * @example connect(resilient({ url: "wss://example.org/feed" }))
 */
export function resilient<Yours extends object = object, Received = Message, Sent = Sendable>(
  options: ClientOptions<Yours, Received, Sent>,
): ClientOptions<Yours, Received, Sent> {
  return httpResilient(options);
}

/** Lists the clients that were started with `supervise: true` until they are closed. */
export const supervisor: Supervisor = nodePlatform.supervisor as Supervisor;
/** Which side of the isomorphic package this is. */
export const platform = "node";
