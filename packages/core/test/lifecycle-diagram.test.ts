// The diagram of the lifecycle in ARCHITECTURE.md.

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { cellsOf, cellTable, diagram, page, section } from "../../../scripts/diagram.mjs";
import { replaceMarked } from "../../../scripts/option-table.mjs";
import * as lifecycle from "../src/lifecycle.ts";

test("the lifecycle in ARCHITECTURE.md is what the table says (node scripts/diagram.mjs --write)", async () => {
  const text = await readFile(page, "utf8");
  expect(text).toBe(replaceMarked(text, "lifecycle", section(lifecycle)));
});

test("a cell that changes shows in the diagram and in the table of cells", () => {
  const { waiting } = lifecycle.table;
  const table = { ...lifecycle.table, waiting: { ...waiting, timeout: lifecycle.ignore } };
  const changed = cellsOf({ ...lifecycle, table });
  const cells = cellsOf(lifecycle);
  expect(diagram(cells)).toContain("waiting --> settling : reconnect, timeout");
  expect(diagram(changed)).toContain("waiting --> settling : reconnect\n");
  expect(cellTable(changed)).not.toBe(cellTable(cells));
});
