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
import type { AbortSignalLike, HeadersLike } from "./structural.ts";
import type { Message } from "./transport.ts";

/** A client as functions over it take it, whatever its state, its codec and its callbacks are. */
export type AnyClient<Sent = never> = Pick<Client<object, never, never, Sent>, "phase">;

/**
 * The property of a client that is its driver, for every copy of this version of the library: another version's driver may
 * be another. A private field would be out of reach for another copy, and for a Proxy around the client.
 */
const place = "gundam 0.1.0";

/**
 * The way to a client's driver for functions over a client, and for those who raise what no user can: a wake. Throws an
 * `OptionError` for what is no client, and for a client of another version.
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

/** The client without its platform: `@gundam/node` and `@gundam/browser` bind it to theirs. */
export class Client<
  Yours extends object = object,
  Headers = HeadersLike,
  Received = Message,
  Sent = Sendable,
> {
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

  onConnect?(headers: Headers, client: this, state: State<Yours>): unknown;
  onMessage?(message: Received, client: this, state: State<Yours>): unknown;
  onDisconnect?(client: this, state: State<Yours>): unknown;
  onError?(reason: GundamError, client: this, state: State<Yours>): unknown;
  onClose?(code: number, reason: string, client: this, state: State<Yours>): unknown;

  get phase(): LifecyclePhase {
    return this[place].phase;
  }

  get state(): State<Yours> {
    return this[place].settings.state as State<Yours>;
  }

  /** How the last open connection ended. */
  get lastClose(): Close | undefined {
    return this[place].lastClose;
  }

  get lastError(): GundamError | undefined {
    return this[place].lastError;
  }

  /** Aborts when the connection of now drops. */
  get connectionSignal(): AbortSignalLike {
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
  ready(options?: { readonly signal?: AbortSignalLike }): Promise<void> {
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

  close(code = 1000, reason = ""): Promise<void> {
    checkClose(code, reason);
    return this[place].close(code, reason);
  }

  terminate(): void {
    this[place].terminate();
  }

  /** `await using client = connect(…)` closes it: `close()`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  on<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): () => void {
    this[place].on(type, handler);
    return () => this.off(type, handler);
  }

  once<Type extends EventType>(type: Type, handler: EventHandler<Type, Received>): () => void {
    this[place].on(type, handler, true);
    return () => this.off(type, handler);
  }

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
