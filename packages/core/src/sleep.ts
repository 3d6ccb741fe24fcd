// Notices that the machine slept, for all clients of a platform at once. A sleep is seen in two ways: the wall clock runs
// on while the monotonic one stands still, and where both run on, nothing of ours runs that is due.

import type { Watcher } from "./platform.ts";
import type { Runtime } from "./runtime.ts";

/** A drift of the clocks that means that the machine slept, in ms; a timer comes as late only where it did. */
const SLEEP = 2_000;
/** A sleep after which a connection that cannot be asked is taken for lost. */
const LONG_SLEEP = 30_000;

export interface SleepDetector {
  /** Tells a client's driver, until the returned function is called. */
  watch(watcher: Watcher): () => void;
  /** Looks at the clocks, and tells of a sleep. `due`: since when something of ours is due; always, where we tick. */
  look(due?: number): boolean;
}

/** `patienceNow`: for how long nothing of ours may run that is due, as things are, in ms. */
export function detectSleep(
  { now, wallNow }: Pick<Runtime, "now" | "wallNow">,
  patienceNow: () => number = () => SLEEP,
): SleepDetector {
  const watchers = new Set<Watcher>();
  /** When we looked last, how far the clocks were apart, and how patient things made us. */
  let lookedAt = 0;
  let drift = 0;
  let patience = Infinity;
  const look = (due = 0): boolean => {
    const late = now() - Math.max(due, lookedAt);
    lookedAt = now();
    const drifted = Math.abs(wallNow() - lookedAt - drift);
    drift = wallNow() - lookedAt;
    const hasSlept = drifted > SLEEP || late > patience;
    patience = patienceNow();
    if (hasSlept) {
      const isLong = Math.max(drifted, late) > LONG_SLEEP;
      for (const watcher of [...watchers]) watcher.post({ type: "wake", hasSlept: isLong });
    }
    return hasSlept;
  };
  return {
    watch(watcher) {
      // Nobody was to hear of what there was before the first.
      if (watchers.size === 0) look();
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    look,
  };
}
