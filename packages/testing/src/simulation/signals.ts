// An abort controller and its signal, as light as core needs them, that know how many listen.

import type { AbortControllerLike, AbortSignalLike } from "@gundam/core";

export class CountingController implements AbortControllerLike {
  readonly signal: CountingSignal = new CountingSignal();

  abort(reason: unknown = new Error("aborted")): void {
    this.signal.abort(reason);
  }
}

export class CountingSignal implements AbortSignalLike {
  readonly #listeners: Set<() => void> = new Set();
  aborted = false;
  reason: unknown;

  get listeners(): number {
    return this.#listeners.size;
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of [...this.#listeners]) listener();
  }
}
