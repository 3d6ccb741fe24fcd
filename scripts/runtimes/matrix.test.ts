// The table of docs/runtimes.md is of the rows that the matrix has; what they have seen, `node scripts/matrix.mjs` says.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { markedIn, readTable, rows, tableOf } from "./matrix.mjs";

const page = readFileSync(new URL("../../docs/runtimes.md", import.meta.url), "utf8");

test("docs/runtimes.md has a row for each runtime, in the version that is tested, and says what is expected of it", () => {
  const table = readTable(markedIn(page));
  // Browsers are as new as the system's packages.
  const listed = table.map((row, index) => ({ ...row, version: rows[index]?.version ?? row.version }));
  const wanted = rows.map(({ name, version, modules, expected }, index) => ({
    name,
    version: version ?? table[index]?.version,
    modules,
    seen: expected,
  }));
  expect(table.map(({ name, version }) => ({ name, version }))).toEqual(
    wanted.map(({ name, version }) => ({ name, version })),
  );
  expect(listed).toEqual(wanted);
});

test("a table is read as it was written, and what failed or was not reached is no success", () => {
  const [row] = rows;
  const { exit: _, ...seen } = row!.expected;
  const written = tableOf([{ ...row!, seen: { ...seen, text: "failed: nothing within 20000 ms" } }]);
  expect(readTable(written)).toEqual([
    {
      name: row!.name,
      version: row!.version,
      modules: row!.modules,
      seen: { ...seen, text: "✗", exit: "not reached" },
    },
  ]);
});
