import { expect, test } from "vitest";
import { formatEstimate, shareDone, timeLeft } from "../../src/storm/progress.ts";
import { attempts, report } from "./reports.ts";

const forecasts = [
  { attempts: 1_000, cost: 300 },
  { attempts: 4_000, cost: 100 },
];
const underWay = (total: number) => report({ isOver: false, connected: 0, attempts: attempts(total) });

test("what is done grows before the first client is back, and counts by what each policy costs", () => {
  expect(shareDone([], forecasts)).toBe(0);
  expect(shareDone([underWay(500)], forecasts)).toBeCloseTo(150 / 400);
  expect(shareDone([report({}), underWay(2_000)], forecasts)).toBeCloseTo(350 / 400);
  expect(shareDone([report({}), report({})], forecasts)).toBe(1);
});

test("a storm that makes more attempts than foretold is done when it is over", () => {
  expect(shareDone([report({}), underWay(40_000)], forecasts)).toBeLessThan(1);
  expect(shareDone([underWay(40_000)], forecasts)).toBeLessThan(300 / 400);
});

test("what is left is told once there is ground for it", () => {
  expect(timeLeft(900, 0.5)).toBeUndefined();
  expect(timeLeft(5_000, 0.01)).toBeUndefined();
  expect(timeLeft(5_000, 0.25)).toBe(15_000);
  expect(timeLeft(5_000, 1)).toBe(0);
});

test.each([
  [200, "about 1 s"],
  [12_300, "about 12 s"],
  [33_000, "about 35 s"],
  [92_000, "about 90 s"],
  [200_000, "about 3 min"],
  [7_300_000, "about 2 h"],
  [1e9, "days"],
  [Infinity, "days"],
])("an estimate of %d ms is no more exact than it can be", (ms, text) => {
  expect(formatEstimate(ms)).toBe(text);
});
