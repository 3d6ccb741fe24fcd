// What becomes of one message, told to whoever asked for it.

import type { GundamError } from "./errors.ts";
import type { PlatformBlob } from "./structural.ts";
import type { Connection, OutgoingMessage } from "./transport.ts";

/** A message whose delivery cannot be counted on: it never left, or it was handed over and nobody knows. */
export interface Drop {
  /** As the codec encoded it. */
  readonly message: string | Uint8Array | PlatformBlob;
  /** Why: an `UnsentError`, a `QueueFullError` or an `UnknownDeliveryError`. */
  readonly cause: GundamError;
  /**
   * `"unsent"`: it was never handed to a socket, so that sending it again is safe. `"unknown"`: it was, and nobody
   * knows.
   */
  readonly outcome: "unsent" | "unknown";
}

/** What was taken, and is waited for all the same. */
export interface AlsoFollowed {
  readonly length: number;
  /** The connection is over: gives what of it is lost. */
  lose(): readonly Drop[];
  /** The peer has read all that was sent. */
  answered(): void;
}

/** Where what was sent over one connection is followed. */
export interface Followed {
  alsoFollowed: AlsoFollowed | undefined;
}

/** Hears the outcome of a message, or of several: each says one of these, once. */
export interface Receipt {
  /** The platform has taken the message while its connection was alive; undefined: of several messages, the last. */
  flushed(message: OutgoingMessage | undefined, connection: Connection, way: Followed): void;
  /** It will not be sent (`UnsentError`, `QueueFullError`), or nobody knows (`UnknownDeliveryError`). */
  dropped(cause: GundamError): void;
}
