// The page's clock: `performance.now()` as a signal that ticks while somebody looks at it, or the moment of the past that
// the page has been taken back to.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** ms between ticks. */
const TICK = 100;

let timer: ReturnType<typeof setInterval> | undefined;

const ticking = signal(0, {
  watched() {
    ticking.value = performance.now();
    timer = setInterval(() => {
      ticking.value = performance.now();
    }, TICK);
  },
  unwatched() {
    clearInterval(timer);
  },
});

/** The moment that is shown, on `performance.now()`'s clock; undefined: that of now. */
export const moment: Signal<number | undefined> = signal(undefined);

/** Monotonic ms, as of the last tick, or the moment that is shown. */
export const now: ReadonlySignal<number> = computed(() => moment.value ?? ticking.value);

/** A time of `performance.now()`'s clock on the wall clock. */
export function wallOf(at: number): number {
  return Date.now() - performance.now() + at;
}
