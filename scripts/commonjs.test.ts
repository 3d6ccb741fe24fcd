import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeCommonJs } from "./commonjs.mjs";

let folder: string;
const manifest = {
  exports: { ".": { require: { default: "./cjs/index.cjs" }, default: "./dist/index.js" } },
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "gundam-commonjs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The package of these files; `dist` is what the compiler would have made. */
async function make(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  await makeCommonJs({ folder, manifest });
}

const read = (name: string) => readFileSync(path.join(folder, name), "utf8");

test("what a door leads to is one file, and what is of others is required", async () => {
  await make({
    "src/index.ts": `import { sep } from "node:path"; import { one } from "./one.ts"; export const two: string = one + sep;`,
    "src/one.ts": "export const one: number = 1;",
  });
  expect(createRequire(import.meta.url)(path.join(folder, "cjs/index.cjs"))).toMatchObject({
    two: `1${path.sep}`,
  });
  expect(read("cjs/index.cjs")).toMatch(/^"use strict";/);
  expect(readdirSync(path.join(folder, "cjs"))).toEqual(["index.cjs", "index.cjs.map"]);
});

test("maps lead to the sources by relative paths", async () => {
  await make({ "src/index.ts": "export const one: number = 1;" });
  expect(JSON.parse(read("cjs/index.cjs.map")).sources).toEqual(["../src/index.ts"]);
});

test("types are those of dist, under names that say CommonJS", async () => {
  await make({
    "src/index.ts": "export {};",
    "dist/index.d.ts": `export { one } from "./one.ts";\nexport type Two = import("./sub/two.ts").Two;\n//# sourceMappingURL=index.d.ts.map`,
    "dist/index.d.ts.map": `{"version":3,"file":"index.d.ts","sources":["../src/index.ts"],"mappings":""}`,
  });
  expect(read("cjs/index.d.cts")).toBe(
    `export { one } from "./one.cjs";\nexport type Two = import("./sub/two.cjs").Two;\n//# sourceMappingURL=index.d.cts.map`,
  );
  expect(JSON.parse(read("cjs/index.d.cts.map"))).toMatchObject({
    file: "index.d.cts",
    sources: ["../src/index.ts"],
  });
});

describe("made again", () => {
  test("what is right is left alone, and what is no more is removed", async () => {
    await make({ "src/index.ts": "export const one: number = 1;", "cjs/gone.cjs": "" });
    const file = path.join(folder, "cjs/index.cjs");
    utimesSync(file, 1, 1);
    await make({});
    expect(statSync(file).mtimeMs).toBe(1000);
    expect(readdirSync(path.join(folder, "cjs"))).toEqual(["index.cjs", "index.cjs.map"]);
  });
});

test.each([
  ["import.meta", "export const mode: unknown = import.meta.mode;"],
  ["await", "export const one: number = await 1;"],
])("a source with %s, which CommonJS has not, is refused", async (what, source) => {
  await expect(make({ "src/index.ts": source })).rejects.toThrow(what);
});
