// The messages that a simulated user sends: each is like no other, and known again by its content.

import type { Message, OutgoingMessage } from "@gundam/core";

/** The message number `number`, `size` characters or bytes long (at least 6). */
export function makeMessage(number: number, size: number, isBinary: boolean): Message {
  const text = `m${number}`.padEnd(size, " ");
  if (!isBinary) return text;
  return number % 2 === 0 ? Buffer.from(text) : new TextEncoder().encode(text);
}

/** What tells a message from all others, even once its bytes have been overwritten. */
export function keyOf(message: OutgoingMessage): string {
  return message instanceof Uint8Array ? `bytes ${String.fromCharCode(...message)}` : String(message);
}
