import { stormReport } from "@gundam/testing/storm";
import { expect, test } from "vitest";
import { curvesOf } from "../../src/storm/curves.ts";
import { formatShare, indexAt, read } from "../../src/storm/reading.ts";
import { report } from "./reports.ts";

const storm = { policy: "resilient", clients: 1_000, capacity: 100, outage: 2_000 };

test("the curves of a storm have as many points as a chart shows, and lead to its end", async () => {
  const done = await stormReport(storm);
  const { seconds, best, connected, attempts } = curvesOf([done], storm.outage);
  expect([seconds, best, connected[0], attempts[0]].map((column) => column!.length)).toEqual([
    600, 600, 600, 600,
  ]);
  expect(seconds.at(-1)! * 1_000).toBeGreaterThan(storm.outage + done.recovery);
  expect(connected[0]![0]).toBe(0);
  expect(connected[0]!.at(-1)).toBe(100);
  expect(best[indexAt(seconds, 7)]! / 50).toBeCloseTo(1, 1);
  expect(Math.max(...attempts[0]!.filter((rate) => !Number.isNaN(rate))) / 10).toBe(
    Math.max(...done.curve.attempts),
  );
});

test("who has not come that far has nothing to be read there, and is read where it is", () => {
  const curve = { step: 100, connected: Uint32Array.of(0, 250), attempts: Uint32Array.of(40, 20) };
  const curves = curvesOf([report({ isOver: false, connected: 250, curve })], 1_000);
  expect(read(curves, 0, indexAt(curves.seconds, 0.15))).toEqual({ connected: 25, attempts: 200 });
  expect(read(curves, 0, indexAt(curves.seconds, 0.9))).toEqual({
    connected: undefined,
    attempts: undefined,
  });
  expect(read(curves, 0, undefined).connected).toBe(25);
  // A policy that has not begun.
  expect(read(curves, 1, undefined)).toEqual({ connected: undefined, attempts: undefined });
});

test("a time outside the curves is read at their ends", () => {
  const seconds = Float64Array.of(0, 1, 2, 3);
  expect([-5, 0.4, 1.6, 99].map((at) => indexAt(seconds, at))).toEqual([0, 0, 2, 3]);
});

test.each([
  [undefined, "–"],
  [0, "0 %"],
  [62.04, "62 %"],
  [99.98, "99.9 %"],
  [100, "100 %"],
])("a share of %s reads %s", (share, text) => {
  expect(formatShare(share)).toBe(text);
});
