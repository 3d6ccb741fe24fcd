// The server, as its clients see it: a first-in-first-out queue with a bound. The time at which a handshake will be done
// is known as soon as it arrives, so that no queue need be kept, only the time at which the last one in it is done.

export class AcceptQueue {
  readonly #service: number;
  readonly #longestQueue: number;
  #freeAt: number;

  /** Takes `capacity` handshakes a second, one after another, from `opensAt` on; at most `backlog` wait for it. */
  constructor(opensAt: number, capacity: number, backlog: number) {
    this.#service = 1000 / capacity;
    this.#longestQueue = (backlog - 1) * this.#service;
    this.#freeAt = opensAt;
  }

  /** When the handshake that arrives now will be done, in ms; Infinity when there is no room for it. */
  join(now: number): number {
    if (this.#freeAt - now > this.#longestQueue) return Infinity;
    this.#freeAt = Math.max(this.#freeAt, now) + this.#service;
    return this.#freeAt;
  }
}
