// Notices that the machine slept, for all clients of a platform at once. A sleep is seen in two ways: the wall clock runs
// on while the monotonic one stands still, and where both run on, nothing of ours runs that is due.

import type { PageSignal, Platform, Watcher } from "./platform.ts";
import type { Runtime } from "./runtime.ts";

/** A drift of the clocks that means that the machine slept, in ms; a timer comes as late only where it did. */
const SLEEP = 2_000;
/** A sleep after which a connection that cannot be asked is taken for lost. */
const LONG_SLEEP = 30_000;

/**
 * Returns a function that looks at the clocks, tells of a sleep, and returns whether there was one. It may be told since
 * when something of ours is due: always, where we tick. `patienceNow`: for how long nothing of ours may run that is due,
 * as things are, in ms.
 *
 * @example
 * const clocks = { now: () => performance.now(), wallNow: () => Date.now() };
 * const look = lookForSleep(clocks, (signal) => console.log(signal), () => 2000);
 * setInterval(look, 1000);
 */
export function lookForSleep(
  { now, wallNow }: Pick<Runtime, "now" | "wallNow">,
  tell: (signal: PageSignal) => void,
  patienceNow: () => number,
): (due?: number) => boolean {
  /** When we looked last, how far the clocks were apart, and how patient things made us. */
  let lookedAt = 0;
  let drift = 0;
  let patience = 0;
  return (due = 0) => {
    const late = now() - Math.max(due, lookedAt);
    lookedAt = now();
    const drifted = Math.abs(wallNow() - lookedAt - drift);
    drift = wallNow() - lookedAt;
    const hasSlept = drifted > SLEEP || late > patience;
    patience = patienceNow();
    if (hasSlept) tell({ type: "wake", hasSlept: Math.max(drifted, late) > LONG_SLEEP });
    return hasSlept;
  };
}

/**
 * Notices for all clients of a platform whose timers nothing holds back that the machine has slept; it looks when they
 * ask.
 *
 * @example
 * const clocks = { now: () => performance.now(), wallNow: () => Date.now() };
 * const sleep: Pick<Platform, "watch" | "look"> = detectSleep(clocks);
 * console.log(sleep.look?.());
 */
export function detectSleep(
  clocks: Pick<Runtime, "now" | "wallNow">,
): Required<Pick<Platform, "watch" | "look">> {
  const watchers = new Set<Watcher>();
  const tell = (signal: PageSignal) => {
    for (const watcher of [...watchers]) watcher.post(signal);
  };
  const look = lookForSleep(clocks, tell, () => SLEEP);
  return {
    watch(watcher) {
      // What there was before the first is of no consequence to it.
      if (watchers.size === 0) look();
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    look,
  };
}
