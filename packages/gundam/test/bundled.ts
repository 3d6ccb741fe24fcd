// A program of gundam's exports as one text, from the sources: to run it again makes another copy of the library.

import path from "node:path";
import { build } from "esbuild";

/** The program imports `gundam`. For browsers it becomes a module, for Node a CommonJS one. */
export async function bundled(program: string, platform: "browser" | "node"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: path.resolve(import.meta.dirname, "..") },
    bundle: true,
    format: platform === "node" ? "cjs" : "esm",
    platform,
    conditions: ["@gundam/source"],
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}
