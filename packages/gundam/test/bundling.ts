// A program that uses gundam, bundled and run: it prints which side of the package it got. Consumers see what is
// published, not sources, so the packages are built first; that takes no time when the build is fresh.

import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const execute = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../../..");
const program = `import { connect, platform } from "gundam"; globalThis.used = connect; console.log(platform);`;

/** Code of ws, or a module of Node. */
const nodeCode = /perMessageDeflate|["']node:|\brequire\(["'](net|tls|https?|stream|zlib)["']\)/;

/** Bundles the program's `entry` into a file, by whose name it is CommonJS or a module; returns what the bundler warns of. */
export type Bundle = (entry: string, outfile: string) => Promise<readonly string[]>;

/** What a file's name says that it is. */
export function formatOf(outfile: string): "cjs" | "esm" {
  return outfile.endsWith(".mjs") ? "esm" : "cjs";
}

/** A folder with the program in it, made anew before the tests of a file. */
export function programIn(name: string): { readonly folder: string; readonly entry: string } {
  const folder = path.join(root, "test-results", "bundling", name);
  const entry = path.join(folder, "program.js");
  beforeAll(async () => {
    await execute(process.execPath, ["scripts/build.mjs"], { cwd: root });
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(entry, program);
  }, 60_000);
  return { folder, entry };
}

export function describeBundles(
  entry: string,
  { forTheWeb, forNode }: Readonly<Record<"forTheWeb" | "forNode", Readonly<Record<string, Bundle>>>>,
): void {
  const folder = path.dirname(entry);

  describe("a bundle for the web has the browser side and no Node code", () => {
    it.each(Object.entries(forTheWeb))(
      "%s",
      async (name, bundle) => {
        const outfile = path.join(folder, `web ${name}.cjs`);
        await bundle(entry, outfile);
        expect(await readFile(outfile, "utf8")).not.toMatch(nodeCode);
        // Run where there is no window, as a server that renders pages would.
        expect(await node([outfile])).toBe("browser");
      },
      60_000,
    );
  });

  describe("a bundle for Node has the Node side", () => {
    it.each(Object.entries(forNode))(
      "%s",
      async (name, bundle) => {
        const outfile = path.join(folder, `node ${name}.cjs`);
        await bundle(entry, outfile);
        expect(await readFile(outfile, "utf8")).toMatch(nodeCode);
        expect(await node([outfile])).toBe("node");
      },
      60_000,
    );
  });
}

/** What a Node process prints. */
export async function node(args: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, args, { cwd: root });
  return stdout.trim();
}

export const withEsbuild =
  (options: esbuild.BuildOptions): Bundle =>
  async (entry, outfile) => {
    const { warnings } = await esbuild.build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: formatOf(outfile),
      logLevel: "error",
      ...options,
    });
    return warnings.map(({ text }) => text);
  };
