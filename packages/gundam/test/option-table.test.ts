// The README's table of options says what the declarations say, and the docstrings do too.

import { readFileSync } from "node:fs";
import { browserPlatform } from "@gundam/browser";
import { nodePlatform } from "@gundam/node";
import { expect, test } from "vitest";
import { optionTable, pathsOf, readDocs, replaceMarked } from "../../../scripts/option-table.mjs";

interface Documented {
  readonly path: string;
  readonly fallback: unknown;
}

const docs: Readonly<Record<string, { text: string; default?: string; source?: string }>> = readDocs();
const options: Documented[] = pathsOf(nodePlatform.declarations)
  .map(([path, fallback]: [string, unknown]) => ({ path, fallback }))
  .filter(({ path }: Documented) => !/^on[A-Z]/.test(path));

test("the README's table is up to date", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const table = optionTable(nodePlatform, browserPlatform, docs);
  expect(replaceMarked(readme, "options", table)).toBe(readme);
});

test.each(options)("$path is documented, with its default and source", ({ path, fallback }) => {
  const doc = docs[path];
  expect(doc?.text).toMatch(/\w/);
  expect(doc?.source).toMatch(/\w/);
  if (fallback === undefined) expect(doc?.default).toMatch(/\w/);
  else expect(doc?.default).toBe(typeof fallback === "object" ? JSON.stringify(fallback) : shown(fallback));
});

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
