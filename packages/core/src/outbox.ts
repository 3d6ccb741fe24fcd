// The way out of a client: what waits in the queue, what is on its way, and what became of it.

import { type GundamError, UnsentError } from "./errors.ts";
import type { Drop } from "./events.ts";
import { InFlight } from "./in-flight.ts";
import type { Filled, SendQueueOptions } from "./options.ts";
import type { Receipt } from "./receipt.ts";
import { copyOf, type Entry, queueFull, SendQueue, sizeOf } from "./send-queue.ts";
import type { OutgoingMessage, Transport } from "./transport.ts";

export type SendQueueSettings = Readonly<Filled<SendQueueOptions>>;

/** How one message is sent. */
export interface Posting {
  /** How long it may wait in the queue, in ms. */
  readonly ttl: number;
  /** It must leave now, or not at all. */
  readonly isVolatile: boolean;
  readonly receipt: Receipt | undefined;
}

/** What the outbox asks and tells. */
export interface OutboxListener {
  readonly sendQueueLimits: SendQueueSettings;
  now(): number;
  /** Whether anybody listens for the event. */
  hears(event: "drop" | "drain"): boolean;
  /** A message leaves. */
  sent(message: OutgoingMessage): void;
  dropped(drop: Drop): void;
  /** All has left, after `send` had returned false. */
  drained(): void;
}

const plain: Posting = { ttl: Infinity, isVolatile: false, receipt: undefined };
const nobody: readonly Receipt[] = [];

export class Outbox {
  readonly #listener: OutboxListener;
  readonly #queue: SendQueue = new SendQueue((entry, cause) => this.#drop(entry, cause));
  readonly #inFlight: InFlight = new InFlight();
  /** `send` has returned false, and `drain` was not told since. */
  #owesDrain = false;

  constructor(listener: OutboxListener) {
    this.#listener = listener;
  }

  /** How much waits in the queue. */
  get bytes(): number {
    return this.#queue.bytes;
  }

  get messages(): number {
    return this.#queue.entries.length;
  }

  /** When something in the queue has waited long enough. */
  get deadline(): number {
    return this.#queue.deadline;
  }

  expire(now: number): void {
    this.#queue.expire(now);
  }

  /** Sends a message at once. False: wait for `drain`. */
  send(message: OutgoingMessage, transport: Transport, posting: Posting = plain): boolean {
    const limits = this.#listener.sendQueueLimits;
    const { bufferedAmount } = transport;
    if (!fits(message, bufferedAmount, limits.maxBytes)) return this.#refuse(message, transport, posting);
    if (posting.isVolatile && bufferedAmount >= limits.highWaterMark) {
      return this.#dropNow(message, posting, "the connection was busy, and the message is volatile");
    }
    this.#send(message, transport, posting.receipt === undefined ? nobody : [posting.receipt], copyOf);
    return transport.bufferedAmount < limits.highWaterMark || this.#oweDrain(transport);
  }

  /** Keeps a message until a connection is ready. False: wait for `drain`. */
  wait(message: OutgoingMessage, transport: Transport | undefined, posting: Posting = plain): boolean {
    if (posting.isVolatile) {
      return this.#dropNow(message, posting, "no connection was ready, and the message is volatile");
    }
    const limits = this.#listener.sendQueueLimits;
    const buffered = transport?.bufferedAmount ?? 0;
    this.#queue.add(this.#entryOf(message, posting), limits, buffered);
    if (this.#queue.bytes + buffered < limits.highWaterMark) return true;
    this.#owesDrain = true;
    return false;
  }

  /** The connection is ready: all that waits leaves. */
  release(transport: Transport): void {
    this.#queue.expire(this.#listener.now());
    for (const { message, receipts } of this.#queue.take()) this.#send(message, transport, receipts);
    this.taken(transport);
  }

  /** The platform may have taken more of what was sent. */
  taken(transport: Transport): void {
    this.#inFlight.settle(transport);
    if (this.#owesDrain && this.#queue.bytes === 0 && transport.bufferedAmount === 0) {
      this.#owesDrain = false;
      this.#listener.drained();
    }
    this.watch(transport);
  }

  /** Has the transport tell what it has taken while somebody waits for it. */
  watch(transport: Transport): void {
    transport.watch(!this.#inFlight.isEmpty || (this.#owesDrain && this.#listener.hears("drain")));
  }

  /** Has a receipt hear of all that waits or is on its way: of how many messages. */
  attach(receipt: Receipt, transport: Transport | undefined): number {
    for (const { receipts } of this.#queue.entries) receipts.push(receipt);
    let count = this.#queue.entries.length;
    if (transport !== undefined && !transport.hasTaken(transport.mark())) {
      count++;
      this.#inFlight.add(transport, [receipt]);
      this.watch(transport);
    }
    return count;
  }

  /**
   * The connection is over, or will be given up: gives the messages whose outcome nobody knows. Until `abandon` the
   * transport says how far it came.
   */
  lose(transport: Transport): readonly Drop[] {
    return this.#inFlight.lose(transport);
  }

  /** The client is over: what waits is never sent. */
  end(cause: GundamError | undefined): void {
    for (const entry of this.#queue.take()) {
      this.#drop(entry, new UnsentError("the client ended before it could send the message", { cause }));
    }
    this.#owesDrain = false;
  }

  #send(
    message: OutgoingMessage,
    transport: Transport,
    receipts: readonly Receipt[],
    own?: (message: OutgoingMessage) => OutgoingMessage,
  ): void {
    this.#listener.sent(message);
    transport.send(message);
    if (receipts.length === 0 && !this.#listener.hears("drop")) return;
    this.#inFlight.add(transport, receipts, message, own);
    if (!this.#inFlight.isEmpty) this.watch(transport);
  }

  #oweDrain(transport: Transport): false {
    this.#owesDrain = true;
    this.watch(transport);
    return false;
  }

  /** What the platform holds cannot be taken back: the new message gives way, by either dropping policy. */
  #refuse(message: OutgoingMessage, transport: Transport, posting: Posting): boolean {
    const limits = this.#listener.sendQueueLimits;
    const cause = queueFull(limits);
    if (limits.overflow === "reject") throw cause;
    this.#drop(this.#entryOf(copyOf(message), posting), cause);
    return transport.bufferedAmount < limits.highWaterMark || this.#oweDrain(transport);
  }

  #dropNow(message: OutgoingMessage, posting: Posting, problem: string): boolean {
    this.#drop(this.#entryOf(copyOf(message), posting), new UnsentError(problem));
    return false;
  }

  #entryOf(message: OutgoingMessage, { ttl, receipt }: Posting): Entry {
    const expiresAt = ttl === Infinity ? Infinity : this.#listener.now() + ttl;
    return {
      message,
      bytes: sizeOf(message),
      ttl,
      expiresAt,
      receipts: receipt === undefined ? [] : [receipt],
    };
  }

  #drop({ message, receipts }: Entry, cause: GundamError): void {
    for (const receipt of receipts) receipt.dropped(cause);
    this.#listener.dropped({ message, cause, outcome: "unsent" });
  }
}

/** Counting the bytes of a text takes long: only where it is near the limit. */
function fits(message: OutgoingMessage, buffered: number, maxBytes: number): boolean {
  const most = typeof message === "string" ? message.length * 3 : sizeOf(message);
  return buffered + most <= maxBytes || buffered + sizeOf(message) <= maxBytes;
}
