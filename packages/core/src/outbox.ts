// The way out of a client: what waits for a ready connection, bounded and in order; what is on its way, followed only
// for those who want to know; and what became of it.

import { type GundamError, QueueFullError, UnknownDeliveryError, UnsentError } from "./errors.ts";
import type { Drop } from "./events.ts";
import { Fifo } from "./fifo.ts";
import type { Filled, SendQueueOptions } from "./options.ts";
import type { Receipt } from "./receipt.ts";
import { copyOf, costOf, sizeOf } from "./sendable.ts";
import type { Connection, OutgoingMessage } from "./transport.ts";

export interface SendOptions {
  /** Send it even before `onConnect` has settled. */
  readonly ahead?: boolean | undefined;
  /** Send it now or not at all: it is dropped while no connection is ready, or `highWaterMark` bytes wait. */
  readonly volatile?: boolean | undefined;
  /** The longest it may wait in the queue, in ms; then it is dropped. Default: as long as it takes. */
  readonly ttl?: number | undefined;
}

/** What the outbox asks and tells. */
export interface OutboxListener {
  readonly sendQueueLimits: Readonly<Filled<SendQueueOptions>>;
  now(): number;
  /** Whether anybody listens for the event. */
  hears(event: "drop" | "drain"): boolean;
  /** A message leaves. */
  sent(message: OutgoingMessage): void;
  dropped(drop: Drop): void;
  /** All has left, after `send` had returned false. */
  drained(): void;
}

/** A message that waits. */
interface Entry {
  readonly message: OutgoingMessage;
  readonly bytes: number;
  /** How long it may wait, in ms, and the monotonic time at which that is over. */
  readonly ttl: number;
  readonly expiresAt: number;
  receipts: readonly Receipt[];
}

/** Where a connection had come to when somebody asked. */
interface Position {
  readonly mark: number;
  /** What is dropped if the connection is lost before; undefined: those who asked hear of the messages before it. */
  readonly message: OutgoingMessage | undefined;
  readonly receipts: readonly Receipt[];
}

/** A message that is followed costs about three times what one that is not does. */
const FOLLOWED_COST = 2;

const nobody: readonly Receipt[] = [];

export class Outbox {
  readonly #listener: OutboxListener;
  #entries: Fifo<Entry> = new Fifo();
  /** How much waits for a ready connection. */
  bytes = 0;
  /** Nothing of it expires before; monotonic ms. */
  deadline: number = Infinity;
  /** What the platform may not have taken, in order. */
  readonly #inFlight: Fifo<Position> = new Fifo();
  /** What it has taken, and whose receipt wants more. */
  readonly #unacked: Fifo<Position> = new Fifo();
  #acked = 0;
  /** `send` has returned false, and `drain` was not told since. */
  #owesDrain = false;

  constructor(listener: OutboxListener) {
    this.#listener = listener;
  }

  get messages(): number {
    return this.#entries.length;
  }

  /** How many messages are followed. */
  get followed(): number {
    return this.#inFlight.length + this.#unacked.length;
  }

