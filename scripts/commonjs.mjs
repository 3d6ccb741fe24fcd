// The published packages once more as CommonJS, for who still requires: packages/X/cjs has what the doors of a package lead
// to, bundled, for module by module each call from one to the other would go through getters. What other packages have is
// required. Types are those that `tsc -b` has made for dist: they say the same, but for the names of files.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";

/** Jest takes no module from node_modules, and this is one: isomorphic-ws says so nowhere. */
const inlined = ["isomorphic-ws/browser.js"];

/** Writes a package's cjs folder anew, as far as it differs. */
export async function makeCommonJs({ folder, manifest }) {
  // A command is run, and required by nobody.
  if (doorsOf(manifest.exports ?? {}).length === 0) return;
  writeFolder(path.join(folder, "cjs"), new Map([...(await codeOf(folder, manifest)), ...typesOf(folder)]));
}

async function codeOf(folder, { exports, imports = {} }) {
  const bundle = await rolldown({
    cwd: folder,
    input: Object.fromEntries(doorsOf({ ...exports, ...imports }).map((name) => [name, `./src/${name}.ts`])),
    platform: "node",
    // Such as of an `import.meta`, which CommonJS has not.
    onLog(_, { message }) {
      throw new Error(`${path.basename(folder)} as CommonJS: ${message}`);
    },
    external: (id) => !/^[./]/.test(id) && !inlined.includes(id),
  });
  const { output } = await bundle.generate({
    dir: path.join(folder, "cjs"),
    format: "cjs",
    strict: true,
    sourcemap: true,
    comments: { annotation: true, jsdoc: false, legal: true },
    entryFileNames: "[name].cjs",
    chunkFileNames: "shared/[name].cjs",
  });
  await bundle.close();
  return output.map(({ fileName, code, source }) => [fileName, code ?? source]);
}

/** What `require` of a package's names leads to, as named in src and dist. */
function doorsOf(conditions) {
  const files = Object.entries(conditions).flatMap(([condition, value]) =>
    condition === "require" ? (value.default ?? value) : typeof value === "object" ? doorsOf(value) : [],
  );
  return [...new Set(files)].map((file) => file.replace(/^\.\/cjs\/|\.cjs$/g, ""));
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

/** Whoever packs a package reads its folder while another is made ready: what is right already is left alone. */
function writeFolder(folder, texts) {
  for (const name of filesUnder(folder)) if (!texts.has(name)) rmSync(path.join(folder, name));
  for (const [name, text] of texts) {
    const file = path.join(folder, name);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      path.relative(folder, path.join(parentPath, name)).replaceAll(path.sep, "/"),
    );
}
