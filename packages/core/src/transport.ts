// The transport port: one connection of one attempt, from dialling to loss. An adapter turns this contract into a
// platform's sockets; the transport contract suite of @gundam/testing holds every adapter to it.
//
// What an adapter promises:
// - `dial` returns at once and never throws: what goes wrong, even at once, is a `lost`, told after `dial` returned.
// - The listener hears `phase*`, then `opened`, then any of `message` `ping` `pong` `taken`, then `lost`; `lost` once,
//   and nothing after it. Before `opened`, a `lost` may come at any time, and before `lost` a `troubled`.
// - The peer's Close frame is the loss: `lost` is told when it is read, after all messages before it. The adapter
//   answers it and ends the closing handshake by itself. (Browsers only tell at their close event.)
// - Nothing is sent in vain: a connection that takes nothing more says so when it is asked, with `ending` if its loss is
//   yet to be told.
// - After `abandon()` the listener hears nothing more, no error of the old socket escapes, and no handle is left once
//   what `abandon` was asked to send has left.
// - An adapter owns no timer: it says in `deadline` when it wants to be asked, and is asked by `expire`.

import type { Failure, GundamError, Phase } from "./errors.ts";
import type { BlobLike, PlatformHeaders } from "./structural.ts";

/** A message as the peer sent it: `string` for text, `Uint8Array` with its own memory for binary. */
export type Message = string | Uint8Array<ArrayBuffer>;

/** A message on its way to the peer: a `Blob` goes to a platform that takes them. */
export type OutgoingMessage = string | Uint8Array | BlobLike;

/** What the opening handshake brought. */
export interface Handshake {
  /** The response's headers; empty in browsers. */
  readonly headers: PlatformHeaders;
  /** The selected subprotocol, or "". */
  readonly protocol: string;
  /** The negotiated extensions, as the header says, or "". */
  readonly extensions: string;
}

/** What one attempt dials. `options` are the resolved options of the attempt; an adapter knows its own. */
export interface DialRequest<Options = unknown> {
  /** Absolute `ws:` or `wss:` url. */
  readonly url: string;
  /** Header fields of the opening handshake, besides its own. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** What functions have answered is in its place. */
  readonly options: Options;
  /** The options that functions gave. */
  readonly provided?: readonly string[];
  /**
   * The number of the attempt, 1 for the first since the budget was last full: the functions that the transport asks
   * are told of it, and of `lastFailure`.
   */
  readonly attempt?: number;
  /** How the attempt before it, or its connection, ended. */
  readonly lastFailure?: Failure | undefined;
}

/** What a transport tells, in the order that the head of `transport.ts` promises. */
export interface TransportListener {
  /**
   * The next phase of connecting begins, the former one is over. `timeout` is how long it may take in ms, and `option`
   * the option that says so; without them the deadline of the former phase stays in force.
   */
  phase(phase: Phase, timeout?: number, option?: string): void;
  /** The opening handshake succeeded. */
  opened(handshake: Handshake): void;
  /** A message has come, whole. */
  message(message: Message): void;
  /** A ping has come; whoever hears of it answers it. */
  ping(data: Uint8Array): void;
  /** A pong has come. */
  pong(data: Uint8Array): void;
  /** The platform may have taken more of what was sent; told only while somebody watches. */
  taken(): void;
  /** Something failed that does not end the connection. */
  troubled(error: GundamError): void;
  /** The peer has ended the connection; how, `lost` will tell. */
  ending(): void;
  /** The connection, or the attempt, is over. */
  lost(failure: Failure): void;
  /** `deadline` has changed. */
  rescheduled(): void;
}

/**
 * One connection of one attempt, from dialling to loss: what an adapter makes of a platform's socket. The contract
 * stands at the head of `transport.ts`, and the contract suite of `@gundam/testing` holds adapters to it.
 */
export interface Transport {
  /** Bytes accepted by `send` that the platform has not taken yet. */
  readonly bufferedAmount: number;
  /** About how many messages these are, where each costs memory of its own. */
  readonly bufferedMessages?: number;
  /** Bytes read from the peer so far; absent where the platform does not tell. Any of them is life. */
  readonly bytesRead?: number;
  /** Monotonic ms at which the adapter wants `expire` to be called; `Infinity`: never. */
  readonly deadline: number;
  /** The `deadline` has passed. */
  expire(now: number): void;
  /** Whether a message can be sent now; asked before each. Only after `opened`. */
  takes(): boolean;
  /** Sends one message, with the bytes as they are at the call. Only after `opened`, and where `takes` says so. */
  send(message: OutgoingMessage): void;
  /** The end of all that was sent so far, as a number that never falls. */
  mark(): number;
  /**
   * Whether the platform has taken all that was sent before the mark while the connection was alive. What it had taken
   * at the loss can be asked for until `abandon`.
   */
  hasTaken(mark: number): boolean;
  /** Whether somebody waits for `taken`; at first nobody does. Only after `opened`. */
  watch(isWatched: boolean): void;
  /** Sends a ping frame; absent where the platform has none. */
  ping?(data: Uint8Array): void;
  /** Sends a pong frame that nobody has asked for; absent where the platform has none. */
  pong?(data: Uint8Array): void;
  /**
   * Stops and resumes reading; absent where the platform cannot. What was read already waits, too, from the next message
   * on; if `afterRead`, which only a message that has just come may ask for, it may also be told.
   */
  pause?(afterRead?: boolean): void;
  /** Reads on after `pause`; absent where the platform cannot stop. */
  resume?(): void;
  /** Whether the connection keeps its process alive, as it does at first; absent where there is no process. */
  setRef?(isRef: boolean): void;
  /** Starts the closing handshake, after all that was sent; its end is a `lost`. Resumes reading. */
  close(code: number, reason: string): void;
  /**
   * Lets go of the connection in any state, at once. With a `code` an open connection's peer is sent a Close frame
   * first, after all earlier messages; nobody waits for the answer. 1006, which no Close frame may have, gives the
   * connection up: where the platform can, what the peer has not got yet reaches it no more.
   */
  abandon(code?: number, reason?: string): void;
  /** Facts for `info()`: addresses, TLS, bytes; absent where the platform tells none. */
  info?(): Readonly<Record<string, unknown>>;
}

/** A transport as the driver has it: pings are answered, and reading stops for as long as anybody holds it. */
export interface Connection extends Omit<Transport, "ping" | "pong" | "pause" | "resume"> {
  /** Sends a ping and resolves with the round-trip time in ms; absent where there are no pings. */
  ping?(data?: Uint8Array): Promise<number>;
  /** The last round-trip time, ms. */
  readonly rtt?: number | undefined;
  /** Stops reading until each `hold` has had its `release`; absent where reading cannot stop. */
  hold?(): void;
  /** Takes one `hold` back. */
  release?(): void;
  /** Somebody holds it. */
  readonly isHeld?: boolean;
  /** The message that has just come waits for its turn, and waits no longer; where reading can stop, so many stop it. */
  enqueued?(): void;
  /** The message that waited longest waits no longer. */
  dequeued?(): void;
  /** After our Close frame reading goes on whoever holds it, for the peer's must be read. */
  readonly isClosing?: boolean;
  /** Lets in so many messages more, where `wsOpts.flow` limits them. */
  addCredit?(messages: number): void;
}

/** Begins one attempt's connection. */
export type Dial<Options = unknown, Dialled = Transport> = (
  request: DialRequest<Options>,
  listener: TransportListener,
) => Dialled;
