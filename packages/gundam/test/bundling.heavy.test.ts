// Which side of the package reaches whom, through every other bundler, and what a server's bundle does.

import { writeFileSync } from "node:fs";
import path from "node:path";
import commonjsDefault from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import type { BuildOptions } from "esbuild";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import { createLogger, build as viteBuild } from "vite";
import { beforeAll } from "vitest";
import webpack from "webpack";
import { settings } from "../../../examples/bundling/esbuild-module.mjs";
import { type Bundle, describeBundles, formatOf, programIn, withEsbuild } from "./bundling.ts";
import { describeServerBundles } from "./server-bundles.ts";

// Its types say that there is a namespace around what it exports.
const commonjs = commonjsDefault as unknown as typeof commonjsDefault.default;

const { folder, entry } = programIn("heavy");

describeBundles(entry, {
  forTheWeb: {
    vite: withVite(false),
    rolldown: withRolldown("browser"),
    "esbuild, platform neutral": withEsbuild({ platform: "neutral" }),
    rollup: withRollup("browser"),
    "rollup, not told that it is for browsers": withRollup("unknown"),
    webpack: withWebpack({ target: "web" }),
  },
  forNode: {
    vite: withVite(true),
    rolldown: withRolldown("node"),
    rollup: withRollup("node"),
    webpack: withWebpack({ target: "node" }),
  },
});

// What ws would use if it were there, and what Next.js puts in its place.
const optional = ["bufferutil", "utf-8-validate"];
const emptyModule = path.join(folder, "empty.js");
beforeAll(() => writeFileSync(emptyModule, ""));

describeServerBundles(folder, {
  vite: withVite(true),
  rolldown: withRolldown("node"),
  rollup: withRollup("node"),
  webpack: withWebpack({ target: "node" }),
  "webpack, with empty modules in place of those that ws does without": withWebpack({
    target: "node",
    resolve: { alias: Object.fromEntries(optional.map((name) => [name, emptyModule])) },
  }),
});

describeServerBundles(
  folder,
  {
    esbuild: withEsbuild(settings as BuildOptions),
    vite: withVite(true),
    rolldown: withRolldown("node"),
    rollup: withRollup("node"),
    webpack: withWebpack({ target: "node" }),
  },
  { fileExtension: "mjs" },
);

function withVite(ssr: boolean): Bundle {
  return async (entry, outfile) => {
    const warnings: string[] = [];
    const customLogger = createLogger("warn");
    customLogger.warn = (text) => warnings.push(text);
    await viteBuild({
      root: folder,
      configFile: false,
      logLevel: "warn",
      customLogger,
      ssr: { noExternal: true },
      build: {
        ssr,
        outDir: path.dirname(outfile),
        emptyOutDir: false,
        // It needs a page.
        modulePreload: false,
        rolldownOptions: {
          input: entry,
          output: { format: formatOf(outfile), entryFileNames: path.basename(outfile) },
        },
      },
    });
    return warnings;
  };
}

function withRolldown(platform: "browser" | "node"): Bundle {
  return async (entry, outfile) => {
    const warnings: string[] = [];
    const onLog = (level: string, { message }: { readonly message?: string }) => {
      if (level === "warn") warnings.push(message ?? "");
    };
    const bundle = await rolldown({ input: entry, platform, onLog });
    await bundle.write({ file: outfile, format: formatOf(outfile) });
    return warnings;
  };
}

function withRollup(platform: "browser" | "node" | "unknown"): Bundle {
  return async (entry, outfile) => {
    const warnings: string[] = [];
    const plugins = {
      browser: () => [nodeResolve({ browser: true })],
      node: () => [nodeResolve({ exportConditions: ["node"], preferBuiltins: true }), commonjs()],
      unknown: () => [nodeResolve()],
    }[platform]();
    const onwarn = ({ message }: { readonly message: string }) => warnings.push(message);
    const bundle = await rollup({ input: entry, plugins, onwarn });
    await bundle.write({ file: outfile, format: formatOf(outfile) });
    return warnings;
  };
}

function withWebpack(configuration: webpack.Configuration): Bundle {
  return (entry, outfile) => {
    const module = formatOf(outfile) === "esm";
    const output = { path: path.dirname(outfile), filename: path.basename(outfile), module };
    return new Promise((resolve, reject) => {
      webpack(
        {
          mode: "production",
          context: folder,
          entry,
          output,
          experiments: { outputModule: module },
          optimization: { minimize: false },
          ...configuration,
        },
        (error, stats) => {
          if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
          else resolve(stats!.compilation.warnings.map(({ message }) => message));
        },
      );
    });
  };
}
