// What benchmarks make of their figures.

import { expect, test } from "vitest";
import { quantile, ratiosOf, rotated, takeTurns } from "../ratios.mjs";

test("in each round the sides take turns one after the other and back, and pay the mean of their turns", async () => {
  const turns: string[] = [];
  const costs = await takeTurns(["here", "there"], 2, async (side: string, round: number) => {
    turns.push(`${side} ${round}`);
    return turns.length;
  });
  expect(turns).toEqual([
    ...["here 0", "there 0", "there 0", "here 0"],
    ...["here 1", "there 1", "there 1", "here 1"],
  ]);
  // A machine that gets slower all the time favours neither.
  expect(costs).toEqual({ here: [2.5, 6.5], there: [2.5, 6.5] });
});

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

test("in each round somebody else is first", () => {
  const rounds = [0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join(""));
  expect(rounds).toEqual(["abc", "bca", "cab", "abc"]);
});
