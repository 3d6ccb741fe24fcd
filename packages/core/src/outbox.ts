// The way out of a client: what waits for a ready connection, bounded and in order; what is on its way, followed only
// for those who want to know; and what became of it.

import { type GundamError, QueueFullError, UnknownDeliveryError, UnsentError } from "./errors.ts";
import type { Drop } from "./events.ts";
import { Fifo } from "./fifo.ts";
import type { Filled, SendQueueOptions } from "./options.ts";
import type { AlsoFollowed, Followed, Receipt } from "./receipt.ts";
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
  readonly settings: { readonly options: { readonly sendQueue: Readonly<Filled<SendQueueOptions>> } };
  readonly events: { has(event: "drop" | "drain"): boolean };
  /** The connection that messages can be sent on. */
  readonly openConnection: Connection | undefined;
  now(): number;
  /** A message has left. */
  sent(message: OutgoingMessage): void;
  /** `drain`: all has left, after `send` had returned false. */
  tell(event: "drain", detail: undefined): void;
  tell(event: "drop", detail: Drop): void;
}

/** A message, and who wants to know what becomes of it. */
interface Parcel {
  readonly message: OutgoingMessage;
  readonly receipts: readonly Receipt[];
}

/** A message that waits. */
interface Entry extends Parcel {
  receipts: readonly Receipt[];
  readonly bytes: number;
  /** How long it may wait, in ms, and the monotonic time at which that is over. */
  readonly ttl: number;
  readonly expiresAt: number;
}

/** Where a connection had come to when somebody asked. */
export interface Position {
  readonly mark: number;
  /** What is dropped if the connection is lost before; undefined: those who asked hear of the messages before it. */
  readonly message: OutgoingMessage | undefined;
  readonly receipts: readonly Receipt[];
}

/** A message that is followed costs about three times what one that is not does. */
const FOLLOWED_COST = 2;

/** For each so many that wait, what has expired may be dropped 1 ms late: each look at the queue walks it. */
const LOOKED_AT_PER_MS = 200;

const nobody: readonly Receipt[] = [];

export class Outbox implements Followed {
  readonly #listener: OutboxListener;
  /** What waits for a ready connection, and its bytes. */
  readonly entries: Fifo<Entry> = new Fifo();
  bytes = 0;
  /** When it is looked at for what has expired; monotonic ms. */
  deadline: number = Infinity;
  /** Not before. */
  #nextLook = -Infinity;
  /** What the platform may not have taken, in order. */
  readonly inFlight: Fifo<Position> = new Fifo();
  alsoFollowed: AlsoFollowed | undefined;
  /** `send` has returned false, and `drain` was not told since. */
  #owesDrain = false;

  constructor(listener: OutboxListener) {
    this.#listener = listener;
  }

  /** Sends a message at once. False: wait for `drain`. */
  send(
    message: OutgoingMessage,
    connection: Connection,
    { volatile }: SendOptions = {},
    receipts: readonly Receipt[] = nobody,
  ): boolean {
    const { maxBytes, highWaterMark } = this.#limits;
    const buffered = connection.bufferedAmount;
    if (volatile && buffered >= highWaterMark) {
      return this.#giveAway(message, receipts, "the connection was busy");
    }
    // Counting the bytes of a text takes long: only where it is near the limit.
    const most = typeof message === "string" ? message.length * 3 : sizeOf(message);
    // As a rule nothing is.
    const room =
      buffered === 0 && !this.alsoFollowed ? maxBytes : maxBytes - buffered - this.#costOnTheWay(connection);
    if (most <= room || sizeOf(message) <= room) this.#send(message, connection, receipts);
    // What the platform holds cannot be taken back: the new message gives way, by either dropping policy.
    else this.#refuse([{ message: copyOf(message), receipts }]);
    return connection.bufferedAmount < highWaterMark || this.#oweDrain();
  }

