// The oldest browsers of docs/runtimes.md, and React Native's compiler, are given code as it is published: a bundler with
// them for a target has no syntax to lower.

import { readFileSync } from "node:fs";
import path from "node:path";
import * as esbuild from "esbuild";
import { expect, test } from "vitest";

const page = readFileSync(new URL("../../../docs/runtimes.md", import.meta.url), "utf8");

async function bundle(entry: string, target: string[]): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `export * from "${entry}"`,
      resolveDir: path.resolve(import.meta.dirname, "../../.."),
    },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["@gundam/source"],
    // What TypeScript makes of the sources is what is published.
    tsconfigRaw: { compilerOptions: { target: "ES2022", useDefineForClassFields: true } },
    target,
  });
  return outputFiles[0]!.text;
}

test.each(["gundam", "gundam/websocket"])(
  "the oldest browsers for %s understand it as it is",
  async (entry) => {
    const row = page.match(new RegExp(`^\\| \`${entry}\` \\| (.+?) \\|`, "m"))![1]!;
    const browsers = row.split(", ").map((browser) => browser.toLowerCase().replace(" ", ""));
    expect(browsers).toHaveLength(4);
    expect(await bundle(entry, browsers)).toBe(await bundle(entry, ["es2022"]));
  },
);
