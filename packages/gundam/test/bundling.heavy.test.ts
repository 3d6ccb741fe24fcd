// Which side of the package reaches whom, through every other bundler.

import path from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import { build as viteBuild } from "vite";
import webpack from "webpack";
import { type Bundle, describeBundles, programIn, withEsbuild } from "./bundling.ts";

const { folder, entry } = programIn("heavy");

describeBundles(entry, {
  forTheWeb: {
    vite: withVite(false),
    rolldown: withRolldown("browser"),
    // For an unknown platform esbuild reads no main field unless told to.
    "esbuild, platform neutral": withEsbuild({
      platform: "neutral",
      mainFields: ["browser", "module", "main"],
    }),
    rollup: withRollup,
    webpack: withWebpack("web"),
  },
  forNode: { vite: withVite(true), rolldown: withRolldown("node"), webpack: withWebpack("node") },
});

function withVite(ssr: boolean): Bundle {
  return (entry, outfile) =>
    viteBuild({
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

function withRolldown(platform: "browser" | "node"): Bundle {
  return async (entry, outfile) => {
    const bundle = await rolldown({ input: entry, platform });
    return bundle.write({ file: outfile, format: "cjs" });
  };
}

async function withRollup(entry: string, outfile: string): Promise<unknown> {
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })] });
  return bundle.write({ file: outfile, format: "cjs" });
}

function withWebpack(target: "web" | "node"): Bundle {
  return (entry, outfile) => {
    const output = { path: folder, filename: path.basename(outfile) };
    return new Promise<void>((resolve, reject) => {
      webpack(
        { mode: "production", context: folder, entry, target, output, optimization: { minimize: false } },
        (error, stats) => {
          if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
          else resolve();
        },
      );
    });
  };
}
