// A runtime whose time is yours: timers fire when `advance` passes them, in order, and the random numbers are seeded.

import type { AbortControllerLike, AbortSignalLike, CancelTimer, Runtime } from "@gundam/core";
import { Random } from "./random.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * A runtime whose time is yours: timers fire when `advance` passes them, in order, and the random numbers are seeded.
 *
 * @example
 * const runtime = new VirtualRuntime();
 * let fired = 0;
 * runtime.setTimer(1000, () => fired++);
 * await runtime.advance(999);
 * fired; // → 0
 * await runtime.advance(1);
 * fired; // → 1
 */
export class VirtualRuntime implements Runtime {
  #now = 0;
  #order = 0;
  readonly #random: Random;
  readonly #timers: Set<Timer> = new Set();
  /** What was reported to the operator. */
  readonly reports: unknown[] = [];
  /** What the operator was warned of, a line each. */
  readonly warnings: string[] = [];
  /** What was logged, a line each. */
  readonly lines: string[] = [];
  /** What has come, and is read before a timer fires. */
  readonly unread: (() => void)[] = [];
  /** How far the wall clock has run ahead of the monotonic one, ms. */
  wallAhead = 0;

  constructor(seed = 1) {
    this.#random = new Random(seed);
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now + this.wallAhead;
  }

  setTimer(delay: number, fire: () => void): CancelTimer {
    const timer: Timer = { at: this.#now + delay, order: this.#order++, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  microtask(run: () => void): void {
    queueMicrotask(run);
  }

  random(): number {
    return this.#random.next();
  }

  report(error: unknown): void {
    this.reports.push(error);
  }

  warn(line: string): void {
    this.warnings.push(line);
  }

  log(line: string): void {
    this.lines.push(line);
  }

  abortController(): AbortControllerLike {
    return new AbortController();
  }

  onAbort(signal: AbortSignalLike, aborted: () => void): () => void {
    signal.addEventListener("abort", aborted);
    return () => signal.removeEventListener("abort", aborted);
  }

  parseUrl(input: string): URL | undefined {
    return URL.canParse(input) ? new URL(input) : undefined;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** ms until the earliest timer; `Infinity` without one. */
  get nextTimer(): number {
    const next = this.#earliest();
    return next === undefined ? Infinity : Math.max(0, next.at - this.#now);
  }

  /** Moves time on by `ms`, firing what is due on the way; promises settle between two timers. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#earliest(); next !== undefined && next.at <= end; next = this.#earliest()) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      if (this.unread.length > 0) {
        // The client may set its timer anew.
        this.#timers.add(next);
        await this.read();
        if (!this.#timers.delete(next)) continue;
      }
      next.fire();
      await settled();
    }
    this.#now = end;
  }

  /** Reads what has come. */
  async read(): Promise<void> {
    for (const read of this.unread.splice(0)) read();
    await settled();
  }

  /** Moves time on without firing: the machine was busy or asleep, and what is due now is late. */
  skip(ms: number): void {
    this.#now += ms;
  }

  /** A timer is due, and has not fired. */
  get isBehind(): boolean {
    const next = this.#earliest();
    return next !== undefined && next.at <= this.#now;
  }

  /** Fires the earliest timer although the clock has not quite reached it, as Node's timers do (nodejs/node#26578). */
  fireEarly(by: number): void {
    const next = this.#earliest();
    if (next === undefined) return;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at - by);
    next.fire();
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      const isEarlier =
        earliest === undefined ||
        timer.at < earliest.at ||
        (timer.at === earliest.at && timer.order < earliest.order);
      if (isEarlier) earliest = timer;
    }
    return earliest;
  }
}

/**
 * Lets promises settle: long enough for the chains of this project, without a real timer.
 *
 * @example
 * let isDone = false;
 * Promise.resolve().then(() => {
 *   isDone = true;
 * });
 * await settled();
 * isDone; // → true
 */
export async function settled(hops = 16): Promise<void> {
  for (let hop = 0; hop < hops; hop++) await undefined;
}
