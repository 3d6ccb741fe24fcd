// Sends a message and tells what becomes of it, step by step.

import { type Client, deliver, info, type Sendable, UnknownDeliveryError } from "@gundam/core";
import type { Outcome } from "./messages.ts";

/** `cause`: why it went no further. */
export type Told = (outcome: Outcome, cause?: string) => void;

export function sendTold(client: Client, message: Sendable, told: Told): void {
  const delivered = deliver(client, message);
  // It is the last of those that wait, if it waits.
  told(info(client).queue.messages === 0 ? "sent" : "queued");
  delivered.then(told, (cause: Error) =>
    told(cause instanceof UnknownDeliveryError ? "unknown" : "dropped", cause.message),
  );
}
