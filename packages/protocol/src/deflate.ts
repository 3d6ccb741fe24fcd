// permessage-deflate (RFC 7692), as ws negotiates and has it: one message after the other is deflated, or inflated, in a
// thread of zlib's, and the answer comes later.

import { ProtocolViolation } from "./violation.ts";

/** What is used of ws's `PerMessageDeflate`, once an offer was accepted. */
export interface PerMessageDeflate {
  /** Inflates a message, or a part of it: `fin` says that it is the last. */
  decompress(data: Uint8Array, fin: boolean, done: (error: Error | null, bytes?: Uint8Array) => void): void;
  /** Deflates a message. */
  compress(
    data: Uint8Array | string,
    fin: boolean,
    done: (error: Error | null, bytes?: Uint8Array) => void,
  ): void;
  /** Lets go of zlib's memory. */
  cleanup(): void;
}

/**
 * permessage-deflate (RFC 7692) of one connection: one message after the other is deflated, or inflated, in a thread of
 * zlib's, and the answer comes later.
 *
 * @example
 * // `extension` is ws's, once it has accepted an offer; shorter messages are sent as they are.
 * const deflate = new Deflate(extension, 1024);
 * const protocol = new Protocol("client", { maxPayload: 2 ** 24, maxFrameSize: 2 ** 17, deflate }, events);
 */
export class Deflate {
  readonly #extension: PerMessageDeflate;
  /** From how many bytes on a message is compressed. */
  readonly threshold: number;
  /** How many answers of zlib are awaited. */
  #busy = 0;
  #isClosed = false;

  constructor(extension: PerMessageDeflate, threshold: number) {
    this.#extension = extension;
    this.threshold = threshold;
  }

  /** `inflated` is told once, and not after `close`. */
  inflate(
    bytes: Uint8Array,
    isLast: boolean,
    inflated: (bytes: Uint8Array | ProtocolViolation) => void,
  ): void {
    this.#busy++;
    this.#extension.decompress(bytes, isLast, (error, data) => {
      if (this.#isDone()) inflated(error === null ? data! : violationOf(error));
    });
  }

  /** `deflated` is told once, and not after `close`. */
  deflate(bytes: Uint8Array | string, deflated: (bytes: Uint8Array) => void): void {
    this.#busy++;
    this.#extension.compress(bytes, true, (_error, data) => {
      if (this.#isDone()) deflated(data!);
    });
  }

  /** Tells nothing any more, and lets go of zlib's memory once it has answered. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#busy === 0) this.#extension.cleanup();
  }

  /** Whether somebody still waits. To clean up while zlib works would be a TypeError in ws that nobody can catch. */
  #isDone(): boolean {
    this.#busy--;
    if (this.#isClosed && this.#busy === 0) this.#extension.cleanup();
    return !this.#isClosed;
  }
}

/** ws says what it holds against the bytes in a symbol of its own; its code says the same. */
function violationOf(error: Error & { code?: string }): ProtocolViolation {
  const isTooBig = error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
  return new ProtocolViolation(error.message, isTooBig ? 1009 : 1007);
}
