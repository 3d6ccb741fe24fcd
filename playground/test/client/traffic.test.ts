import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Traffic } from "../../src/client/traffic.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"], now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

const hello = { payload: "hello", bytes: 5 };
const bytes = (...values: number[]) => ({ payload: Uint8Array.from(values), bytes: values.length });

it("counts bytes and messages each way, second by second", () => {
  const traffic = new Traffic();
  traffic.sent(hello);
  traffic.sent(bytes(1, 2, 3));
  vi.advanceTimersByTime(2000);
  traffic.received(hello);
  expect(traffic.upTo(performance.now())).toMatchObject([
    { bytesIn: 0, bytesOut: 8, messagesIn: 0, messagesOut: 2 },
    { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 },
    { bytesIn: 5, bytesOut: 0, messagesIn: 1, messagesOut: 0 },
  ]);
});

it("measures the round trip of bytes as that of text", () => {
  const traffic = new Traffic();
  traffic.sent(bytes(1, 2, 3));
  vi.advanceTimersByTime(40);
  traffic.received(bytes(1, 2, 4));
  expect(traffic.lastRtt).toBeUndefined();
  traffic.received(bytes(1, 2, 3));
  expect(traffic.lastRtt).toBe(40);
  traffic.sent(hello);
  vi.advanceTimersByTime(25);
  traffic.received(hello);
  expect(traffic.lastRtt).toBe(25);
});

it("takes no long message for another that begins like it", () => {
  const traffic = new Traffic();
  traffic.sent({ payload: "cut", bytes: 100_000 });
  traffic.received({ payload: "cut", bytes: 100_001 });
  expect(traffic.lastRtt).toBeUndefined();
});

it("measures on, however many messages had no echo, and waits for the newest alone", () => {
  const traffic = new Traffic();
  for (let lost = 1; lost <= 1000; lost++) traffic.sent({ payload: `lost ${lost}`, bytes: 6 });
  traffic.received({ payload: "lost 1", bytes: 6 });
  expect(traffic.lastRtt).toBeUndefined();
  traffic.sent(hello);
  vi.advanceTimersByTime(30);
  traffic.received(hello);
  expect(traffic.lastRtt).toBe(30);
});
