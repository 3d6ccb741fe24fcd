// How far a browser has taken what was sent. Its only word on that is `bufferedAmount`, of which no event tells: while
// somebody waits it is looked at now and then, and bytes are counted only from the first time that anybody asks.

import { type OutgoingMessage, sizeOf, type TransportListener } from "@gundam/core";

/** How often `bufferedAmount` is looked at while somebody waits, in ms. */
const pollInterval = 20;

/** What is looked at of a WebSocket. */
type Socket = Pick<WebSocket, "bufferedAmount" | "readyState">;

export class TakenBytes {
  readonly #socket: Socket;
  readonly #now: () => number;
  readonly #listener: Pick<TransportListener, "taken" | "rescheduled">;
  /** The bytes that were given since counting began, those included that were buffered then. */
  #given: number | undefined;
  /** How many of these had been taken when that was last looked at. */
  #taken = 0;
  /** When to look next. */
  deadline: number = Infinity;

  constructor(socket: Socket, now: () => number, listener: Pick<TransportListener, "taken" | "rescheduled">) {
    this.#socket = socket;
    this.#now = now;
    this.#listener = listener;
  }

  /** A message is about to be sent. */
  count(message: OutgoingMessage): void {
    if (this.#given !== undefined) this.#given += sizeOf(message);
  }

  mark(): number {
    this.#given ??= this.#socket.bufferedAmount;
    return this.#given;
  }

  has(mark: number): boolean {
    const { bufferedAmount, readyState } = this.#socket;
    // What was sent after the mark is behind it in the buffer. A socket that is closing may forget what it did not send.
    if (readyState === 1) this.#taken = this.mark() - bufferedAmount;
    return this.#taken >= mark;
  }

  /** The peer has answered our Close frame, and so has read all before it. */
  complete(): void {
    this.#taken = Infinity;
  }

  watch(isWatched: boolean): void {
    const isWatching = this.deadline !== Infinity;
    if (isWatched === isWatching) return;
    this.deadline = isWatched ? this.#now() + pollInterval : Infinity;
    this.#listener.rescheduled();
  }

  expire(now: number): void {
    if (now < this.deadline) return;
    this.deadline = now + pollInterval;
    this.#listener.taken();
  }
}
