// A transport whose network is you: a test opens, loses and feeds it, and reads what the client did to it.

import {
  CloseError,
  ConnectError,
  type Dial,
  type DialRequest,
  type Failure,
  type GundamError,
  type Handshake,
  type Message,
  type OutgoingMessage,
  type Phase,
  RefusedError,
  sizeOf,
  type Transport,
  type TransportListener,
} from "@gundam/core";

const noHeaders = new Headers();

/**
 * A transport whose network is you: a test opens, loses and feeds it, and reads what the client did to it.
 *
 * @example
 * const { network } = virtualWorld();
 * const listener = new RecordingListener();
 * const request = { url: "ws://example.test/", headers: {}, options: {} };
 * const transport = new FakeTransport(request, listener);
 * listener.dialled();
 * transport.open();
 * transport.send("hello");
 * transport.sent; // → ["hello"]
 */
export class FakeTransport implements Transport {
  /** What was dialled. */
  readonly request: DialRequest;
  readonly #listener: TransportListener;
  bufferedAmount = 0;
  bytesRead = 0;
  deadline: number = Infinity;
  /** It was opened, and neither lost nor abandoned since. */
  isOpen = false;
  /** The client does not read. */
  isPaused = false;
  /** The peer has ended the connection, and nobody tells. */
  isEnding = false;
  /** Its loss was told. */
  isLost = false;
  /** The client has let go of it. */
  isAbandoned = false;
  /** What the client has sent, the oldest first. */
  readonly sent: OutgoingMessage[] = [];
  /** Somebody waits for `taken`. */
  isWatched = false;
  /** The bytes of the messages that were counted, which they are when somebody asks; and how many have left the buffer. */
  #given = 0;
  #counted = 0;
  #taken = 0;
  /** All had left when the last message was sent. */
  #wasEmpty = true;
  /** The data of the pings that the client has sent. */
  readonly pings: Uint8Array[] = [];
  /** How many pongs were sent that nobody had asked for. */
  pongs = 0;
  /** Our Close frame, its `code` and `reason`: from `close`, or with `abandon`. */
  closeFrame: { readonly code: number; readonly reason: string } | undefined;

  constructor(request: DialRequest, listener: TransportListener) {
    this.request = request;
    this.#listener = listener;
  }

  // — the network's side ——————————————————————————————————————————————————————————————————————————————————————————

  /** The next phase of connecting begins, as an adapter tells it. */
  startPhase(phase: Phase, timeout?: number, option?: string): void {
    this.#listener.phase(phase, timeout, option);
  }

  /** The opening handshake succeeds; what the handshake brought is empty, unless it is given. */
  open(handshake: Partial<Handshake> = {}): void {
    this.isOpen = true;
    this.#listener.opened({ headers: noHeaders, protocol: "", extensions: "", ...handshake });
  }

  /** The peer has sent a message. */
  receive(message: Message): void {
    this.#listener.message(message);
  }

  /** The peer has sent a ping. */
  receivePing(data: Uint8Array): void {
    this.#listener.ping(data);
  }

  /** The peer has sent a pong. */
  receivePong(data: Uint8Array): void {
    this.#listener.pong(data);
  }

  /** The kernel has taken all that was buffered, or so many bytes of it. */
  drain(bytes: number = this.bufferedAmount): void {
    this.bufferedAmount -= bytes;
    if (this.isWatched) this.#listener.taken();
  }

  /** Something failed that does not end the connection. */
  trouble(error: GundamError): void {
    this.#listener.troubled(error);
  }

  /** The transport wants to be asked at this monotonic ms. */
  reschedule(deadline: number): void {
    this.deadline = deadline;
    this.#listener.rescheduled();
  }

  /** Even what a well-behaved adapter would not do: a second loss, a loss after `abandon`. */
  lose(failure: Failure = reset()): void {
    this.isOpen = false;
    this.isLost = true;
    this.#listener.lost(failure);
  }

  /** As `takes` does where the peer has ended the connection. */
  tellEnding(): void {
    this.#listener.ending();
  }

  // — the client's side ———————————————————————————————————————————————————————————————————————————————————————————

