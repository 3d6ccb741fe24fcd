/// <reference lib="esnext.disposable" preserve="true" />
// The public face: a thin class over one driver, for users to subclass. It holds no state of its own: with the state in
// the subclassed object every private field access would go megamorphic, message by message.

import { checkClose } from "./close-codes.ts";
import { Driver } from "./driver.ts";
import { type GundamError, OptionError } from "./errors.ts";
import type { Close, EventHandler, EventType, LifecyclePhase } from "./events.ts";
import type { CoreOptions } from "./options.ts";
import type { SendOptions } from "./outbox.ts";
import type { Platform } from "./platform.ts";
import type { Sendable } from "./sendable.ts";
import type { State } from "./state.ts";
import type { AbortSignalLike, PlatformAbortSignal, PlatformHeaders } from "./structural.ts";
import type { Message } from "./transport.ts";

/** A client as functions over it take it, whatever its state, its codec and its callbacks are. */
export type AnyClient<Sent = never> = Pick<Client<object, never, Sent>, "phase">;

/**
 * The property of a client that is its driver, for every copy of this version of the library: another version's driver may
 * be another. A private field would be out of reach for another copy, and for a Proxy around the client.
 */
export const place = "gundam 0.1.0";

/**
 * The way to a client's driver for functions over a client, and for those who raise what no user can: a wake. Throws an
 * `OptionError` for what is no client, and for a client of another version.
 *
 * @example
 * const { state } = driverOf(client);
 * console.log(state.name, state.generation);
 */
export function driverOf(client: AnyClient): Driver {
  const driver: Driver | undefined = Object(client)[place];
  if (driver === undefined) throw noDriver(client);
  return driver;
}

function noDriver(client: unknown): OptionError {
  const other = Object.getOwnPropertyNames(Object(client)).find((name) => name.startsWith("gundam "));
  const problem = other
    ? `is of ${other}, and this function of ${place}: import both from the same copy`
    : `must be a client, not ${client === null ? client : typeof client}`;
  // The value may hold secrets.
  return new OptionError("client", undefined, problem);
}

/**
 * The client without its platform: `@gundam/node` and `@gundam/browser` bind it to theirs.
 *
 * @example
 * // `platform` is yours: two ports, and the options that it can honour.
 * const client = new Client(platform, { url: "wss://example.org/feed" });
 * client.on("message", (message) => console.log(message));
 * client.reconnect();
 */
export class Client<Yours extends object = object, Received = Message, Sent = Sendable> {
  /** @internal In declarations it would make clients of another copy of the library, or of its CommonJS, another type. */
  declare private readonly "gundam 0.1.0": Driver;