  /** Sends a message at once, or keeps it until a connection is ready. False: wait for `drain`. */
  send(
    message: OutgoingMessage,
    transport: Connection | undefined,
    isReady: boolean,
    options?: SendOptions,
    receipt?: Receipt,
  ): boolean {
    const { maxMessages, maxBytes, overflow, highWaterMark } = this.#listener.sendQueueLimits;
    const buffered = transport?.bufferedAmount ?? 0;
    const receipts = receipt === undefined ? nobody : [receipt];
    if (options?.volatile && (!isReady || buffered >= highWaterMark)) {
      const problem = isReady ? "the connection was busy" : "no connection was ready";
      this.#drop(
        { message: copyOf(message), receipts },
        new UnsentError(`${problem}, and the message is volatile`),
      );
      return this.#oweDrain(isReady, transport);
    }
    // Counting the bytes of a text takes long: only where it is near the limit.
    const least = isReady && typeof message === "string" ? message.length * 3 : sizeOf(message);
    const onTheirWay = (transport?.bufferedMessages ?? 0) + FOLLOWED_COST * this.followed;
    if (isReady && costOf(onTheirWay, buffered + least) <= maxBytes) {
      this.#send(message, transport!, receipts, copyOf);
      return transport!.bufferedAmount < highWaterMark || this.#oweDrain(isReady, transport);
    }
    const bytes = sizeOf(message);
    const fits = (messages: number, queued: number) =>
      (isReady || messages < maxMessages) &&
      costOf(onTheirWay + messages, queued + bytes + buffered) <= maxBytes;
    // Told of only when the queue is as it will be: whoever hears of it may end the client.
    const dropped: Pick<Entry, "message" | "receipts">[] = [];
    // What the platform holds cannot be taken back, and for a message that cannot fit none gives way.
    if (overflow === "drop-oldest" && !isReady && fits(0, 0)) {
      while (!fits(this.messages, this.bytes)) dropped.push(this.#shift());
    }
    if (isReady ? fits(0, 0) : fits(this.messages, this.bytes)) {
      if (isReady) this.#send(message, transport!, receipts, copyOf);
      else this.#keep(copyOf(message), bytes, options?.ttl ?? Infinity, receipts);
    } else if (overflow === "reject") {
      throw this.#full();
    } else {
      dropped.push({ message: copyOf(message), receipts });
    }
    if (dropped.length > 0) {
      const cause = this.#full();
      for (const each of dropped) this.#drop(each, cause);
    }
    const waiting = this.bytes + (transport?.bufferedAmount ?? 0);
    return waiting < highWaterMark || this.#oweDrain(isReady, transport);
  }

