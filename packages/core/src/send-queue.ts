// The messages that wait for a ready connection: bounded, in order, and never forgotten.

import { utf8Length } from "./close-codes.ts";
import { type GundamError, OptionError, QueueFullError, UnsentError } from "./errors.ts";
import type { Receipt } from "./receipt.ts";
import type { BlobLike } from "./structural.ts";
import type { OutgoingMessage } from "./transport.ts";

/** What `send` takes; in browsers a `Blob`, too. */
export type Sendable = string | ArrayBuffer | ArrayBufferView;

export interface SendQueueLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly overflow: "reject" | "drop-oldest" | "drop-newest";
}

/** A message that waits. */
export interface Entry {
  readonly message: OutgoingMessage;
  readonly bytes: number;
  /** How long it may wait, in ms, and the monotonic time at which that is over. */
  readonly ttl: number;
  readonly expiresAt: number;
  readonly receipts: Receipt[];
}

export class SendQueue {
  readonly #drop: (entry: Entry, cause: GundamError) => void;
  #entries: Entry[] = [];
  #bytes = 0;
  /** When the first of those that may not wait for ever expires. */
  deadline: number = Infinity;

  constructor(drop: (entry: Entry, cause: GundamError) => void) {
    this.#drop = drop;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /**
   * Adds a message; `buffered` is what the platform holds besides. When there is no room the overflow policy decides:
   * it throws a `QueueFullError`, or drops a message and tells of it. For a message that cannot fit, none gives way.
   */
  add(entry: Entry, limits: SendQueueLimits, buffered: number): void {
    const fits = (messages: number, queued: number) =>
      messages < limits.maxMessages && queued + entry.bytes + buffered <= limits.maxBytes;
    // Told of only when the queue is as it will be: whoever hears of it may end the client.
    const dropped: Entry[] = [];
    if (limits.overflow === "drop-oldest" && fits(0, 0)) {
      while (!fits(this.#entries.length, this.#bytes)) dropped.push(this.#shift());
    }
    const own = { ...entry, message: copyOf(entry.message) };
    if (fits(this.#entries.length, this.#bytes)) {
      this.#entries.push(own);
      this.#bytes += entry.bytes;
      this.deadline = Math.min(this.deadline, entry.expiresAt);
    } else if (limits.overflow === "reject") {
      throw queueFull(limits);
    } else {
      dropped.push(own);
    }
    for (const each of dropped) this.#drop(each, queueFull(limits));
  }

  /** Drops what has waited longer than it may. */
  expire(now: number): void {
    if (now < this.deadline) return;
    const expired = this.#entries.filter(({ expiresAt }) => expiresAt <= now);
    this.#entries = this.#entries.filter(({ expiresAt }) => expiresAt > now);
    this.#findDeadline();
    for (const { bytes } of expired) this.#bytes -= bytes;
    for (const entry of expired) {
      this.#drop(entry, new UnsentError(`the message waited longer than its ttl (${entry.ttl} ms)`));
    }
  }

  /** Takes the messages out, the oldest first. */
  *take(): Generator<Entry> {
    while (this.#entries.length > 0) yield this.#shift();
  }

  #shift(): Entry {
    const entry = this.#entries.shift()!;
    this.#bytes -= entry.bytes;
    if (entry.expiresAt < Infinity) this.#findDeadline();
    return entry;
  }

  #findDeadline(): void {
    this.deadline = Infinity;
    for (const { expiresAt } of this.#entries) this.deadline = Math.min(this.deadline, expiresAt);
  }
}

export function queueFull({ maxMessages, maxBytes }: SendQueueLimits): QueueFullError {
  return new QueueFullError(
    `the send queue is full (sendQueue.maxMessages ${maxMessages}, sendQueue.maxBytes ${maxBytes})`,
  );
}

/** The caller may change its bytes as soon as `send` returns. (A Node `Buffer`'s `slice` copies nothing.) */
export function copyOf(message: OutgoingMessage): OutgoingMessage {
  return message instanceof Uint8Array ? new Uint8Array(message) : message;
}

/** The size of a message on the wire, without framing. */
export function sizeOf(message: OutgoingMessage): number {
  if (typeof message === "string") return utf8Length(message);
  return message instanceof Uint8Array ? message.byteLength : message.size;
}

/** What was given to `send` as a message: a view, not a copy. */
export function toMessage(message: unknown, isBlob?: (value: unknown) => value is BlobLike): OutgoingMessage {
  if (typeof message === "string" || message instanceof Uint8Array) return message;
  if (message instanceof ArrayBuffer) return new Uint8Array(message);
  if (ArrayBuffer.isView(message)) {
    return new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
  }
  if (isBlob?.(message)) return message;
  const allowed = isBlob ? "a string, a Blob, an ArrayBuffer" : "a string, an ArrayBuffer";
  throw new OptionError("message", message, `must be ${allowed} or a view of one`);
}
