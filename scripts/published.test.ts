import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import manifest from "../packages/core/package.json" with { type: "json" };
import { problemsOfFiles, problemsOfManifest } from "./published.mjs";
import { publishedPackages } from "./tarballs.mjs";

describe("package.json", () => {
  test.each(publishedPackages().map(({ name, folder, manifest }) => ({ name, folder, manifest })))(
    "of $name says all that its page shows",
    ({ folder, manifest }) => {
      expect(problemsOfManifest(manifest, path.basename(folder))).toEqual([]);
    },
  );

  test.each<[object, string]>([
    [{ homepage: undefined }, 'no right "homepage"'],
    [{ keywords: [] }, 'no right "keywords"'],
    [{ engines: {} }, 'no right "engines.node"'],
    [{ repository: { ...manifest.repository, directory: "packages/node" } }, 'no right "repository"'],
    [{ dependencies: { mitt: "3.0.1" } }, "depends on mitt by 3.0.1: give a range"],
    [{ dependencies: { "@gundam/protocol": "^0.1.0" } }, "depends on @gundam/protocol by ^0.1.0: pin"],
    [{ scripts: { postinstall: "node ." } }, "runs a script when it is installed, postinstall"],
  ])("with %j is not right", (change, problem) => {
    expect(problemsOfManifest({ ...manifest, ...change }, "core")).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});

describe("a tarball", () => {
  const whole = { "README.md": "", LICENSE: "", "package.json": "{}", "src/index.ts": "" };
  const map = (source: string, more: object = {}) => JSON.stringify({ sources: [source], ...more });
  const root = "/home/somebody/gundam";

  function problemsOf(files: Readonly<Record<string, string>>) {
    const folder = mkdtempSync(path.join(tmpdir(), "gundam-published-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return problemsOfFiles(folder, root);
  }

  test("has what it leads to", () => {
    expect(
      problemsOf({
        ...whole,
        "dist/index.js.map": map("../src/index.ts"),
        "dist/all.js.map": map("elsewhere.ts", { sourcesContent: [""] }),
      }),
    ).toEqual([]);
  });

  test("has a page and a license", () => {
    expect(problemsOf({ "package.json": "{}" })).toEqual(["there is no README.md", "there is no LICENSE"]);
  });

  // In two parts, for this file has no key in it either.
  const key = `-----BEGIN EC PRIVATE ${"KEY-----"}\nMHc`;
  test.each([
    ["src/server.key", key, "src/server.key holds a private key"],
    ["test/index.ts", "", "test/index.ts is a test"],
    ["src/index.test.ts", "", "src/index.test.ts is a test"],
    ["dist/.tsbuildinfo", "", "dist/.tsbuildinfo is of the compiler's own"],
    ["dist/index.js", `"${root}/src/index.ts"`, "dist/index.js holds a path of the machine that made it"],
    [
      "dist/index.js.map",
      map("../src/gone.ts"),
      "dist/index.js.map leads to ../src/gone.ts, which is not there",
    ],
  ])("with %s is not right", (name, text, problem) => {
    expect(problemsOf({ ...whole, [name]: text })).toEqual([problem]);
  });
});
