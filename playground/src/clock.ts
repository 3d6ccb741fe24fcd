// The page's clock: `performance.now()` as a signal that ticks while somebody looks at it.

import { type ReadonlySignal, signal } from "@preact/signals";

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

/** Monotonic ms, as of the last tick. */
export const now: ReadonlySignal<number> = ticking;
