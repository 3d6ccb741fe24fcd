// What only sockets of our own can do: pings that are answered, and reading that stops. A platform that has them wraps
// its `dial` in this; browsers never load it.

import { unheard } from "./chain.ts";
import { type GundamError, NotOpenError, OptionError, type Phase, QueueFullError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import type { Filled, ReceiveBufferOptions } from "./options.ts";
import { costOf } from "./sendable.ts";
import type {
  Connection,
  Dial,
  DialRequest,
  Handshake,
  Message,
  OutgoingMessage,
  Transport,
  TransportListener,
} from "./transport.ts";

/** The options that it reads. */
interface PacedOptions {
  readonly wsOpts: {
    readonly flow: number;
    readonly silencePings: boolean;
    readonly keepalive: number;
    readonly receiveBuffer: Readonly<Filled<ReceiveBufferOptions>>;
  };
}

/** While nothing is read, a peer whose pings wait is sent a pong that often, in ms: the patience of most is longer. */
const SIGN_OF_LIFE = 15_000;
/** What may wait while nothing stops the peer any more, for whom much may wait before, too. */
const MOST_WHILE_CLOSING: Readonly<Filled<ReceiveBufferOptions>> = { maxMessages: 64, maxBytes: 1024 * 1024 };
const noBytes = new Uint8Array(0);

export function tooManyWhileClosing(): QueueFullError {
  return new QueueFullError(
    "messages came faster than they were handled while the client was closing; the last were let go",
  );
}

interface Ping {
  readonly data: Uint8Array;
  readonly sentAt: number;
  readonly resolve: (rtt: number) => void;
  readonly reject: (error: GundamError) => void;
}

/**
 * Makes of a transport's dial one that gives connections: pings are answered, and reading stops where somebody has not
 * kept up. `now`: the monotonic clock, in ms, by which round trips are measured.
 *
 * @example
 * // `dial` gives transports that can `ping` and `pause`.
 * const dialling: Pick<Platform, "dial"> = { dial: withPingsAndFlow(dial, () => performance.now()) };
 * console.log(typeof dialling.dial);
 */
export function withPingsAndFlow<Options>(dial: Dial<Options>, now: () => number): Dial<Options, Connection> {
  return (request, listener) => dialWithPingsAndFlow(dial, now, request, listener);
}

/**
 * Dials at once as what `withPingsAndFlow` gives does.
 *
 * @example
 * const now = () => performance.now();
 * const dialling: Pick<Platform, "dial"> = {
 *   dial: (request, listener) => dialWithPingsAndFlow(dial, now, request, listener),
 * };
 * console.log(typeof dialling.dial);
 */
export function dialWithPingsAndFlow<Options>(
  dial: Dial<Options>,
  now: () => number,
  request: DialRequest<Options>,
  listener: TransportListener,
): Connection {
  const { options } = request as DialRequest as DialRequest<PacedOptions>;
  const connection = new PacedConnection(options.wsOpts, listener, now);
  connection.transport = dial(request, connection.intake);
  return connection;
}

class PacedConnection implements Connection {
  transport!: Transport;
  readonly intake: Intake;
  readonly #listener: TransportListener;
  readonly #options: PacedOptions["wsOpts"];
  readonly #now: () => number;
  /** How many more messages `wsOpts.flow` lets in. */
  #credit: number;
  /** How many do not want to read, and since when. */
  #holds = 0;
  #heldAt = 0;
  /** When the next sign of life is due, if nothing is read until then; monotonic ms. */
  #signAt = Infinity;
  #isOpen = false;
  /** The transport is lost, or was let go of: nothing is asked of it any more. */
  #isOver = false;
  /** Our Close frame is out. */
  #isClosing = false;
  /** The lengths of the messages that wait for their turn, in their order, and the sum. */
  #waiting: Fifo<number> | undefined;
  #waitingBytes = 0;
  /** They are so many that they hold. */
  #isFull = false;
  /** The length of the message that came last. */
  size = 0;
  #hasLetGo = false;
  #pings: Ping[] | undefined;
  #pingsSent = 0;
  /** How many pings and pongs have come: they are life, whether or not the platform counts their bytes. */
  #frames = 0;
  rtt: number | undefined;

  constructor(options: PacedOptions["wsOpts"], listener: TransportListener, now: () => number) {
    this.intake = new Intake(this, listener);
    this.#options = options;
    this.#credit = options.flow;
    if (options.flow !== Infinity) this.intake.gate = this;
    this.#listener = listener;
    this.#now = now;
  }

  // — the network's side ——————————————————————————————————————————————————————————————————————————————————————————

  opened(): void {
    if (this.#isOver) return;
    this.#isOpen = true;
    if (this.isHeld) this.#stop();
  }

  /** As in gun, what was read in one go with the last message let in is still delivered. */
  letIn(): boolean {
    if (this.#isClosing) return this.#hasRoom();
    if (--this.#credit === 0) this.hold(true);
    return true;
  }

  /** While we close nothing stops the peer: what nobody can take in is let go, and told once. */
  #hasRoom(): boolean {
    if (this.#isBelow(MOST_WHILE_CLOSING)) return true;
    if (!this.#hasLetGo) this.#listener.troubled(tooManyWhileClosing());
    this.#hasLetGo = true;
    return false;
  }

  heardPing(data: Uint8Array): void {
    this.#frames++;
    if (!this.#options.silencePings) this.#listener.ping(data);
  }

  /** A pong answers its ping, and every ping before it: RFC 6455 §5.5.3. */
  heardPong(data: Uint8Array): void {
    this.#frames++;
    const index = this.#pings?.findIndex((ping) => isSame(ping.data, data)) ?? -1;
    for (const { sentAt, resolve } of this.#pings?.splice(0, index + 1) ?? []) {
      this.rtt = this.#now() - sentAt;
      resolve(this.rtt);
    }
    if (!this.#options.silencePings) this.#listener.pong(data);
  }

  ended(): void {
    this.#isOpen = false;
    this.#isOver = true;
    for (const { reject } of this.#pings?.splice(0) ?? []) {
      reject(new NotOpenError("the connection ended before the pong came"));
    }
  }

  // — the driver's side ———————————————————————————————————————————————————————————————————————————————————————————

  get isHeld(): boolean {
    return this.#holds > 0 && !this.#isClosing;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  hold(afterRead?: boolean): void {
    if (this.#holds++ === 0 && this.#mayPause) this.#stop(afterRead);
  }

  release(): void {
    if (--this.#holds === 0 && this.#mayPause) this.transport.resume?.();
  }

  get #mayPause(): boolean {
    return this.#isOpen && !this.#isClosing;
  }

  #stop(afterRead?: boolean): void {
    this.transport.pause?.(afterRead);
    this.#heldAt = this.#now();
    // A timer that is set is left, for reading stops and goes on many times a second: it looks how long it was.
    if (this.#signAt < Infinity) return;
    this.#signAt = this.#heldAt + this.#signEvery;
    this.#listener.rescheduled();
  }

  get #signEvery(): number {
    return Math.min(SIGN_OF_LIFE, this.#options.keepalive);
  }

  enqueued(): void {
    this.#waiting ??= new Fifo();
    this.#waiting.push(this.size);
    this.#waitingBytes += this.size;
    if (this.#isFull || this.#isBelow(this.#options.receiveBuffer)) return;
    this.#isFull = true;
    this.hold();
  }

  dequeued(): void {
    this.#waitingBytes -= this.#waiting!.shift();
    // Not at the brink: stopping and resuming message by message takes longer than reading them.
    if (!this.#isFull || !this.#isBelow(this.#options.receiveBuffer, 0.5)) return;
    this.#isFull = false;
    this.release();
  }

  /** Less waits than such a part of what may. */
  #isBelow({ maxMessages, maxBytes }: Filled<ReceiveBufferOptions>, part = 1): boolean {
    const messages = this.#waiting?.length ?? 0;
    return messages < maxMessages * part && costOf(messages, this.#waitingBytes) < maxBytes * part;
  }

  addCredit(messages: number): void {
    const wasUsedUp = this.#credit <= 0;
    this.#credit += messages;
    if (wasUsedUp && this.#credit > 0) this.release();
  }

  ping(data: Uint8Array = this.#nextPayload()): Promise<number> {
    // RFC 6455 §5.5: a control frame carries at most 125 bytes.
    if (!(data instanceof Uint8Array) || data.length > 125) {
      throw new OptionError("data", data, "must be a Uint8Array of at most 125 bytes");
    }
    this.transport.ping!(data);
    const sentAt = this.#now();
    this.#pings ??= [];
    const pings = this.#pings;
    return unheard(
      new Promise((resolve, reject) => pings.push({ data: new Uint8Array(data), sentAt, resolve, reject })),
    );
  }

  /** A payload that no other ping of ours has. */
  #nextPayload(): Uint8Array {
    const n = this.#pingsSent++;
    return Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
  }

  close(code: number, reason: string): void {
    this.#isClosing = true;
    this.intake.gate = this;
    this.transport.close(code, reason);
  }

  abandon(code?: number, reason?: string): void {
    this.transport.abandon(code, reason);
    this.ended();
  }

  get bufferedAmount(): number {
    return this.transport.bufferedAmount;
  }

  get bufferedMessages(): number {
    return this.transport.bufferedMessages ?? 0;
  }

  get bytesRead(): number {
    return (this.transport.bytesRead ?? 0) + this.#frames;
  }

  get deadline(): number {
    const signAt = this.#mayPause ? this.#signAt : Infinity;
    return Math.min(this.transport.deadline, signAt);
  }

  expire(now: number): void {
    if (this.transport.deadline <= now) this.transport.expire(now);
    if (this.#signAt > now || !this.#mayPause) return;
    if (!this.isHeld) {
      this.#signAt = Infinity;
      return;
    }
    if (now >= this.#heldAt + this.#signEvery) {
      // RFC 6455 §5.5.3: unsolicited, a pong is a heartbeat of one way.
      this.transport.pong?.(noBytes);
      this.#heldAt = now;
    }
    this.#signAt = this.#heldAt + this.#signEvery;
  }

  takes(): boolean {
    return this.transport.takes();
  }

  send(message: OutgoingMessage): void {
    this.transport.send(message);
  }

  mark(): number {
    return this.transport.mark();
  }

  hasTaken(mark: number): boolean {
    return this.transport.hasTaken(mark);
  }

  watch(isWatched: boolean): void {
    if (!this.#isOver) this.transport.watch(isWatched);
  }

  setRef(isRef: boolean): void {
    this.transport.setRef?.(isRef);
  }

  info(): Readonly<Record<string, unknown>> {
    return this.transport.info?.() ?? {};
  }
}

/** What the transport tells, on its way to the driver. */
class Intake implements TransportListener {
  readonly #connection: PacedConnection;
  readonly #listener: TransportListener;
  /** Who lets messages in one by one: where `wsOpts.flow` limits them, and while we close. Nobody else pays for it. */
  gate: PacedConnection | undefined = undefined;

  constructor(connection: PacedConnection, listener: TransportListener) {
    this.#connection = connection;
    this.#listener = listener;
  }

  phase(phase: Phase, timeout?: number, option?: string): void {
    this.#listener.phase(phase, timeout, option);
  }

  opened(handshake: Handshake): void {
    this.#connection.opened();
    this.#listener.opened(handshake);
  }

  message(message: Message): void {
    this.#connection.size = message.length;
    if (this.gate === undefined || this.gate.letIn()) this.#listener.message(message);
  }

  ping(data: Uint8Array): void {
    this.#connection.heardPing(data);
  }

  pong(data: Uint8Array): void {
    this.#connection.heardPong(data);
  }

  taken(): void {
    this.#listener.taken();
  }

  troubled(error: GundamError): void {
    this.#listener.troubled(error);
  }

  ending(): void {
    this.#listener.ending();
  }

  lost(failure: Parameters<TransportListener["lost"]>[0]): void {
    this.#connection.ended();
    this.#listener.lost(failure);
  }

  rescheduled(): void {
    this.#listener.rescheduled();
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
