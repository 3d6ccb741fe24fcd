// Hours within milliseconds: the clocks are the test's, the sockets are real, and time passes only while nothing is on its
// way.

import { vi } from "vitest";

// What takes hours here can take a busy machine seconds.
vi.setConfig({ testTimeout: 30_000 });

/** Takes the clocks; before clients and servers are made. `vi.useRealTimers()` gives them back. */
export function takeClocks(): void {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"],
  });
}

/** Lets so many ms pass, from one timer to the next. */
export async function pass(duration: number): Promise<void> {
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, duration);
  while (!isOver) {
    await arrive();
    vi.advanceTimersToNextTimer();
  }
  await arrive();
}

/** Turns of the event loop within which whatever is on its way between two sockets of this process arrives, and its answer. */
const TURNS = 60;

/** What is on its way arrives. */
export async function arrive(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
