import { readFileSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { makeSingleFiles } from "./single-files.mjs";
import { publishedPackages } from "./tarballs.mjs";

const gundam = publishedPackages().find(({ name }) => name === "gundam")!;
const pathOf = (name: string) => path.join(gundam.folder, "dist", name);
const read = (name: string) => readFileSync(pathOf(name), "utf8");

beforeAll(() => makeSingleFiles(gundam), 30_000);

describe.each([
  ["gundam.min.js", "browser.ts"],
  ["gundam-websocket.min.js", "websocket-browser.ts"],
])("%s", (name, source) => {
  test("exports what its source does, and imports nothing", async () => {
    const [made, sources] = await Promise.all([
      import(/* @vite-ignore */ pathToFileURL(pathOf(name)).href),
      import(/* @vite-ignore */ path.join(gundam.folder, "src", source)),
    ]);
    expect(Object.keys(made).sort()).toEqual(Object.keys(sources).sort());
    expect(read(name)).not.toMatch(/\bimport\b\s*[("'{*]|\bfrom\s*["']|\brequire\(/);
  });

  test("is minified, without the texts for development", () => {
    expect(read(name).trim().split("\n").length).toBeLessThan(10);
    expect(read(name)).not.toContain("did you mean");
  });

  test("says whose it is, and has its sources in its map", () => {
    expect(read(name)).toMatch(`/*! gundam ${gundam.manifest.version}, MIT: ${name}.LICENSE.txt */`);
    for (const other of ["isomorphic-ws", "mitt"]) {
      expect(read(`${name}.LICENSE.txt`)).toMatch(new RegExp(`^${other} \\d`, "m"));
    }
    const { sources, sourcesContent } = JSON.parse(read(`${name}.map`));
    expect(sources).toContain("core/src/driver.ts");
    expect(sourcesContent.every((text: unknown) => typeof text === "string")).toBe(true);
  });

  test("is the same however often it is made", async () => {
    utimesSync(pathOf(name), 1, 1);
    await makeSingleFiles(gundam);
    expect(statSync(pathOf(name)).mtimeMs).toBe(1000);
  });
});