  expire(_now: number): void {}

  takes(): boolean {
    if (!this.isEnding) return this.isOpen;
    if (this.isOpen) this.tellEnding();
    return false;
  }

  send(message: OutgoingMessage): void {
    if (!this.isOpen) throw new Error("sent on a transport that is not open");
    if (this.bufferedAmount > 0) {
      this.#look();
      this.#wasEmpty = false;
    }
    this.sent.push(message);
    if (this.bufferedAmount === 0) this.#wasEmpty = true;
  }

  mark(): number {
    while (this.#counted < this.sent.length) this.#given += sizeOf(this.sent[this.#counted++]!);
    return this.#given;
  }

  hasTaken(mark: number): boolean {
    this.#look();
    return this.#taken >= mark;
  }

  /** So many bytes more are sent. */
  protected give(bytes: number): number {
    this.#given += bytes;
    return bytes;
  }

  #look(): void {
    const given = this.mark();
    this.#taken = Math.max(this.#taken, this.#wasEmpty ? given : given - this.bufferedAmount);
  }

  watch(isWatched: boolean): void {
    this.isWatched = isWatched;
  }

  ping(data: Uint8Array): void {
    this.pings.push(data);
  }

  pong(): void {
    this.pongs++;
  }

  pause(): void {
    this.isPaused = true;
  }

  /** The client reads again. */
  resume(): void {
    this.isPaused = false;
  }

  close(code: number, reason: string): void {
    this.closeFrame = { code, reason };
    this.isPaused = false;
  }

  abandon(code?: number, reason = ""): void {
    if (code !== undefined && code !== 1006 && this.isOpen) this.closeFrame ??= { code, reason };
    this.isAbandoned = true;
    this.isOpen = false;
  }

  info(): Readonly<Record<string, unknown>> {
    return {};
  }
}

/**
 * The network that fake transports are dialled into.
 *
 * @example
 * const { runtime, network, platform } = virtualWorld();
 * network.onDial = (transport) => transport.open();
 * const client = new Client(platform, { url: "ws://example.test/" });
 * client.reconnect();
 * await runtime.advance(0);
 * client.phase; // → "open"
 */
export class FakeNetwork {
  /** All that were dialled, the oldest first. */
  readonly transports: FakeTransport[] = [];
  /** Called for each new transport: what the network does with it at once. */
  onDial: (transport: FakeTransport) => void = () => {};

  /** Dials into this network: what `withPingsAndFlow` takes. */
  readonly dial: Dial = (request, listener) => {
    const transport = new FakeTransport(request, listener);
    this.transports.push(transport);
    this.onDial(transport);
    return transport;
  };

  /** The transport that was dialled last. */
  get last(): FakeTransport {
    return this.transports.at(-1)!;
  }

  /** Those that are neither lost nor abandoned. */
  get live(): FakeTransport[] {
    return this.transports.filter((transport) => !transport.isLost && !transport.isAbandoned);
  }
}

/**
 * The failure of a connection that was reset, without a Close frame: what `lose` tells by itself.
 *
 * @example
 * reset().code; // → 1006
 */
export function reset(): Failure {
  return {
    kind: "network",
    phase: "open",
    error: new ConnectError("open", "the connection was reset"),
    code: 1006,
    byUs: false,
  };
}

/**
 * The failure of an opening handshake that was answered with this HTTP status. `retryAfter`: what `Retry-After` asked
 * for, in ms.
 *
 * @example
 * refused(503, 5000).retryAfter; // → 5000
 */
export function refused(status: number, retryAfter?: number): Failure {
  const error = new RefusedError(status, noHeaders, retryAfter);
  return { kind: "response", phase: "upgrade", error, status, headers: noHeaders, retryAfter, byUs: false };
}

/**
 * The failure of a connection that the peer has ended with a Close frame.
 *
 * @example
 * closed(1001, "going away").kind; // → "close"
 */
export function closed(code: number, reason = ""): Failure {
  return {
    kind: "close",
    phase: "open",
    error: new CloseError(code, reason),
    code,
    reason,
    wasClean: true,
    byUs: false,
  };
}
