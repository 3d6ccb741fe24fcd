import { policies } from "@gundam/testing/storm";
import { expect, test } from "vitest";
import { byDefault, countProblems, fleets, problemsOf, stormsOf } from "../../src/storm/weather.ts";

test("by default every policy has its turn, and the large fleets are offered first", () => {
  expect(byDefault.chosen).toEqual(policies.map(({ name }) => name));
  expect(fleets.slice(0, 2)).toEqual([100_000, 1_000_000]);
  expect(countProblems(byDefault)).toBe(0);
});

test("a storm for each policy that is chosen, in ms", () => {
  const storms = stormsOf({
    ...byDefault,
    outage: "1.5",
    whileAway: "hangs",
    farewell: "1012",
    chosen: ["gun", "phoenix"],
  });
  const common = {
    clients: 100_000,
    capacity: 5_000,
    outage: 1_500,
    whileAway: "hangs",
    backlog: 4_096,
    closeCode: 1012,
  };
  expect(storms).toEqual([
    { policy: "gun", ...common },
    { policy: "phoenix", ...common },
  ]);
});

test.each([
  ["capacity", "-5", "“-5” is not a number from 1 to 1000000, in plain digits."],
  ["capacity", "5,000", "“5,000” is not a number"],
  ["capacity", "0", "“0” is not"],
  ["capacity", "1000001", "“1000001” is not"],
  ["outage", "long", "“long” is not a number from 0 to 3600"],
  ["outage", " ", "Type a number from 0 to 3600"],
] as const)("a wrong %s, %o, is named at its own field", (field, typed, problem) => {
  const problems = problemsOf({ ...byDefault, [field]: typed });
  expect(problems[field]).toContain(problem);
  expect(Object.values(problems).filter((text) => text !== "")).toHaveLength(1);
});

test.each([
  ["capacity", "1"],
  ["capacity", "1000000"],
  ["outage", "0"],
  ["outage", "3600"],
] as const)("a %s of %s can be", (field, typed) => {
  expect(problemsOf({ ...byDefault, [field]: typed })[field]).toBe("");
});

test("no storm can be without a policy", () => {
  expect(problemsOf({ ...byDefault, chosen: [] }).chosen).toBe("No policy is chosen: tick one at least.");
});
