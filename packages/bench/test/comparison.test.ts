// The comparison of the README: it is up to date, and every cell has evidence that is there, in the very version that is
// installed. What a cell's probe shows is in comparison.heavy.test.ts.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { replaceMarked } from "../../../scripts/option-table.mjs";
import { problemOf } from "../comparison/evidence.mjs";
import { probes } from "../comparison/probes.mjs";
import { peers, rows } from "../comparison/rows.mjs";
import { comparisonTable, figuresTable, lossTable, readme, weigh } from "../comparison.mjs";

interface Cell {
  readonly says: string;
  readonly evidence: string;
  readonly file: string;
  readonly words: string | RegExp;
  readonly probe?: string;
}

interface Row {
  readonly what: string;
  readonly probe?: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

const page = readFileSync(readme, "utf8");

test.each(rows as unknown as Row[])("every cell has evidence: $what", ({ probe, cells }) => {
  expect(Object.keys(cells)).toEqual(["gundam", ...peers]);
  const problems = Object.entries(cells).map(([name, cell]) => {
    if (cell.evidence !== "probed") return problemOf(name, cell);
    return (cell.probe ?? probe ?? "") in probes ? undefined : `${name} is said to be probed, by nothing`;
  });
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  for (const { says } of Object.values(cells)) expect(says).toMatch(/\S/);
});

describe("evidence is none where", () => {
  test.each([
    [
      "a package has not what it is said to have",
      { evidence: "stated", file: "README.md", words: "no such words" },
    ],
    [
      "a package has what it is said not to have",
      { evidence: "absent", file: "README.md", words: /websocket/i },
    ],
    ["the file is not there", { evidence: "stated", file: "NONE.md", words: "a" }],
    ["it is ours and not there", { evidence: "ours", file: "README.md", words: "no such words" }],
  ])("%s", (_, cell) => {
    expect(problemOf("ws", cell)).toMatch(/NONE|README/);
  });
});

describe("the README", () => {
  /** As the README has them: column → bytes. */
  function statedWeights(): Record<string, number> {
    const [, row = ""] = page.match(/^\| in a page, gzip \| (.*) \|$/m) ?? [];
    const cells = row.split(" | ").map((cell) => [cell.match(/([\d.]+) kB/)?.[1]] as const);
    return Object.fromEntries(
      ["gundam", ...peers].flatMap((name, index) => {
        const stated = cells[index]?.[0];
        return stated === undefined ? [] : [[name, Number(stated) * 1000]];
      }),
    );
  }

  test("has the comparison as it is", () => {
    expect(replaceMarked(page, "comparison", comparisonTable(statedWeights()))).toBe(page);
  });

  test("states what each weighs in a page, within 2 %", async () => {
    const weights: Record<string, number> = await weigh();
    const stated = statedWeights();
    expect(Object.keys(stated).sort()).toEqual(Object.keys(weights).sort());
    for (const [name, weight] of Object.entries(weights)) {
      const difference = Math.abs(stated[name]! - weight);
      expect(difference, `${name}: node packages/bench/comparison.mjs --write`).toBeLessThan(
        weight * 0.02 + 50,
      );
    }
  });

  test("says in round words what the figures say", () => {
    const { gundam = 0, partysocket = 0, "reconnecting-websocket": reconnecting = 0 } = statedWeights();
    expect(page).toContain("partysocket and reconnecting-websocket weigh a fifth");
    for (const weight of [partysocket, reconnecting]) expect(Math.round(gundam / weight)).toBeOneOf([5, 6]);
    expect(page).toContain("raw ws takes half the heap for each");
    const [, heap] = page.match(/^\| heap of an idle connection .*? \| \[([\d.]+)\]/m) ?? [];
    expect(Math.round(Number(heap))).toBe(2);
  });

  test("has the figures of RESULTS.md", () => {
    expect(replaceMarked(page, "figures", figuresTable())).toBe(page);
    expect(replaceMarked(page, "losses", lossTable())).toBe(page);
  });
});
