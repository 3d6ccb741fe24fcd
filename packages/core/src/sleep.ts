// Notices that the machine slept, for all clients of a platform at once. A sleep is seen in two ways: the wall clock runs
// on while the monotonic one stands still, and where both stand or run, nothing of ours runs that is due.

import type { Watcher } from "./platform.ts";
import type { Runtime } from "./runtime.ts";

/** A drift of the clocks that means that the machine slept, in ms; a timer comes as late only where it did. */
const SLEEP = 2_000;
/** A sleep after which a connection that cannot be asked is taken for lost. */
const LONG_SLEEP = 30_000;

export class SleepDetector {
  readonly #clocks: Pick<Runtime, "now" | "wallNow">;
  /** How long nothing of ours may run that is due, as things are, in ms. */
  readonly #patienceNow: () => number;
  readonly watchers: Set<Watcher> = new Set();
  /** When we looked last, how far the clocks were apart, and how things were. */
  #lookedAt = 0;
  #drift = 0;
  #patience = 0;

  constructor(clocks: Pick<Runtime, "now" | "wallNow">, patienceNow: () => number = () => SLEEP) {
    this.#clocks = clocks;
    this.#patienceNow = patienceNow;
  }

  /** Returns how to stop. */
  watch(watcher: Watcher): () => void {
    if (this.watchers.size === 0) this.#note();
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Looks at the clocks, and tells of a sleep. `due`: since when something of ours is due; always, where we tick. */
  look(due: number = 0): boolean {
    const since = Math.max(due, this.#lookedAt);
    const drift = this.#drift;
    const patience = this.#patience;
    this.#note();
    const late = this.#lookedAt - since;
    const drifted = Math.abs(this.#drift - drift);
    if (drifted <= SLEEP && late <= patience) return false;
    const hasSlept = Math.max(drifted, late) > LONG_SLEEP;
    for (const watcher of [...this.watchers]) watcher.post({ type: "wake", hasSlept });
    return true;
  }

  #note(): void {
    this.#lookedAt = this.#clocks.now();
    this.#drift = this.#clocks.wallNow() - this.#lookedAt;
    this.#patience = this.#patienceNow();
  }
}
