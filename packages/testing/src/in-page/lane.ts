// One direction of a connection: parcels arrive in order, after the latency, no faster than the rate allows, and not at
// all while the lane is held.

import type { CancelTimer, Runtime } from "@gundam/core";

/** ms that a parcel is on its way at least. */
const LATENCY = 2;

interface Parcel {
  readonly bytes: number;
  readonly due: number;
  readonly arrive: () => void;
}

export type Clock = Pick<Runtime, "now" | "setTimer">;

export class Lane {
  readonly #clock: Clock;
  #parcels: Parcel[] = [];
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #isHeld = false;
  #cancelTimer: CancelTimer | undefined;
  /** When the parcel before the next one is through. */
  #freeAt = 0;
  /** Bytes on their way. */
  bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(bytes: number, arrive: () => void): void {
    const begins = Math.max(this.#clock.now() + LATENCY, this.#freeAt);
    this.#freeAt = begins + (bytes / this.#bytesPerSecond) * 1000;
    this.#parcels.push({ bytes, due: this.#freeAt, arrive });
    this.bytes += bytes;
    this.#schedule();
  }

  hold(): void {
    this.#isHeld = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  release(): void {
    this.#isHeld = false;
    this.#schedule();
  }

  /** For what is pushed from now on. */
  limit(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Nothing arrives any more. */
  cut(): void {
    this.hold();
    this.#parcels = [];
    this.bytes = 0;
  }

  #schedule(): void {
    const next = this.#parcels[0];
    if (this.#isHeld || this.#cancelTimer !== undefined || next === undefined) return;
    const delay = Math.max(0, Math.ceil(next.due - this.#clock.now()));
    this.#cancelTimer = this.#clock.setTimer(delay, () => {
      this.#cancelTimer = undefined;
      this.#deliver();
    });
  }

  #deliver(): void {
    const now = this.#clock.now();
    let count = this.#parcels.findIndex(({ due }) => due > now);
    if (count < 0) count = this.#parcels.length;
    const due = this.#parcels.splice(0, count);
    for (let index = 0; index < due.length; index++) {
      // What arrives may hold the lane, or cut it.
      if (this.#isHeld) {
        if (this.bytes > 0) this.#parcels = [...due.slice(index), ...this.#parcels];
        return;
      }
      const { bytes, arrive } = due[index]!;
      this.bytes -= bytes;
      arrive();
    }
    this.#schedule();
  }
}
