// The published packages once more as CommonJS, for who still requires: packages/X/cjs has what the doors of a package lead
// to, bundled, for module by module each call from one to the other would go through getters. What other packages have is
// required. Types are those that `tsc -b` has made for dist: they say the same, but for the names of files.

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";
import { completeMap, licensesOf, writeFiles } from "./bundles.mjs";

/**
 * isomorphic-ws is in the files. Its browser file is a module, without saying so, and Jest takes none from node_modules. On
 * Node it takes the ws that it finds, which may be an old one of somebody else's, or Bun's own; and what ws itself would use
 * if it were installed, webpack warns of.
 */
const isInlined = (id, importer = "") =>
  /^isomorphic-ws(\/|$)/.test(id) || importer.includes("/node_modules/");
const isOurs = (source) => !source.includes("/node_modules/");
const define = { "process.env.WS_NO_BUFFER_UTIL": "'1'", "process.env.WS_NO_UTF_8_VALIDATE": "'1'" };

/** Writes a package's cjs folder anew, as far as it differs; one without doors has none. */
export async function makeCommonJs({ folder, manifest }) {
  // A command is run, and required by nobody.
  if (doorsOf(manifest.exports ?? {}).length === 0) return;
  const made = new Map([...(await codeOf(folder, manifest)), ...typesOf(folder)]);
  const cjs = path.join(folder, "cjs");
  for (const name of filesUnder(cjs)) if (!made.has(name)) rmSync(path.join(cjs, name));
  writeFiles(cjs, made);
}

async function codeOf(folder, { exports, imports = {} }) {
  const bundle = await rolldown({
    cwd: folder,
    input: Object.fromEntries(
      doorsOf({ ...exports, ...imports }).map((name) => [name, sourceOf(folder, name)]),
    ),
    platform: "node",
    transform: { define },
    // Such as of an `import.meta`, which CommonJS has not.
    onLog(_, { message }) {
      throw new Error(`${path.basename(folder)} as CommonJS: ${message}`);
    },
    external: (id, importer) => !/^[./]/.test(id) && !isInlined(id, importer),
    experimental: { attachDebugInfo: "none" },
  });
  const { output } = await bundle.generate({
    dir: path.join(folder, "cjs"),
    format: "cjs",
    strict: true,
    sourcemap: true,
    comments: { annotation: true, jsdoc: false, legal: true },
    banner({ moduleIds }) {
      const licenses = licensesOf(moduleIds);
      return licenses && `/*!\n${licenses}\n*/`;
    },
    entryFileNames: "[name].cjs",
    chunkFileNames: "shared/[name].cjs",
  });
  await bundle.close();
  return output.map(({ fileName, code, source }) => [fileName, code ?? completeMap(source, isOurs)]);
}

/** All that package.json says is in cjs, as it is named there. */
function doorsOf(conditions) {
  const files = filesIn(conditions).flatMap((file) => /^\.\/cjs\/(.*)\.cjs$/.exec(file)?.[1] ?? []);
  return [...new Set(files)];
}

function filesIn(conditions) {
  return typeof conditions === "object" ? Object.values(conditions).flatMap(filesIn) : [conditions];
}

/** A source, or else a package of that name. */
function sourceOf(folder, name) {
  const source = path.join(folder, "src", `${name}.ts`);
  return existsSync(source) ? source : name;
}

function typesOf(folder) {
  const dist = path.join(folder, "dist");
  const names = filesUnder(dist).filter((name) => name.endsWith(".d.ts"));
  return names.flatMap((name) => {
    const typesName = name.replace(/\.d\.ts$/, ".d.cts");
    const map = JSON.parse(readFileSync(path.join(dist, `${name}.map`), "utf8"));
    const text = readFileSync(path.join(dist, name), "utf8")
      .replace(/(\bfrom |\bimport\()"(\.[^"]+)\.ts"/g, '$1"$2.cjs"')
      .replace(/(?<=sourceMappingURL=.*)\.d\.ts\.map/, ".d.cts.map");
    return [
      [typesName, text],
      [`${typesName}.map`, JSON.stringify({ ...map, file: path.basename(typesName) })],
    ];
  });
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      path.relative(folder, path.join(parentPath, name)).replaceAll(path.sep, "/"),
    );
}
