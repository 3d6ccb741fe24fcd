// Messages on their way out: what may be sent, how large it is, and what it costs while it waits.

import { utf8Length } from "./close-codes.ts";
import { OptionError } from "./errors.ts";
import type { BlobLike } from "./structural.ts";
import type { OutgoingMessage } from "./transport.ts";

/** What `send` takes; in browsers a `Blob`, too. */
export type Sendable = string | ArrayBufferLike | ArrayBufferView;

/** What a message that waits costs in memory besides its bytes. */
const MESSAGE_COST = 160;
/** So many cost too little to be counted: a limit of a few bytes means just these. */
const UNCOUNTED = 1024;

/** What so many messages that wait count for, in bytes. */
export function costOf(messages: number, bytes: number): number {
  return bytes + MESSAGE_COST * Math.max(0, messages - UNCOUNTED);
}

/** The caller may change its bytes as soon as `send` returns. (A Node `Buffer`'s `slice` copies nothing.) */
export function copyOf(message: OutgoingMessage): OutgoingMessage {
  return message instanceof Uint8Array ? new Uint8Array(message) : message;
}

/**
 * The size of a message on the wire, without framing.
 *
 * @example
 * sizeOf("é"); // → 2
 */
export function sizeOf(message: OutgoingMessage): number {
  if (typeof message === "string") return utf8Length(message);
  return message instanceof Uint8Array ? message.byteLength : message.size;
}

/** Of a buffer of any realm, shared or not: for what is none `DataView` throws. */
function viewOf(buffer: unknown): DataView | undefined {
  try {
    return new DataView(buffer as ArrayBuffer);
  } catch {
    return undefined;
  }
}

/** What was given to `send` as a message: a view, not a copy. */
export function toMessage(message: unknown, isBlob?: (value: unknown) => value is BlobLike): OutgoingMessage {
  if (typeof message === "string" || message instanceof Uint8Array) return message;
  const view = ArrayBuffer.isView(message) ? message : viewOf(message);
  if (view) return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (isBlob?.(message)) return message;
  const blob = isBlob ? "a Blob, " : "";
  throw new OptionError("message", message, `must be a string, ${blob}an ArrayBuffer or a view of one`);
}
