// What becomes of one message, told to whoever asked for it.

import type { GundamError } from "./errors.ts";

/** Hears the outcome of a message, or of several. */
export interface Receipt {
  /** The platform has taken the message while its connection was alive. True: that is all that was wanted. */
  flushed(): boolean;
  /** The peer has read past it. */
  acked(): void;
  /** It will not be sent (`UnsentError`, `QueueFullError`), or nobody knows (`UnknownDeliveryError`). */
  dropped(cause: GundamError): void;
}
