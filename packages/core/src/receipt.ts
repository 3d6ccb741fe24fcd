// What becomes of one message, told to whoever asked for it.

import type { GundamError } from "./errors.ts";
import type { OutgoingMessage } from "./transport.ts";

/** Hears the outcome of a message, or of several: each says one of these, once. */
export interface Receipt {
  /** The platform has taken the message while its connection was alive; undefined: of several messages, the last. */
  flushed(message: OutgoingMessage | undefined): void;
  /** It will not be sent (`UnsentError`, `QueueFullError`), or nobody knows (`UnknownDeliveryError`). */
  dropped(cause: GundamError): void;
}
