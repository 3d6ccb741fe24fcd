// The interface of `ReconnectingWebSocket`, for the event classes of any platform.

import type { GundamError } from "../errors.ts";
import type { RequestContext, UrlSource } from "../options.ts";
import type { Sendable } from "../sendable.ts";
import type { Awaitable, BlobLike, PlatformBlob } from "../structural.ts";
import type { BinaryType } from "./message-data.ts";
import type { FamiliarOptions } from "./reconnecting-options.ts";

/**
 * Subprotocols to offer, the most wanted first, or a (maybe async) function that is asked for them before each attempt;
 * null: none.
 */
export type ProtocolSource =
  | string
  | readonly string[]
  | null
  | ((context: RequestContext) => Awaitable<string | readonly string[] | null>);

/** What a `close` event says. */
export interface Ending {
  /** The peer's; else our own, if we ended it; else 1006. */
  readonly code: number;
  /** The reason beside the code; "" without one. */
  readonly reason: string;
  /** The peer's Close frame was received. */
  readonly wasClean: boolean;
}

/** What an `error` event says. */
export interface FailureFacts {
  /** What failed: one of Gundam's errors. */
  readonly error: GundamError;
  /** The error's. */
  readonly message: string;
}

/** What a `drop` event says: the message never left, or was handed over and nobody knows. */
export interface DropFacts {
  readonly data: string | Uint8Array | PlatformBlob;
  /** The message. */
  /**
   * `"unsent"`: it was never handed to a socket, so that sending it again is safe. `"unknown"`: it was, and nobody
   * knows.
   */
  readonly outcome: "unsent" | "unknown";
  /** Why. */
  readonly error: GundamError;
}

/** The events, by type. */
export interface EventMap {
  /** A connection was opened; each one. */
  open: object;
  /** A message has come. */
  message: object;
  /** An attempt failed or a connection was lost; its `close` follows. Or what does not end the connection failed. */
  error: FailureFacts;
  /** A connection, or an attempt to open one, has ended. `readyState` is CLOSED if it was the last. */
  close: Ending;
  /** A message will not be sent, or was on its way when its connection was lost. */
  drop: DropFacts;
}

type Handler<Target, Event> = ((this: Target, event: Event) => unknown) | null;
type Listener<Target, Event> = Handler<Target, Event> | { handleEvent(event: Event): unknown };

interface ListenerOptions {
  capture?: boolean | undefined;
  once?: boolean | undefined;
  passive?: boolean | undefined;
}

/** The standard's interface, and what a connection that comes back has besides. */
export interface ReconnectingInterface<Events extends EventMap> {
  /** That of the last attempt; "" before a url function has answered. */
  readonly url: string;
  /** CONNECTING while a connection is prepared, opened or waited for; CLOSED only after the end. */
  readonly readyState: number;
  /** Bytes that wait, in the queue and in the platform's buffer. */
  readonly bufferedAmount: number;
  /** The extensions that the open connection has negotiated, or "". */
  readonly extensions: string;
  /** The subprotocol that the open connection has negotiated, or "". */
  readonly protocol: string;
  /** What binary messages come as; at first "blob". */
  binaryType: BinaryType;
  /** Attempts that have failed since the last stable connection. */
  readonly retryCount: number;
  /** Whether a connection that is lost now will be opened again. */
  readonly shouldReconnect: boolean;
  /**
   * Sends a message, or queues it while there is no connection. Throws a `NotOpenError` after `close()` and after the
   * end, and a `QueueFullError` when the queue is full and `sendQueue.overflow` is "reject".
   */
  send(data: Sendable | BlobLike): void;
  /**
   * Ends it for good, by a closing handshake if a connection is open. `code` is 1000 (the default) or from 3000 to 4999,
   * `reason` has at most 123 bytes: else an `OptionError` is thrown.
   */
  close(code?: number, reason?: string): void;
  /**
   * Opens a new connection now, also after the end. The one that is open is let go, or ended by a closing handshake
   * where a code is given, which has to be one that `close` takes.
   */
  reconnect(code?: number, reason?: string): void;
  /** Called at each `open` event. */
  onopen: Handler<ReconnectingInterface<Events>, Events["open"]>;
  /** Called at each `message` event. */
  onmessage: Handler<ReconnectingInterface<Events>, Events["message"]>;
  /** Called at each `error` event. */
  onerror: Handler<ReconnectingInterface<Events>, Events["error"]>;
  /** Called at each `close` event. */
  onclose: Handler<ReconnectingInterface<Events>, Events["close"]>;
  /** Called at each `drop` event. */
  ondrop: Handler<ReconnectingInterface<Events>, Events["drop"]>;
  /** Listens to an event, as the DOM has it (WHATWG DOM `EventTarget`). */
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: Listener<ReconnectingInterface<Events>, Events[Type]>,
    options?: boolean | ListenerOptions,
  ): void;
  /** Listens no more. */
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: Listener<ReconnectingInterface<Events>, Events[Type]>,
    options?: boolean | ListenerOptions,
  ): void;
  /** Dispatches an event of yours to the listeners. */
  dispatchEvent(event: Events[keyof Events]): boolean;
  /** The `readyState` while a connection is prepared, opened or waited for. */
  readonly CONNECTING: 0;
  /** The `readyState` of an open connection. */
  readonly OPEN: 1;
  /** The `readyState` while a closing handshake is under way that ends it for good. */
  readonly CLOSING: 2;
  /** The `readyState` after the end. */
  readonly CLOSED: 3;
}

/** Makes a `ReconnectingWebSocket`. */
export interface ReconnectingConstructor<Events extends EventMap, Options> {
  /**
   * `url` and `protocols` may be functions, maybe async, that are asked before each attempt. Throws an `OptionError` for
   * what cannot work. Without options a connection is opened at once, and again for ever, by the values that
   * `resilient` recommends.
   */
  new (
    url: UrlSource,
    protocols?: ProtocolSource,
    options?: FamiliarOptions & Options,
  ): ReconnectingInterface<Events>;
  /** What its instances inherit. */
  readonly prototype: ReconnectingInterface<Events>;
  /** The `readyState` while a connection is prepared, opened or waited for. */
  readonly CONNECTING: 0;
  /** The `readyState` of an open connection. */
  readonly OPEN: 1;
  /** The `readyState` while a closing handshake is under way that ends it for good. */
  readonly CLOSING: 2;
  /** The `readyState` after the end. */
  readonly CLOSED: 3;
}
