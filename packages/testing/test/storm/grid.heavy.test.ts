// All storms in docs/retry.md, and where backoff() is beaten.

import { readFileSync } from "node:fs";
import * as storm from "@gundam/testing/storm";
import { expect, test } from "vitest";
import { replaceMarked } from "../../../../scripts/option-table.mjs";
import { beatenBy, cells, figuresOf, grid, page } from "../../../../scripts/storm-grid.mjs";

test("the grid in docs/retry.md is up to date, and nobody beats backoff() but after a short outage that hangs", async () => {
  const figures = [];
  for (const cell of cells) {
    figures.push(await figuresOf(cell, storm));
    if (beatenBy(figures.at(-1)).length > 0) {
      expect(cell.whileAway).toBe("hangs");
      expect(cell.outage).toBeLessThanOrEqual(1_000);
    }
  }
  const text = readFileSync(page, "utf8");
  expect(replaceMarked(text, "storm-grid", grid(figures))).toBe(text);
});
