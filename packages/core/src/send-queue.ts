// The messages that wait for a ready connection: bounded, in order, and never forgotten.

import { utf8Length } from "./close-codes.ts";
import { OptionError, QueueFullError } from "./errors.ts";
import type { Message } from "./transport.ts";

/** What `send` takes. */
export type Sendable = string | ArrayBuffer | ArrayBufferView;

export interface SendQueueLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly overflow: "reject" | "drop-oldest" | "drop-newest";
}

interface Entry {
  readonly message: Message;
  readonly bytes: number;
}

export class SendQueue {
  readonly #drop: (message: Message, cause: QueueFullError) => void;
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(drop: (message: Message, cause: QueueFullError) => void) {
    this.#drop = drop;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a message; `buffered` is what the platform holds besides. When there is no room the overflow policy decides:
   * it throws a `QueueFullError`, or drops a message and tells of it. For a message that cannot fit, none gives way.
   */
  add(message: Message, limits: SendQueueLimits, buffered: number): void {
    const bytes = sizeOf(message);
    const fits = (messages: number, queued: number) =>
      messages < limits.maxMessages && queued + bytes + buffered <= limits.maxBytes;
    // Told of only when the queue is as it will be: whoever hears of it may end the client.
    const dropped: Message[] = [];
    if (limits.overflow === "drop-oldest" && fits(0, 0)) {
      while (!fits(this.#entries.length, this.#bytes)) dropped.push(this.#shift().message);
    }
    if (fits(this.#entries.length, this.#bytes)) {
      this.#entries.push({ message: copyOf(message), bytes });
      this.#bytes += bytes;
    } else if (limits.overflow === "reject") {
      throw queueFull(limits);
    } else {
      dropped.push(copyOf(message));
    }
    for (const each of dropped) this.#drop(each, queueFull(limits));
  }

  /** Takes the messages out, the oldest first. */
  *take(): Generator<Message> {
    while (this.#entries.length > 0) yield this.#shift().message;
  }

  #shift(): Entry {
    const entry = this.#entries.shift()!;
    this.#bytes -= entry.bytes;
    return entry;
  }
}

export function queueFull({ maxMessages, maxBytes }: SendQueueLimits): QueueFullError {
  return new QueueFullError(
    `the send queue is full (sendQueue.maxMessages ${maxMessages}, sendQueue.maxBytes ${maxBytes})`,
  );
}

/** The caller may change its bytes as soon as `send` returns. (A Node `Buffer`'s `slice` copies nothing.) */
export function copyOf(message: Message): Message {
  return typeof message === "string" ? message : new Uint8Array(message);
}

/** The size of a message on the wire, without framing. */
export function sizeOf(message: Message): number {
  return typeof message === "string" ? utf8Length(message) : message.byteLength;
}

/** What was given to `send` as a message: a view, not a copy. */
export function toMessage(message: unknown): Message {
  if (typeof message === "string" || message instanceof Uint8Array) return message;
  if (message instanceof ArrayBuffer) return new Uint8Array(message);
  if (ArrayBuffer.isView(message)) {
    return new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
  }
  throw new OptionError("message", message, "must be a string, an ArrayBuffer or a view of one");
}