  /** The connection is ready: all that waits leaves. */
  release(transport: Connection): void {
    this.expire(this.#listener.now());
    while (this.messages > 0) {
      const { message, receipts } = this.#shift();
      this.#send(message, transport, receipts);
    }
    this.taken(transport);
  }

  /** Drops what has waited longer than it may. */
  expire(now: number): void {
    if (now < this.deadline) return;
    this.deadline = Infinity;
    const expired: Entry[] = [];
    for (const entry of this.#entries.splice()) {
      if (entry.expiresAt <= now) {
        expired.push(entry);
        this.bytes -= entry.bytes;
      } else {
        this.#entries.push(entry);
        this.deadline = Math.min(this.deadline, entry.expiresAt);
      }
    }
    for (const entry of expired) {
      this.#drop(entry, new UnsentError(`the message waited longer than its ttl (${entry.ttl} ms)`));
    }
  }

  /** The platform may have taken more of what was sent. */
  taken(transport: Connection): void {
    this.#settle(transport);
    if (this.#owesDrain && this.bytes === 0 && transport.bufferedAmount === 0) {
      this.#owesDrain = false;
      this.#listener.drained();
    }
    this.watch(transport);
  }

  /** Has the transport tell what it has taken while somebody waits for it. */
  watch(transport: Connection): void {
    transport.watch(this.#inFlight.length > 0 || (this.#owesDrain && this.#listener.hears("drain")));
  }

  /** Has a receipt hear of all that waits or is on its way: of how many messages. `isAckWanted`: of what was taken, too. */
  attach(receipt: Receipt, transport: Connection | undefined, isAckWanted: boolean): number {
    const entries = this.#entries.splice();
    for (const entry of entries) {
      entry.receipts = [...entry.receipts, receipt];
      this.#entries.push(entry);
    }
    if (transport === undefined || (!isAckWanted && transport.hasTaken(transport.mark())))
      return entries.length;
    this.#follow(transport, [receipt]);
    this.watch(transport);
    return entries.length + 1;
  }

  /** Where a pong will say that all before it was read. */
  get ackMark(): number {
    return this.#acked + this.#unacked.length;
  }

  /** The peer has read all that was taken before the mark. */
  acked(mark: number): void {
    while (this.#acked < mark) {
      this.#acked++;
      for (const receipt of this.#unacked.shift().receipts) receipt.acked();
    }
  }

  /**
   * The connection is over, or will be given up: gives the messages whose outcome nobody knows. Until `abandon` the
   * transport says how far it came.
   */
  lose(transport: Connection): readonly Drop[] {
    this.#settle(transport);
    this.#acked += this.#unacked.length;
    return [
      ...lost(this.#unacked.splice(), "the message was sent, and no pong came that says that it was read"),
      ...lost(this.#inFlight.splice(), "the connection was lost before the platform had taken the message"),
    ];
  }

  /** The client is over: what waits is never sent. */
  end(cause: GundamError | undefined): void {
    this.#owesDrain = false;
    if (this.messages === 0) return;
    const error = new UnsentError("the client ended before it could send the message", { cause });
    while (this.messages > 0) this.#drop(this.#shift(), error);
  }

  #keep(message: OutgoingMessage, bytes: number, ttl: number, receipts: readonly Receipt[]): void {
    const expiresAt = this.#listener.now() + ttl;
    this.#entries.push({ message, bytes, ttl, expiresAt, receipts });
    this.bytes += bytes;
    this.deadline = Math.min(this.deadline, expiresAt);
  }

  #shift(): Entry {
    const entry = this.#entries.shift();
    this.bytes -= entry.bytes;
    if (this.messages === 0) this.deadline = Infinity;
    return entry;
  }

  #send(
    message: OutgoingMessage,
    transport: Connection,
    receipts: readonly Receipt[],
    own = (same: OutgoingMessage) => same,
  ): void {
    this.#listener.sent(message);
    transport.send(message);
    if (receipts.length === 0 && !this.#listener.hears("drop")) return;
    this.#follow(transport, receipts, message, own);
    if (this.#inFlight.length > 0) this.watch(transport);
  }

  /** Follows what has just been sent; `own` makes the message one that nobody will change. */
  #follow(
    transport: Connection,
    receipts: readonly Receipt[],
    message?: OutgoingMessage,
    own = (same: OutgoingMessage) => same,
  ): void {
    this.#settle(transport);
    const mark = transport.mark();
    const isTaken = transport.hasTaken(mark);
    if (isTaken && receipts.length === 0) return;
    const position = { mark, receipts, message: message && own(message) };
    if (isTaken) this.#flushed(position);
    else this.#inFlight.push(position);
  }

  /** Tells of what the platform has taken. */
  #settle(transport: Connection): void {
    while (this.#inFlight.first !== undefined && transport.hasTaken(this.#inFlight.first.mark)) {
      this.#flushed(this.#inFlight.shift());
    }
  }

  #flushed(position: Position): void {
    const receipts = position.receipts.filter((receipt) => !receipt.flushed());
    if (receipts.length > 0) this.#unacked.push({ ...position, receipts });
  }

  #oweDrain(isReady: boolean, transport: Connection | undefined): false {
    this.#owesDrain = true;
    if (isReady) this.watch(transport!);
    return false;
  }

  #full(): QueueFullError {
    const { maxMessages, maxBytes } = this.#listener.sendQueueLimits;
    return new QueueFullError(
      `the send queue is full (sendQueue.maxMessages ${maxMessages}, sendQueue.maxBytes ${maxBytes})`,
    );
  }

  #drop({ message, receipts }: Pick<Entry, "message" | "receipts">, cause: GundamError): void {
    for (const receipt of receipts) receipt.dropped(cause);
    this.#listener.dropped({ message, cause, outcome: "unsent" });
  }
}

/** One error for all of them: each with a stack of its own would stop the loop for long. */
function lost(positions: readonly Position[], problem: string): Drop[] {
  if (positions.length === 0) return [];
  const cause = new UnknownDeliveryError(problem);
  return positions.flatMap(({ message, receipts }) => {
    for (const receipt of receipts) receipt.dropped(cause);
    return message === undefined ? [] : [{ message, cause, outcome: "unknown" }];
  });
}