  /** Only checks the options, and throws an `OptionError` for what cannot work; `reconnect()` starts the client. */
  constructor(platform: Platform, options: CoreOptions) {
    // Not enumerable: it holds secrets, which nobody wants in a log.
    Object.defineProperty(this, place, { value: new Driver(platform, options, this) });
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

  /** The opening handshake succeeded; on every connection. A subclass has it as a method, in place of the option. */
  onConnect?(headers: PlatformHeaders, client: this, state: State<Yours>): unknown;
  /** A message, as the codec decodes it. A subclass has it as a method, in place of the option. */
  onMessage?(message: Received, client: this, state: State<Yours>): unknown;
  /** An open connection was lost and will be tried again. A subclass has it as a method, in place of the option. */
  onDisconnect?(client: this, state: State<Yours>): unknown;
  /** Something failed; never the end by itself. A subclass has it as a method, in place of the option. */
  onError?(reason: GundamError, client: this, state: State<Yours>): unknown;
  /** It is over; once per life, last. A subclass has it as a method, in place of the option. */
  onClose?(code: number, reason: string, client: this, state: State<Yours>): unknown;

  /** What the client is doing, as one word. `"open"` also while `onConnect` is pending: `ready()` waits for that. */
  get phase(): LifecyclePhase {
    return this[place].phase;
  }

  /**
   * The state that callbacks are given: the library's part and yours, as the last callback that returned one has left
   * it.
   */
  get state(): State<Yours> {
    return this[place].settings.state as State<Yours>;
  }

  /** How the last open connection ended. */
  get lastClose(): Close | undefined {
    return this[place].lastClose;
  }

  /** What failed last, of any life: an attempt, a connection, a callback; undefined if nothing has. */
  get lastError(): GundamError | undefined {
    return this[place].lastError;
  }

  /** Aborts when the connection of now drops. */
  get connectionSignal(): PlatformAbortSignal {
    return this[place].connectionSignal;
  }

  /** Bytes that wait, in the queue and in the platform's buffer. */
  get bufferedAmount(): number {
    return this[place].bufferedAmount;
  }

  /**
   * Sends a message, or keeps it in the queue until a connection is ready; bytes are copied when they are queued.
   * Returns true: go on; false: it was taken (or, if volatile, dropped), and the `drain` event tells when to go on.
   * Throws a `QueueFullError` when there is no room, unless `sendQueue.overflow` has messages dropped; a
   * `NotOpenError` when the client is closing or closed; an `OptionError` for what is no message. What will never
   * leave, or may not have arrived, is told by the `drop` event.
   */
  send(message: Sent, options?: SendOptions): boolean {
    return this[place].send(message, options);
  }

  /**
   * Settles when a connection is ready: at once if it is; rejects with the cause when the life that it was asked in, or
   * the one that `reconnect()` has since been called for, ends without one, and with the signal's reason when it aborts.
   */
  ready(options?: { readonly signal?: AbortSignalLike | undefined }): Promise<void> {
    return this[place].ready(options?.signal);
  }

  /**
   * Starts the client; starts it again after its end; replaces an open connection, whose peer is sent Close with `code`
   * (1000, or 3000 to 4999) and `reason`, and waits for nothing of it. Throws an `OptionError` for another code or a reason
   * of more than 123 bytes, and a `NotOpenError` when the client's signal has ended it.
   */
  reconnect(code = 1000, reason = ""): void {
    checkClose(code, reason);
    this[place].reconnect(code, reason);
  }

  /**
   * Ends the client for good, by a closing handshake (RFC 6455 §7.1.2) if a connection is open, after all that was
   * sent; it waits for the peer's Close for `wsOpts.closingTimeout`. Resolves when the connection is gone, at once if
   * there is none, and never rejects. Throws an `OptionError` unless `code` is 1000 (the default) or from 3000 to 4999,
   * and `reason` has at most 123 bytes (WHATWG WebSocket `close()`).
   */
  close(code = 1000, reason = ""): Promise<void> {
    checkClose(code, reason);
    return this[place].close(code, reason);
  }

  /**
   * Ends the client for good and at once, without a closing handshake. What waits to be sent is dropped. Called again,
   * or after the end, it does nothing.
   */
  terminate(): void {
    this[place].terminate();
  }

  /** `await using client = connect(…)` closes it: `close()`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  /**
   * Listens to an event of the client's; returns what stops it. What a handler throws is reported to the platform (on
   * Node a warning, in browsers an error of the page), and breaks nothing. Events: `ClientEvents`.
   */
  on<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): () => void {
    this[place].on(type, handler);
    return () => this.off(type, handler);
  }

  /** The same for the next such event only. */
  once<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): () => void {
    this[place].on(type, handler, true);
    return () => this.off(type, handler);
  }

  /** Stops a handler that `on` or `once` was given; without effect for any other. */
  off<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): void {
    this[place].events.off(type, handler);
  }
}

// Where the platform has no such symbol, its own polyfill and ours must find the same one. React Native's compiler knows no
// static block.
const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
Client.prototype[asyncDispose as typeof Symbol.asyncDispose] = function () {
  return this.close();
};