  /** Keeps a message until a connection is ready. False: wait for `drain`. */
  keep(
    message: OutgoingMessage,
    connection: Connection | undefined,
    { ttl = Infinity, volatile }: SendOptions = {},
    receipts: readonly Receipt[] = nobody,
  ): boolean {
    if (volatile) return this.#giveAway(message, receipts, "no connection was ready");
    const { maxMessages, maxBytes, overflow, highWaterMark } = this.#limits;
    const { entries } = this;
    const bytes = sizeOf(message);
    const entry: Entry = {
      message: copyOf(message),
      receipts,
      bytes,
      ttl,
      expiresAt: this.#listener.now() + ttl,
    };
    const buffered = connection?.bufferedAmount ?? 0;
    const room = maxBytes - buffered - this.#costOnTheWay(connection);
    const fits = (messages: number, queued: number) =>
      messages < maxMessages && costOf(messages, queued + bytes) <= room;
    const dropped: Parcel[] = [];
    // For a message that cannot fit, none gives way.
    if (overflow === "drop-oldest" && fits(0, 0)) {
      while (!fits(entries.length, this.bytes)) dropped.push(this.#shift());
    }
    if (fits(entries.length, this.bytes)) {
      this.#push(entry);
    } else dropped.push(entry);
    // Told of only when the queue is as it will be: whoever hears of it may end the client.
    this.#refuse(dropped);
    return this.bytes + buffered < highWaterMark || this.#oweDrain();
  }

  /** The connection is ready: all that waits leaves, as long as it is taken. */
  release(connection: Connection): void {
    const expired = this.#takeExpired(this.#listener.now());
    while (this.entries.length > 0 && connection.takes()) {
      const { message, receipts } = this.#shift();
      this.#send(message, connection, receipts);
    }
    // Told of only when all has left: whoever hears of it may send, which leaves at once.
    this.#dropExpired(expired);
    this.taken(connection);
  }

  /** Drops what has waited longer than it may. */
  expire(now: number): void {
    if (now >= this.deadline) this.#dropExpired(this.#takeExpired(now));
  }

  #takeExpired(now: number): readonly Entry[] {
    const entries = this.#takeAll();
    this.#nextLook = now + entries.length / LOOKED_AT_PER_MS;
    return entries.filter((entry) => entry.expiresAt <= now || this.#push(entry));
  }

  #dropExpired(expired: readonly Entry[]): void {
    for (const entry of expired) {
      this.#drop([entry], new UnsentError(`the message waited longer than its ttl (${entry.ttl} ms)`));
    }
  }

  /** The platform may have taken more of what was sent. */
  taken(connection: Connection): void {
    this.#settle(connection);
    if (this.#owesDrain && this.bytes === 0 && connection.bufferedAmount === 0) {
      this.#owesDrain = false;
      this.#listener.tell("drain", undefined);
    }
    this.watch();
  }

