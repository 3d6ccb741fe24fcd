// What only sockets of our own can do: pings that are answered, and reading that stops. A platform that has them wraps
// its `dial` in this; browsers never load it.

import { unheard } from "./chain.ts";
import { type GundamError, NotOpenError, OptionError, type Phase, QueueFullError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
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
  readonly wsOpts: { readonly flow: number; readonly silencePings: boolean };
}

/** What may wait for whoever holds the reading while nothing stops the peer any more: messages, and their length. */
const MOST_HELD = 64;
const MOST_HELD_SIZE = 1024 * 1024;

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

/** `now`: the monotonic clock, by which round trips are measured. */
export function withPingsAndFlow<Options>(dial: Dial<Options>, now: () => number): Dial<Options, Connection> {
  return (request, listener) => dialWithPingsAndFlow(dial, now, request, listener);
}

/** The same at once. */
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
  readonly #silencePings: boolean;
  readonly #now: () => number;
  /** How many more messages `wsOpts.flow` lets in. */
  #credit: number;
  /** How many do not want to read. */
  #holds = 0;
  #isOpen = false;
  /** The transport is lost, or was let go of: nothing is asked of it any more. */
  #isOver = false;
  /** Our Close frame is out. */
  #isClosing = false;
  /** The lengths of what is held since then, in the order of the holds, and their sum; 0 for what came before. */
  #heldSizes: Fifo<number> | undefined;
  #heldSize = 0;
  /** The length of the message that is let in. */
  #size = 0;
  #hasLetGo = false;
  #pings: Ping[] | undefined;
  #pingsSent = 0;
  /** How many pings and pongs have come: they are life, whether or not the platform counts their bytes. */
  #frames = 0;
  rtt: number | undefined;

  constructor(
    { flow, silencePings }: PacedOptions["wsOpts"],
    listener: TransportListener,
    now: () => number,
  ) {
    this.intake = new Intake(this, listener);
    this.#credit = flow;
    if (flow !== Infinity) this.intake.gate = this;
    this.#silencePings = silencePings;
    this.#listener = listener;
    this.#now = now;
  }

  // — the network's side ——————————————————————————————————————————————————————————————————————————————————————————

  opened(): void {
    if (this.#isOver) return;
    this.#isOpen = true;
    if (this.isHeld) this.transport.pause?.();
  }

  /** As in gun, what was read in one go with the last message let in is still delivered. */
  letIn(message: Message): boolean {
    if (this.#isClosing) return this.#hasRoom(message.length);
    if (--this.#credit === 0) this.#hold(true);
    return true;
  }

  /** While we close nothing stops the peer: what nobody can take in is let go, and told once. */
  #hasRoom(size: number): boolean {
    this.#size = size;
    if (this.#holds < MOST_HELD && this.#heldSize < MOST_HELD_SIZE) return true;
    if (!this.#hasLetGo) this.#listener.troubled(tooManyWhileClosing());
    this.#hasLetGo = true;
    return false;
  }

  heardPing(data: Uint8Array): void {
    this.#frames++;
    if (!this.#silencePings) this.#listener.ping(data);
  }

  /** A pong answers its ping, and every ping before it: RFC 6455 §5.5.3. */
  heardPong(data: Uint8Array): void {
    this.#frames++;
    const index = this.#pings?.findIndex((ping) => isSame(ping.data, data)) ?? -1;
    for (const { sentAt, resolve } of this.#pings?.splice(0, index + 1) ?? []) {
      this.rtt = this.#now() - sentAt;
      resolve(this.rtt);
    }
    if (!this.#silencePings) this.#listener.pong(data);
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

  hold(): void {
    this.#heldSizes?.push(this.#size);
    this.#heldSize += this.#size;
    this.#hold();
  }

  #hold(afterRead?: boolean): void {
    if (this.#holds++ === 0 && this.#mayPause) this.transport.pause?.(afterRead);
  }

  release(): void {
    this.#heldSize -= this.#heldSizes?.shift() ?? 0;
    if (--this.#holds === 0 && this.#mayPause) this.transport.resume?.();
  }

  get #mayPause(): boolean {
    return this.#isOpen && !this.#isClosing;
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
    this.#heldSizes = new Fifo();
    for (let held = 0; held < this.#holds; held++) this.#heldSizes.push(0);
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
    return this.transport.deadline;
  }

  expire(now: number): void {
    this.transport.expire(now);
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
    return this.transport.info();
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
    if (this.gate === undefined || this.gate.letIn(message)) this.#listener.message(message);
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
