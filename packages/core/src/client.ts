/// <reference lib="esnext.disposable" preserve="true" />
// The public face: a thin class over one driver, for users to subclass. It holds no state of its own: with the state in
// the subclassed object every private field access would go megamorphic, message by message.

import { Driver } from "./driver.ts";
import type { GundamError } from "./errors.ts";
import type { Close, EventHandler, EventType } from "./events.ts";
import type { AttemptRecord } from "./history.ts";
import type { MessageIterator } from "./message-iterator.ts";
import { type CoreOptions, callbackNames } from "./options.ts";
import type { Platform } from "./platform.ts";
import type { Sendable } from "./send-queue.ts";
import type { State } from "./state.ts";
import type { AbortSignalLike, HeadersLike } from "./structural.ts";
import type { Message } from "./transport.ts";

/** What a client is doing, as one word. */
export type LifecyclePhase =
  | "idle"
  /** The url and headers functions are asked, and callbacks of the last connection may still be pending. */
  | "preparing"
  | "connecting"
  | "open"
  /** `shouldRetry` and `retryFun` are asked. */
  | "deciding"
  | "waiting"
  /** Our Close frame is out. */
  | "closing"
  | "closed";

/**
 * The callbacks, all optional, all maybe async. What they return is used only if it is a state: made from the one they
 * were given, as `{ ...state, uri }` is. They run one after another; what they throw reaches `onError`.
 */
export interface Callbacks<Client, Yours extends object, Headers = HeadersLike, Received = Message> {
  /** The opening handshake succeeded; on every connection. `headers`: the response's, empty in browsers. */
  onConnect?(headers: Headers, client: Client, state: State<Yours>): unknown;
  /** A message: what the codec decodes; without one a `string` for text, a `Uint8Array` with its own memory for binary. */
  onMessage?(message: Received, client: Client, state: State<Yours>): unknown;
  /** An open connection was lost and will be tried again; `client.lastClose` tells how. */
  onDisconnect?(client: Client, state: State<Yours>): unknown;
  /** Something failed: an attempt (once each), a callback, a send that timed out. Never the end by itself. */
  onError?(reason: GundamError, client: Client, state: State<Yours>): unknown;
  /** It is over; once per life, last. `code`: ours, the peer's, an HTTP status, 1015 or 1006. */
  onClose?(code: number, reason: string, client: Client, state: State<Yours>): unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: the driver passes the client through; only its user knows its type.
export type ClientCallbacks = Callbacks<any, any, HeadersLike, any>;

export interface SendOptions {
  /** Send it even before `onConnect` has settled. */
  readonly ahead?: boolean | undefined;
  /** Send it now or not at all: it is dropped while no connection is ready, or `highWaterMark` bytes wait. */
  readonly volatile?: boolean | undefined;
  /** The longest it may wait in the queue, in ms; then it is dropped. Default: as long as it takes. */
  readonly ttl?: number | undefined;
}

/** The way to a client's driver for functions over a client, and for those who raise what no user can: a wake. */
export let driverOf: (client: Client) => Driver;

/** The client without its platform: `@gundam/node` and `@gundam/browser` bind it to theirs. */
export class Client<
  Yours extends object = object,
  Headers = HeadersLike,
  Received = Message,
  Sent = Sendable,
> {
  readonly #driver: Driver;

  static {
    driverOf = (client) => client.#driver;
    // Where the platform has no such symbol, its own polyfill and ours must find the same one.
    const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
    Object.defineProperty(Client.prototype, asyncDispose, {
      value(this: Client) {
        return this.close();
      },
      configurable: true,
      writable: true,
    });
  }

  /** Only checks the options, and throws an `OptionError` for what cannot work; `reconnect()` starts the client. */
  constructor(platform: Platform, options: CoreOptions) {
    this.#driver = new Driver(platform, options, this, () =>
      callbacksOf(this as ClientCallbacks, options as ClientCallbacks),
    );
  }

