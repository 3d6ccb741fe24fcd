// The storms in docs/retry.md: they are as it says, and what is said of backoff() holds. The whole grid is among the heavy
// tests.

import { readFileSync } from "node:fs";
import * as storm from "@gundam/testing/storm";
import { describe, expect, test, vi } from "vitest";
import { replaceMarked } from "../../../../scripts/option-table.mjs";
import {
  beatenBy,
  cells,
  figuresOf,
  grid,
  loneClient,
  loneTable,
  outages,
  page,
  rowOf,
} from "../../../../scripts/storm-grid.mjs";

// A busy machine can take seconds over what takes a quiet one no time.
vi.setConfig({ testTimeout: 60_000 });

const text = readFileSync(page, "utf8");

describe("the grid in docs/retry.md (node scripts/storm-grid.mjs --write)", () => {
  const rows = text.split("\n").filter((line) => /^\| \d+ s \| [\d.]+ s \| \*\*/.test(line));

  test("has a row for each storm", () => {
    expect(cells).toHaveLength(40);
    expect(rows.map((row) => row.split(" | ").slice(0, 2).join())).toEqual(
      cells.map(({ bound, outage }) => `| ${bound} s,${outage / 1_000} s`),
    );
  });

  test.each(cells.slice(0, 5).concat(cells.slice(20, 25)))(
    "is up to date: $whileAway, N/C $bound s, $outage ms",
    async (cell) => {
      expect(rows[cells.indexOf(cell)]).toBe(rowOf(cell, await figuresOf(cell, storm)));
    },
  );
});

describe("who is beaten by whom", () => {
  const ours = { policy: "resilient", last: 1.1, median: 40, peak: 3, total: 20 };
  const beats = (other: Partial<typeof ours>) => beatenBy([ours, { ...ours, policy: "other", ...other }]);

  test("takes to be at least as good by all three measures, and better by one", () => {
    expect(beats({ peak: 1 })).toEqual(["other"]);
    expect(beats({ last: 1, median: 39, peak: 2 })).toEqual(["other"]);
    expect(beats({ peak: 1, median: 40.1 })).toEqual([]);
    expect(beats({ last: 1, peak: 3.1 })).toEqual([]);
  });

  test("is nobody's doing who is as good, or makes fewer attempts in all", () => {
    expect(beats({})).toEqual([]);
    expect(beats({ total: 1 })).toEqual([]);
  });

  test("is counted below the tables", () => {
    const beaten = [{ ...ours, policy: "other", peak: 1 }];
    const figures = cells.map((_: unknown, index: number) => [
      ours,
      ...(index < 3 ? beaten : [{ ...ours, policy: "other" }]),
    ]);
    expect(grid(figures)).toContain("Beaten by nobody in 37 of 40.");
  });
});

describe("a client that is alone", () => {
  test("is back as docs/retry.md says", async () => {
    expect(replaceMarked(text, "lone-client", await loneTable(storm))).toBe(text);
  });

  test("is back within 60 ms of a reset, as a rule", async () => {
    expect((await loneClient(0, storm)).median).toBeLessThanOrEqual(60);
  });

  test("is back within 1.3 times its outage on average, over the grid's and from 1 s on after each", async () => {
    const ratios = await Promise.all(
      outages.map(async (outage: number) => (await loneClient(outage, storm)).mean / outage),
    );
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeLessThanOrEqual(1.3);
    for (const ratio of ratios.slice(1)) expect(ratio).toBeLessThanOrEqual(1.3);
  });
});
