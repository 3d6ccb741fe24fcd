// `for await (const message of messages(client))`: a buffer of its own for each reader, from its creation to its end.
// While the buffer is full nothing is read, where the platform can stop; elsewhere the iteration ends with an error.

import { type AnyClient, type Client, driverOf } from "./client.ts";
import type { Driver } from "./driver.ts";
import { type GundamError, QueueFullError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import { type DeclarationTable, positiveCount, resolveOptions } from "./option-checks.ts";
import { tooManyWhileClosing } from "./pings-and-flow.ts";
import { costOf } from "./sendable.ts";

/** How much may wait to be read, before nothing more is read from the peer. */
export interface MessagesOptions {
  /** How many messages wait to be read. Default 1024. */
  readonly maxMessages?: number | undefined;
  /** How many bytes wait; a text's characters count as one each. Default 16 MiB. */
  readonly maxBytes?: number | undefined;
}

const declarations: DeclarationTable = {
  maxMessages: [positiveCount, 1024],
  maxBytes: [positiveCount, 16 * 1024 * 1024],
};

/** What the client's messages are. */
type ReceivedBy<AClient> =
  AClient extends Client<infer _Yours, infer Received, infer _Sent> ? Received : never;

/**
 * The messages from now on, for `for await` and `ReadableStream.from`: each reader has all of them. It ends when we close
 * the client, and throws the cause when the client gives up. Leaving it early does not close the client. Throws an
 * `OptionError` for limits that are none.
 *
 * While as many wait as may, nothing more is read from the peer; a browser, which cannot stop reading, ends the iteration
 * with a `QueueFullError`.
 *
 * @example for await (const message of messages(client)) console.log(message)
 */
export function messages<AClient extends AnyClient>(
  client: AClient,
  options: MessagesOptions = {},
): AsyncIterableIterator<ReceivedBy<AClient>, undefined> {
  const limits = resolveOptions(declarations, options) as unknown as Required<MessagesOptions> as Limits;
  return new MessageIterator(driverOf(client), limits);
}

interface Limits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (cause: unknown) => void;
}

class MessageIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #driver: Driver;
  readonly #limits: Limits;
  readonly #buffer: Fifo<{ readonly message: T; readonly bytes: number }> = new Fifo();
  #bytes = 0;
  #hasLetGo = false;
  /** Those who wait for a message; only while the buffer is empty. */
  readonly #waiters: Waiter<T>[] = [];
  /** How it ends, when the buffer is empty; undefined while more may come. */
  #end: { readonly cause: GundamError | undefined } | undefined;

  constructor(driver: Driver, limits: Limits) {
    this.#driver = driver;
    this.#limits = limits;
    driver.events.on("message", this.#push);
    driver.events.on("close", this.#closed);
    if (driver.state.name === "closed") this.#finish(driver.endedBy);
  }

  // — the client's side ———————————————————————————————————————————————————————————————————————————————————————————

  readonly #push = (message: T): void => {
    // Another listener of this message may have ended the iteration.
    if (this.#end !== undefined) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) return waiter.resolve({ value: message, done: false });
    const connection = this.#driver.link?.transport;
    if (this.#isFull && connection?.isClosing) return this.#letGo();
    if (this.#isFull && connection !== undefined && connection.hold === undefined) return this.#overflow();
    const bytes = bytesOf(message);
    this.#buffer.push({ message, bytes });
    this.#bytes += bytes;
    if (this.#isFull) this.#hold();
  };

  readonly #closed = ({ error }: { readonly error: GundamError | undefined }): void => this.#finish(error);

  /** No more will come: our own close is the end, anything else is thrown. */
  #finish(cause: GundamError | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { cause };
    const { events } = this.#driver;
    events.off("message", this.#push);
    events.off("close", this.#closed);
    this.#release();
    for (const { resolve, reject } of this.#waiters.splice(0)) {
      if (cause === undefined) resolve(done);
      else reject(cause);
      this.#end = { cause: undefined };
    }
  }

  #hold(): void {
    const driver = this.#driver;
    driver.holders ??= new Set();
    if (driver.holders.has(this)) return;
    driver.holders.add(this);
    driver.link?.transport?.hold?.();
  }

  #release(): void {
    if (this.#driver.holders?.delete(this)) this.#driver.link?.transport?.release?.();
  }

  // — the reader's side ———————————————————————————————————————————————————————————————————————————————————————————

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#buffer.length > 0) return Promise.resolve({ value: this.#take(), done: false });
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
    }
    const { cause } = this.#end;
    this.#end = { cause: undefined };
    return cause === undefined ? Promise.resolve(done) : Promise.reject(cause);
  }

  /** What `break` calls: the client goes on. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#buffer.splice();
    this.#bytes = 0;
    this.#finish(undefined);
    this.#end = { cause: undefined };
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): T {
    const { message, bytes } = this.#buffer.shift();
    this.#bytes -= bytes;
    const { maxMessages, maxBytes } = this.#limits;
    // Not at the brink: stopping and resuming message by message takes longer than reading them.
    if (this.#buffer.length <= maxMessages / 2 && this.#cost <= maxBytes / 2) this.#release();
    return message;
  }

  get #cost(): number {
    return costOf(this.#buffer.length, this.#bytes);
  }

  get #isFull(): boolean {
    return this.#buffer.length >= this.#limits.maxMessages || this.#cost >= this.#limits.maxBytes;
  }

  /** While we close nothing stops the peer: what nobody reads in time is let go, and told once. */
  #letGo(): void {
    if (!this.#hasLetGo) this.#driver.tellError(tooManyWhileClosing());
    this.#hasLetGo = true;
  }

  #overflow(): void {
    const { maxMessages, maxBytes } = this.#limits;
    this.#finish(
      new QueueFullError(
        `messages came faster than they were read, and this platform cannot stop reading: more than ${maxMessages} messages or ${maxBytes} bytes waited; read faster, or raise maxMessages and maxBytes`,
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