  /** Constructs a client and starts it. It dials before it returns, and tells nothing until the caller's code has run. */
  static start<Options, Instance extends { reconnect(): void }>(
    this: new (
      options: Options,
    ) => Instance,
    options: Options,
  ): Instance {
    const client = new this(options);
    client.reconnect();
    return client;
  }

  onConnect?(headers: Headers, client: this, state: State<Yours>): unknown;
  onMessage?(message: Received, client: this, state: State<Yours>): unknown;
  onDisconnect?(client: this, state: State<Yours>): unknown;
  onError?(reason: GundamError, client: this, state: State<Yours>): unknown;
  onClose?(code: number, reason: string, client: this, state: State<Yours>): unknown;

  get phase(): LifecyclePhase {
    return this.#driver.phase;
  }

  get state(): State<Yours> {
    return this.#driver.userState as State<Yours>;
  }

  /** How the last open connection ended. */
  get lastClose(): Close | undefined {
    return this.#driver.lastClose;
  }

  get lastError(): GundamError | undefined {
    return this.#driver.lastError;
  }

  /** Aborts when the connection of now drops. */
  get connectionSignal(): AbortSignalLike {
    return this.#driver.connectionSignal;
  }

  /** Bytes that wait, in the queue and in the platform's buffer. */
  get bufferedAmount(): number {
    return this.#driver.bufferedAmount;
  }

  /**
   * Sends a message, or keeps it in the queue until a connection is ready; bytes are copied when they are queued.
   * Returns true: go on; false: it was taken (or, if volatile, dropped), and the `drain` event tells when to go on.
   * Throws a `QueueFullError` when there is no room, unless `sendQueue.overflow` has messages dropped; a
   * `NotOpenError` when the client is closing or closed; an `OptionError` for what is no message. What will never
   * leave, or may not have arrived, is told by the `drop` event.
   */
  send(message: Sent, options?: SendOptions): boolean {
    return this.#driver.send(message, options);
  }

  /**
   * Sends a ping frame and resolves with the round-trip time in ms. Rejects with a `NotOpenError` when there is no open
   * connection, when it is lost before the pong, and in browsers, which have no pings.
   */
  ping(data?: Uint8Array): Promise<number> {
    return this.#driver.ping(data);
  }

  /** Lets in `messages` more messages, where `wsOpts.flow` limits them. */
  updateFlow(messages: number): void {
    this.#driver.updateFlow(messages);
  }

  ready(options?: { readonly signal?: AbortSignalLike }): Promise<void> {
    return this.#driver.ready(options?.signal);
  }

  reconnect(): void {
    this.#driver.reconnect();
  }

  close(code = 1000, reason = ""): Promise<void> {
    return this.#driver.close(code, reason);
  }

  terminate(): void {
    this.#driver.terminate();
  }

  /**
   * The messages from now on, for `for await` and `ReadableStream.from`: each iterator has all of them. It ends when we
   * close the client, and throws the cause when the client gives up. Leaving it early does not close the client.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Received, undefined> {
    return this.#driver.iterate() as MessageIterator<Received>;
  }

  /** `await using client = connect(…)` closes it: `close()`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  info(): Readonly<Record<string, unknown>> {
    return this.#driver.info();
  }

  /** The last attempts, for `explain`. */
  get attempts(): readonly AttemptRecord[] {
    return this.#driver.history.records;
  }

  on<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): () => void {
    this.#driver.on(type, handler);
    return () => this.off(type, handler);
  }

  once<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): () => void {
    this.#driver.once(type, handler);
    return () => this.off(type, handler);
  }

  off<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): void {
    this.#driver.events.off(type, handler);
  }
}

/** A callback given as an option goes before the method of the same name. */
function callbacksOf(client: ClientCallbacks, options: ClientCallbacks): ClientCallbacks {
  return Object.fromEntries(callbackNames.map((name) => [name, options[name] ?? client[name]]));
}