  /** Has the connection of now tell what it has taken while somebody waits for it. */
  watch(): void {
    const { openConnection, events } = this.#listener;
    openConnection?.watch(this.inFlight.length > 0 || (this.#owesDrain && events.has("drain")));
  }

  /** Follows what was sent until now; `message`: what was sent last, which nobody will change. */
  follow(connection: Connection, receipts: readonly Receipt[], message?: OutgoingMessage): void {
    this.inFlight.push({ mark: connection.mark(), receipts, message });
    this.#settle(connection);
    this.watch();
  }

  /**
   * The connection is over, or will be given up: gives the messages whose outcome nobody knows. Until `abandon` the
   * connection says how far it came.
   */
  lose(connection: Connection | undefined): readonly Drop[] {
    this.#settle(connection);
    const also = this.alsoFollowed?.lose() ?? [];
    this.alsoFollowed = undefined;
    return [
      ...also,
      ...lost(this.inFlight.splice(), "the connection was lost before the platform had taken the message"),
    ];
  }

  /** The client is over: what waits is never sent. */
  end(cause: GundamError | undefined): void {
    this.#owesDrain = false;
    const entries = this.#takeAll();
    if (entries.length === 0) return;
    this.#drop(entries, new UnsentError("the client ended before it could send the message", { cause }));
  }

  #takeAll(): Entry[] {
    this.bytes = 0;
    this.deadline = Infinity;
    return this.entries.splice();
  }

  #push(entry: Entry): void {
    this.entries.push(entry);
    this.bytes += entry.bytes;
    this.deadline = Math.min(this.deadline, Math.max(entry.expiresAt, this.#nextLook));
  }

  #shift(): Entry {
    const entry = this.entries.shift();
    this.bytes -= entry.bytes;
    if (this.entries.length === 0) this.deadline = Infinity;
    return entry;
  }

  #send(message: OutgoingMessage, connection: Connection, receipts: readonly Receipt[]): void {
    connection.send(message);
    this.#listener.sent(message);
    if (receipts.length === 0) {
      if (!this.#listener.events.has("drop")) return;
      this.#settle(connection);
      if (connection.hasTaken(connection.mark())) return;
    }
    this.follow(connection, receipts, copyOf(message));
  }

  #settle(connection: Connection | undefined): void {
    settle(this.inFlight, connection, this);
  }

  get #limits(): Readonly<Filled<SendQueueOptions>> {
    return this.#listener.settings.options.sendQueue;
  }

  /** What is on its way costs memory of its own, and more where it is followed. */
  #costOnTheWay(connection: Connection | undefined): number {
    const followed = this.inFlight.length + (this.alsoFollowed?.length ?? 0);
    return costOf((connection?.bufferedMessages ?? 0) + FOLLOWED_COST * followed, 0);
  }

  #oweDrain(): false {
    this.#owesDrain = true;
    this.watch();
    return false;
  }

  /** A volatile message that cannot leave now. */
  #giveAway(message: OutgoingMessage, receipts: readonly Receipt[], why: string): false {
    const cause = new UnsentError(`${why}, and the message is volatile`);
    this.#drop([{ message: copyOf(message), receipts }], cause);
    return this.#oweDrain();
  }

  /** What there is no room for. */
  #refuse(parcels: readonly Parcel[]): void {
    if (parcels.length === 0) return;
    const { maxMessages, maxBytes, overflow } = this.#limits;
    const bytes = sizeOf(parcels[0]!.message);
    const problem =
      bytes > maxBytes
        ? `a message of ${bytes} bytes never fits into the send queue`
        : `the send queue is full`;
    const cause = new QueueFullError(
      `${problem} (sendQueue.maxMessages ${maxMessages}, sendQueue.maxBytes ${maxBytes})`,
    );
    if (overflow === "reject") throw cause;
    this.#drop(parcels, cause);
  }

  #drop(parcels: readonly Parcel[], cause: GundamError): void {
    for (const { message, receipts } of parcels) {
      for (const receipt of receipts) receipt.dropped(cause);
      this.#listener.tell("drop", { message, cause, outcome: "unsent" });
    }
  }
}

/** Tells of what the platform has taken. */
export function settle(inFlight: Fifo<Position>, connection: Connection | undefined, way: Followed): void {
  while (inFlight.first !== undefined && connection?.hasTaken(inFlight.first.mark)) {
    const { receipts, message } = inFlight.shift();
    for (const receipt of receipts) receipt.flushed(message, connection, way);
  }
}

/** One error for all of them: each with a stack of its own would stop the loop for long. */
export function lost(positions: readonly Omit<Position, "mark">[], problem: string): Drop[] {
  if (positions.length === 0) return [];
  const cause = new UnknownDeliveryError(problem);
  return positions.flatMap(({ message, receipts }) => {
    for (const receipt of receipts) receipt.dropped(cause);
    return message === undefined ? [] : [{ message, cause, outcome: "unknown" }];
  });
}
