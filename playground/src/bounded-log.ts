// A log that keeps its newest entries, and shows changes once a frame however many there were.

import { type ReadonlySignal, signal } from "@preact/signals";

/** Entries kept; what is older is forgotten. */
export const LOG_LIMIT = 500;

export class BoundedLog<Entry extends { readonly id: number }> {
  readonly #shown = signal<readonly Entry[]>([]);
  #entries: Entry[] = [];
  #lastId = 0;
  #isStale = false;

  /** What to show, the oldest first. */
  get entries(): ReadonlySignal<readonly Entry[]> {
    return this.#shown;
  }

  /** Gives the new entry's id. */
  add(entry: Omit<Entry, "id">): number {
    this.#lastId += 1;
    this.#entries.push({ ...entry, id: this.#lastId } as Entry);
    if (this.#entries.length > LOG_LIMIT) this.#entries.shift();
    this.#show();
    return this.#lastId;
  }

  /** Replaces entries by what `change` makes of them; an entry that it returns as it is stays. */
  change(change: (entry: Entry) => Entry): void {
    this.#entries = this.#entries.map(change);
    this.#show();
  }

  clear(): void {
    this.#entries = [];
    this.#show();
  }

  #show(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    requestAnimationFrame(() => {
      this.#isStale = false;
      this.#shown.value = [...this.#entries];
    });
  }
}
