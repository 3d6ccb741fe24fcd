// Which side of the package reaches whom. Bundlers for the web, edge runtimes and unknown ones must get the browser
// side, with no Node code in it; Node gets the Node side. Every bundle is also run: the program in it prints its side.
// Consumers see what is published, not sources, so the test builds first; that takes no time when the build is fresh.

import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import { build as viteBuild } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import webpack from "webpack";

const execute = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../../..");
const folder = path.join(root, "test-results", "bundling");
const entry = path.join(folder, "program.js");
const program = `import { connect, platform } from "gundam"; globalThis.used = connect; console.log(platform);`;

/** Code of ws, or a module of Node. */
const nodeCode = /perMessageDeflate|["']node:|\brequire\(["'](net|tls|https?|stream|zlib)["']\)/;

type Bundle = (outfile: string) => Promise<unknown>;

const forTheWeb: Record<string, Bundle> = {
  vite: (outfile) => bundleWithVite(outfile, false),
  rolldown: (outfile) => bundleWithRolldown(outfile, "browser"),
  esbuild: (outfile) => bundleWithEsbuild(outfile, { platform: "browser" }),
  // For an unknown platform esbuild reads no main field unless told to.
  "esbuild, platform neutral": (outfile) =>
    bundleWithEsbuild(outfile, { platform: "neutral", mainFields: ["browser", "module", "main"] }),
  rollup: bundleWithRollup,
  webpack: (outfile) => bundleWithWebpack(outfile, "web"),
};

const forNode: Record<string, Bundle> = {
  vite: (outfile) => bundleWithVite(outfile, true),
  rolldown: (outfile) => bundleWithRolldown(outfile, "node"),
  esbuild: (outfile) => bundleWithEsbuild(outfile, { platform: "node" }),
  webpack: (outfile) => bundleWithWebpack(outfile, "node"),
};

beforeAll(async () => {
  await execute(
    process.execPath,
    [path.join(root, "node_modules/typescript/bin/tsc"), "-b", "packages/gundam"],
    { cwd: root },
  );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(entry, program);
}, 60_000);

describe("a bundle for the web has the browser side and no Node code", () => {
  it.each(Object.entries(forTheWeb))(
    "%s",
    async (name, bundle) => {
      const outfile = path.join(folder, `web ${name}.cjs`);
      await bundle(outfile);
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
      await bundle(outfile);
      expect(await readFile(outfile, "utf8")).toMatch(nodeCode);
      expect(await node([outfile])).toBe("node");
    },
    60_000,
  );
});

describe("without a bundler", () => {
  it("Node gets the Node side", async () => {
    expect(await node([entry])).toBe("node");
  });

  it.each(["browser", "workerd", "deno", "bun"])(
    "the condition %s gives the browser side, without a window",
    async (condition) => {
      expect(await node([`--conditions=${condition}`, entry])).toBe("browser");
    },
  );
});

/** What a Node process prints. */
async function node(args: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, args, { cwd: folder });
  return stdout.trim();
}

function bundleWithVite(outfile: string, ssr: boolean): Promise<unknown> {
  return viteBuild({
    root: folder,
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr,
      outDir: folder,
      emptyOutDir: false,
      // It needs a page.
      modulePreload: false,
      rolldownOptions: { input: entry, output: { format: "cjs", entryFileNames: path.basename(outfile) } },
    },
  });
}

async function bundleWithRolldown(outfile: string, platform: "browser" | "node"): Promise<unknown> {
  const bundle = await rolldown({ input: entry, platform });
  return bundle.write({ file: outfile, format: "cjs" });
}

function bundleWithEsbuild(outfile: string, options: esbuild.BuildOptions): Promise<unknown> {
  return esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "cjs",
    logLevel: "error",
    ...options,
  });
}

async function bundleWithRollup(outfile: string): Promise<unknown> {
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })] });
  return bundle.write({ file: outfile, format: "cjs" });
}

function bundleWithWebpack(outfile: string, target: "web" | "node"): Promise<void> {
  const output = { path: folder, filename: path.basename(outfile) };
  return new Promise((resolve, reject) => {
    webpack(
      { mode: "production", context: folder, entry, target, output, optimization: { minimize: false } },
      (error, stats) => {
        if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
        else resolve();
      },
    );
  });
}
