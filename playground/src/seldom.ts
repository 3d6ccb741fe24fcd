// A signal that follows another, but changes only so often.

import { effect, type ReadonlySignal, signal } from "@preact/signals";

/** Follows at once after a rest; `interval`: ms between two changes. */
export function seldom<Value>(source: ReadonlySignal<Value>, interval: number): ReadonlySignal<Value> {
  const follower = signal(source.peek());
  let isResting = true;
  const follow = () => {
    isResting = source.peek() === follower.peek();
    if (isResting) return;
    follower.value = source.peek();
    setTimeout(follow, interval);
  };
  effect(() => {
    if (source.value !== follower.peek() && isResting) follow();
  });
  return follower;
}
