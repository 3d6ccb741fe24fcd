import { expect, test } from "vitest";
import { verdictOf } from "../../src/storm/verdict.ts";
import { attempts, report } from "./reports.ts";

const ours = report({});
const calm = report({ policy: "calm", peak: 50, attempts: attempts(1_500), recovery: 15_000 });
const quick = report({ policy: "quick", recovery: 11_000, peak: 9_000, attempts: attempts(60_000) });
const idle = report({ policy: "idle", connected: 49, lost: 951, recovery: Infinity, peak: 1 });

test("who does best at what is said, and where ours is beaten", () => {
  expect(verdictOf([ours, calm, quick])).toEqual([
    "First to have everybody back: quick, 11 s; ours, resilient, 12 s: place 2 of 3.",
    "Shortest median downtime: resilient, calm, and quick, 36 s.",
    "Fewest attempts in a second: calm, 50; ours, resilient, 500: place 2 of 3.",
    "Fewest attempts in all: calm, 1,500; ours, resilient, 3,000: place 2 of 3.",
  ]);
});

test("where ours leads, the next is named", () => {
  expect(verdictOf([calm, ours])[0]).toBe("First to have everybody back: resilient, 12 s; next calm, 15 s.");
});

test("who leaves clients behind is no match in attempts, and is named for it", () => {
  const verdict = verdictOf([ours, calm, idle]);
  expect(verdict[2]).toBe("Fewest attempts in a second: calm, 50; ours, resilient, 500: place 2 of 2.");
  expect(verdict.at(-1)).toBe("Never has everybody back: idle (4\u00a0%).");
});

test("without ours others are compared, and ours may be the one that never is back", () => {
  expect(verdictOf([calm, quick])[0]).toBe("First to have everybody back: quick, 11 s.");
  const beaten = report({ connected: 0, lost: 1_000, recovery: Infinity });
  expect(verdictOf([beaten, calm, quick])).toContain("Never has everybody back: resilient (0\u00a0%).");
});

test("a storm that goes on is not judged", () => {
  expect(verdictOf([ours, report({ policy: "slow", isOver: false })])).toEqual([]);
  expect(verdictOf([ours])).toEqual([]);
});
