import { effect, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seldom } from "../src/seldom.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("it follows at once after a rest, and else no more often than it may, to the last", () => {
  const source = signal(0);
  const follower = seldom(source, 100);
  const seen: number[] = [];
  effect(() => {
    seen.push(follower.value);
  });
  for (let value = 1; value <= 25; value++) {
    source.value = value;
    vi.advanceTimersByTime(10);
  }
  expect(seen).toEqual([0, 1, 10, 20]);
  vi.advanceTimersByTime(100);
  expect(seen).toEqual([0, 1, 10, 20, 25]);
  vi.advanceTimersByTime(100);
  source.value = 26;
  expect(seen.at(-1)).toBe(26);
});
