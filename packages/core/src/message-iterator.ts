// `for await (const message of client)`: a buffer of its own for each iterator, from its creation to its end. While the
// buffer is full nothing is read, where the platform can stop; elsewhere the iteration ends with an error.

import { type GundamError, QueueFullError } from "./errors.ts";

export interface ReceiveQueueLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** What an iterator needs of its client. */
export interface MessageSource {
  readonly limits: ReceiveQueueLimits;
  /** Whether the platform can stop reading. */
  readonly canPause: boolean;
  /** The iterator cannot keep up, or can again. */
  hold(iterator: object): void;
  release(iterator: object): void;
  /** The iterator wants no more. */
  leave(iterator: object): void;
}

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (cause: unknown) => void;
}

export class MessageIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: MessageSource;
  readonly #buffer: { readonly message: T; readonly bytes: number }[] = [];
  #bytes = 0;
  /** Those who wait for a message; only while the buffer is empty. */
  readonly #waiters: Waiter<T>[] = [];
  /** How it ends, when the buffer is empty; undefined while more may come. */
  #end: { readonly cause: GundamError | undefined } | undefined;

  constructor(source: MessageSource) {
    this.#source = source;
  }

  // — the client's side ———————————————————————————————————————————————————————————————————————————————————————————

  push(message: T): void {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) return waiter.resolve({ value: message, done: false });
    if (this.#isFull && !this.#source.canPause) return this.#overflow();
    const bytes = bytesOf(message);
    this.#buffer.push({ message, bytes });
    this.#bytes += bytes;
    if (this.#isFull) this.#source.hold(this);
  }

  /** No more will come: our own close is the end, anything else is thrown. */
  finish(cause: GundamError | undefined): void {
    this.#end = { cause };
    this.#source.leave(this);
    for (const { resolve, reject } of this.#waiters.splice(0)) {
      if (cause === undefined) resolve(done);
      else reject(cause);
      this.#end = { cause: undefined };
    }
  }

  // — the reader's side ———————————————————————————————————————————————————————————————————————————————————————————

  next(): Promise<IteratorResult<T, undefined>> {
    const first = this.#buffer.shift();
    if (first !== undefined) return this.#take(first);
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
    }
    const { cause } = this.#end;
    this.#end = { cause: undefined };
    return cause === undefined ? Promise.resolve(done) : Promise.reject(cause);
  }

  /** What `break` calls: the client goes on. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#buffer.length = 0;
    this.#source.release(this);
    this.finish(undefined);
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take({ message, bytes }: { readonly message: T; readonly bytes: number }) {
    this.#bytes -= bytes;
    const { maxMessages, maxBytes } = this.#source.limits;
    // Not at the brink: stopping and resuming message by message takes longer than reading them.
    if (this.#buffer.length <= maxMessages / 2 && this.#bytes <= maxBytes / 2) this.#source.release(this);
    return Promise.resolve({ value: message, done: false as const });
  }

  get #isFull(): boolean {
    const { maxMessages, maxBytes } = this.#source.limits;
    return this.#buffer.length >= maxMessages || this.#bytes >= maxBytes;
  }

  #overflow(): void {
    const { maxMessages, maxBytes } = this.#source.limits;
    this.finish(
      new QueueFullError(
        `messages came faster than they were read, and this platform cannot stop reading: more than ${maxMessages} messages or ${maxBytes} bytes waited; read faster, or raise receiveQueue.maxMessages and receiveQueue.maxBytes`,
      ),
    );
  }
}

const done = { value: undefined, done: true } as const;

/** What a codec makes of a message is only counted. */
function bytesOf(message: unknown): number {
  if (typeof message === "string") return message.length;
  return message instanceof Uint8Array ? message.byteLength : 0;
}
