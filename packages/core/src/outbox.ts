// The way out of a client: what waits for its turn, bounded and in order; what is on its way, followed only for those who
// want to know; and what became of it.

import { type GundamError, QueueFullError, UnknownDeliveryError, UnsentError } from "./errors.ts";
import type { Drop } from "./events.ts";
import { Fifo } from "./fifo.ts";
import type { ResolvedOptions } from "./options.ts";
import type { AlsoFollowed, Followed, Receipt } from "./receipt.ts";
import { copyOf, costOf, sizeOf } from "./sendable.ts";
import type { Connection, OutgoingMessage } from "./transport.ts";

/** How one message is sent. */
export interface SendOptions {
  /** Send it even before `onConnect` has settled. */
  readonly ahead?: boolean | undefined;
  /** Send it now or not at all: it is dropped while no connection is ready, others wait, or `highWaterMark` bytes do. */
  readonly volatile?: boolean | undefined;
  /** The longest it may wait in the queue, in ms; then it is dropped. Default: as long as it takes. */
  readonly ttl?: number | undefined;
}

/** What the outbox asks and tells. */
export interface OutboxListener {
  readonly settings: { readonly options: Pick<ResolvedOptions, "sendQueue" | "wsOpts"> };
  readonly events: { has(event: "drop" | "drain"): boolean };
  readonly state: { readonly name: string };
  /** The connection that messages can be sent on. */
  readonly openConnection: Connection | undefined;
  now(): number;
  /** `deadline` has changed. */
  schedule(): void;
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
  /** What waits, and its bytes. */
  readonly entries: Fifo<Entry> = new Fifo();
  bytes = 0;
  /** How many of these, from the first on, leave before `onConnect` has settled. */
  #ahead = 0;
  /** When it is looked at for what has expired; monotonic ms. */
  #expiry = Infinity;
  /** Not before. */
  #nextLook = -Infinity;
  /** When messages left, as far back as the pace looks. */
  times: Fifo<number> = new Fifo();
  /** What the platform may not have taken, in order. */
  readonly inFlight: Fifo<Position> = new Fifo();
  alsoFollowed: AlsoFollowed | undefined;
  /** `send` has returned false, and `drain` was not told since; `later`: nor is it before more may leave at once. */
  owesDrain: boolean | "later" = false;

  constructor(listener: OutboxListener) {
    this.#listener = listener;
  }

  /** Sends a message if the connection takes it, or keeps it until its turn has come. False: wait for `drain`. */
  send(
    message: OutgoingMessage,
    takes: boolean,
    options: SendOptions | undefined,
    receipts: readonly Receipt[] = nobody,
  ): boolean {
    const { maxBytes, highWaterMark } = this.#limits();
    const { openConnection: connection } = this.#listener;
    const buffered = connection?.bufferedAmount ?? 0;
    // What is on its way costs memory of its own, and more where it is followed.
    const followed = this.inFlight.length + (this.alsoFollowed?.length ?? 0);
    const room = maxBytes - costOf((connection?.bufferedMessages ?? 0) + FOLLOWED_COST * followed, buffered);
    const isNext = takes && this.#due() === 0 && this.#pacedUntil() < 0;
    if (isNext && !(options?.volatile && buffered >= highWaterMark)) {
      // Counting the bytes of a text takes long: only where it is near the limit.
      if ((typeof message === "string" && message.length * 3 <= room) || sizeOf(message) <= room) {
        this.#send(message, connection!, receipts);
        return connection!.bufferedAmount < highWaterMark || this.#oweDrain();
      }
    }
    const { ttl = Infinity, volatile }: SendOptions = options ?? {};
    const expiresAt = this.#listener.now() + ttl;
    const entry: Entry = { message: copyOf(message), receipts, bytes: sizeOf(message), ttl, expiresAt };
    if (volatile) {
      this.#drop([entry], new UnsentError("the message is volatile, and could not leave at once"));
      return this.#oweDrain("later");
    }
    this.#keep(entry, takes && !this.#isOpen(), room);
    this.#listener.schedule();
    return (isNext === takes && this.bytes + buffered < highWaterMark) || this.#oweDrain();
  }

  /** What the platform holds cannot be taken back: where there is no room beside it, the new message gives way. */
  #keep(entry: Entry, isAhead: boolean, room: number): void {
    const { maxMessages, maxBytes, overflow } = this.#limits();
    const { entries } = this;
    const fits = (messages: number, queued: number) =>
      messages < maxMessages && costOf(messages, queued + entry.bytes) <= room;
    const dropped: Entry[] = [];
    // For a message that cannot fit, none gives way.
    if (overflow === "drop-oldest" && fits(0, 0)) {
      while (!fits(entries.length, this.bytes)) dropped.push(this.#shift());
    }
    if (fits(entries.length, this.bytes)) this.push(entry, isAhead);
    else dropped.push(entry);
    if (dropped.length === 0) return;
    const problem =
      entry.bytes > maxBytes
        ? `a message of ${entry.bytes} bytes never fits into the send queue`
        : `the send queue is full`;
    const cause = new QueueFullError(
      `${problem} (sendQueue.maxMessages ${maxMessages}, sendQueue.maxBytes ${maxBytes})`,
    );
    if (overflow === "reject") throw cause;
    // Told of only when the queue is as it will be: whoever hears of it may end the client.
    this.#drop(dropped, cause);
  }

