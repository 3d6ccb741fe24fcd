// What benchmarks make of their figures.

import { expect, test } from "vitest";
import { quantile, ratiosOf } from "../ratios.mjs";

test("two sides are compared by the ratio of each round: its median, and the middle half", () => {
  const { ratio, from, to, ratios } = ratiosOf([1, 4, 9, 40, 5], [1, 2, 3, 10, 1]);
  expect(ratios).toEqual([1, 2, 3, 4, 5]);
  expect([from, ratio, to]).toEqual([2, 3, 4]);
});

test("a quantile leaves the values in their order", () => {
  const values = [3, 1, 2];
  expect(quantile(values, 0.5)).toBe(2);
  expect(values).toEqual([3, 1, 2]);
});
