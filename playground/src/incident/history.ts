// What was shown in the past, to go back to: bounded, the newest stays.

import { type ReadonlySignal, signal } from "@preact/signals";

/** Changes that are remembered: of a client that is lost some fifty times. */
const MOST_CHANGES = 500;

/** From `at` on, on `performance.now()`'s clock. */
export interface Change<Value> {
  readonly at: number;
  readonly value: Value;
}

export class History<Value> {
  readonly #version = signal(0);
  #changes: Change<Value>[] = [];

  /** Changes with what is remembered. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** The oldest first. */
  get changes(): readonly Change<Value>[] {
    return this.#changes;
  }

  note(value: Value): void {
    this.#changes.push({ at: performance.now(), value });
    if (this.#changes.length > MOST_CHANGES) this.#changes.shift();
    // It may be noted while something else is being worked out, which is not to follow from it.
    this.#version.value = this.#version.peek() + 1;
  }

  /** What it was at a time; before the oldest change, what that has led to. */
  at(time: number): Value | undefined {
    return (this.#changes.filter(({ at }) => at <= time).at(-1) ?? this.#changes[0])?.value;
  }
}
