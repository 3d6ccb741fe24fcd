// Programs bundled as a page would bundle them: for browsers, from the sources, minified; what they weigh, and which
// modules are in them. A module can be left out: an empty one of the same exports takes its place. Nothing is run.

import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";

export const root = path.resolve(import.meta.dirname, "../..");

const packed = {
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
  brotli: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
};

/**
 * Bundles a program and packs it: the bytes of each of `packings`, and the modules, name → its minified bytes and its
 * files. `checkout`: where the sources are; `without`: the files that are left out.
 * @param {string} program
 * @param {{ checkout?: string, without?: string[], packings?: ("gzip" | "brotli")[] }} options
 */
export async function measure(program, { checkout = root, without = [], packings = ["gzip"] } = {}) {
  const plugins = without.length > 0 ? [stubs(without, await exportsOf(without, checkout))] : [];
  const { metafile, outputFiles } = await esbuild.build({
    ...forBrowsers(checkout),
    stdin: { contents: program, resolveDir: path.join(checkout, "packages/bench"), sourcefile: "program" },
    plugins,
  });
  const sizes = packings.map(async (packing) => [
    packing,
    (await packed[packing](outputFiles[0].contents)).length,
  ]);
  return { ...Object.fromEntries(await Promise.all(sizes)), modules: modulesIn(metafile, checkout) };
}

function forBrowsers(checkout) {
  return {
    absWorkingDir: checkout,
    bundle: true,
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@gundam/source"],
    metafile: true,
    write: false,
    logLevel: "error",
  };
}

function modulesIn(metafile, checkout) {
  const modules = {};
  for (const [file, { bytesInOutput }] of Object.entries(Object.values(metafile.outputs)[0].inputs)) {
    if (file === "packages/bench/program" || bytesInOutput === 0) continue;
    modules[nameOf(file)] ??= { minified: 0, files: [] };
    const module = modules[nameOf(file)];
    module.minified += bytesInOutput;
    module.files.push(path.resolve(checkout, file));
  }
  return modules;
}

/** The text of a program's bundle, minified but for its names. */
export async function textOf(program, { checkout = root } = {}) {
  const { outputFiles } = await esbuild.build({
    ...forBrowsers(checkout),
    minifyIdentifiers: false,
    stdin: { contents: program, resolveDir: path.join(checkout, "packages/bench"), sourcefile: "program" },
  });
  return outputFiles[0].text;
}

/** Bytes of a text, packed with gzip. */
export async function gzipped(text) {
  return (await packed.gzip(Buffer.from(text))).length;
}

/** packages/core/src/driver.ts → core/driver; …/node_modules/mitt/dist/mitt.mjs → mitt */
function nameOf(file) {
  const dependency = file.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/);
  return dependency
    ? dependency[1]
    : file
        .replace(/^packages\//, "")
        .replace("/src/", "/")
        .replace(/\.ts$/, "");
}

/**
 * The names under which files export values, re-exports among them: file → names.
 * @param {string[]} files
 * @returns {Promise<Record<string, string[]>>}
 */
export async function exportsOf(files, checkout = root) {
  const { metafile } = await esbuild.build({
    ...forBrowsers(checkout),
    entryPoints: files,
    outdir: path.join(checkout, "never-written"),
  });
  const outputs = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
  return Object.fromEntries(
    outputs.map(({ entryPoint, exports }) => [path.resolve(checkout, entryPoint), exports]),
  );
}

/**
 * A module with these exports and nothing in it.
 * They are variables: what is constant would be folded into those who import it, and take part of them along.
 */
export function stubOf(names) {
  if (names.length === 0) return "export {};";
  const variables = names.map((_, index) => `stub${index}`);
  const exported = names.map((name, index) => `stub${index} as ${JSON.stringify(name)}`);
  return `let ${variables.join(", ")}; export { ${exported.join(", ")} };`;
}

function stubs(files, exports) {
  const filter = new RegExp(
    files.map((file) => `^${file.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$`).join("|"),
  );
  return {
    name: "stubs",
    setup(build) {
      build.onLoad({ filter }, (args) => ({ contents: stubOf(exports[args.path] ?? []), loader: "js" }));
    },
  };
}