  /** When `taken` is to be called. */
  get deadline(): number {
    const { openConnection } = this.#listener;
    const buffered = openConnection?.bufferedAmount;
    // A callback may have returned another pace: it is not known before how long it holds up what nothing else does.
    const isPaced =
      this.#due() > 0
        ? buffered! < this.#limits().highWaterMark
        : this.#isOpen() && buffered === 0 && this.owesDrain !== false;
    return Math.min(this.#expiry, isPaced ? this.#pacedUntil() : Infinity);
  }

  /**
   * More may leave: the connection is ready, the platform may have taken more of what was sent, or time has passed. It
   * leaves until the buffer is full or the pace says no; `isLast`: before a Close frame, which waits for no buffer. What
   * has waited longer than it may is dropped.
   */
  taken(isLast: boolean = false): void {
    const { openConnection } = this.#listener;
    const now = this.#listener.now();
    const expired: Entry[] = now < this.#expiry ? [] : this.#takeExpired(now);
    this.#settle(openConnection);
    while (
      (isLast
        ? this.entries.length > 0
        : this.#due() > 0 && openConnection!.bufferedAmount < this.#limits().highWaterMark) &&
      this.#pacedUntil() < 0 &&
      openConnection!.takes()
    ) {
      const entry = this.#shift();
      if (entry.expiresAt <= now) expired.push(entry);
      else this.#send(entry.message, openConnection!, entry.receipts);
    }
    // Told of only now: whoever hears of it may send.
    for (const entry of expired) {
      this.#drop([entry], new UnsentError(`the message waited longer than its ttl (${entry.ttl} ms)`));
    }
    const isOwed = this.owesDrain === "later" ? this.#isOpen() && this.#pacedUntil() < 0 : this.owesDrain;
    if (isOwed && this.entries.length === 0 && openConnection?.bufferedAmount === 0) {
      this.owesDrain = false;
      this.#listener.tell("drain", undefined);
    }
    this.watch();
    this.#listener.schedule();
  }

  #takeExpired(now: number): Entry[] {
    const ahead = this.#ahead;
    const entries = this.takeAll();
    this.#nextLook = now + entries.length / LOOKED_AT_PER_MS;
    return entries.filter((entry, index) => entry.expiresAt <= now || this.push(entry, index < ahead));
  }

  // Methods, for V8 calls its runtime for each private getter, and these are asked on the way of each message.
  #isOpen(): boolean {
    return this.#listener.state.name === "open";
  }

  #limits(): ResolvedOptions["sendQueue"] {
    return this.#listener.settings.options.sendQueue;
  }

  /** How many of those that wait may leave in the state of now. */
  #due(): number {
    if (this.#isOpen()) return this.entries.length;
    return this.#listener.state.name === "greeting" ? this.#ahead : 0;
  }

  /** When the pace lets the next message leave, if not at once. */
  #pacedUntil(): number {
    const { times } = this;
    const { messages, per } = this.#limits().pace;
    if (messages === Infinity) return -Infinity;
    while (times.length > 0 && times.first! + per <= this.#listener.now()) times.shift();
    // Heartbeats wait for nobody: room is left for them.
    const { heartbeat } = this.#listener.settings.options.wsOpts;
    const most = Math.max(1, messages - (heartbeat ? Math.ceil(per / heartbeat.interval) : 0));
    return times.length < most ? -Infinity : times.first! + per;
  }

  /** A message has left, this way or past it. */
  count(): void {
    if (this.#limits().pace.messages < Infinity) this.times.push(this.#listener.now());
  }

  /** Has the connection of now tell what it has taken while somebody waits for it. */
  watch(): void {
    const { openConnection, events } = this.#listener;
    openConnection?.watch(
      this.#due() > 0 || this.inFlight.length > 0 || (this.owesDrain && events.has("drain")),
    );
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
    this.#ahead = 0;
    const also = this.alsoFollowed?.lose() ?? [];
    this.alsoFollowed = undefined;
    return [
      ...also,
      ...lost(this.inFlight.splice(), "the connection was lost before the platform had taken the message"),
    ];
  }

  /** The client is over: what waits is never sent. */
  end(cause: GundamError | undefined): void {
    this.owesDrain = false;
    this.#drop(
      this.takeAll(),
      new UnsentError("the client ended before it could send the message", { cause }),
    );
  }

  takeAll(): Entry[] {
    this.#ahead = this.bytes = 0;
    this.#expiry = Infinity;
    return this.entries.splice();
  }

  push(entry: Entry, isAhead: boolean): void {
    this.entries.push(entry, isAhead ? this.#ahead++ : undefined);
    this.bytes += entry.bytes;
    this.#expiry = Math.min(this.#expiry, Math.max(entry.expiresAt, this.#nextLook));
  }

  #shift(): Entry {
    const entry = this.entries.shift();
    this.bytes -= entry.bytes;
    if (this.#ahead > 0) this.#ahead--;
    if (this.entries.length === 0) this.#expiry = Infinity;
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

  #oweDrain(when: true | "later" = true): false {
    this.owesDrain = when;
    this.watch();
    this.#listener.schedule();
    return false;
  }

  #drop(parcels: readonly Parcel[], cause: GundamError): void {
    for (const { message, receipts } of parcels) {
      for (const receipt of receipts) receipt.dropped(cause);
      this.#listener.tell("drop", { message: message as Drop["message"], cause, outcome: "unsent" });
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
  const cause = new UnknownDeliveryError(problem);
  return positions.flatMap(({ message, receipts }) => {
    for (const receipt of receipts) receipt.dropped(cause);
    return message === undefined ? [] : [{ message: message as Drop["message"], cause, outcome: "unknown" }];
  });
}
