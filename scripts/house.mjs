// Who may know whom: the packages by the arrows, the files of core by their layers, and nobody in a circle, types
// included. ARCHITECTURE.md declares both between its marks `house`, and here every import is held to them; its table of
// core's files must tell of each. `node scripts/house.mjs` says what breaks the rule; a test fails when something does.

import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const { dirname, join, relative } = path.posix;
const root = fileURLToPath(new URL("..", import.meta.url));
const page = "ARCHITECTURE.md";
const core = "packages/core/src/";
/** What core may import of others' packages. */
const foreign = ["mitt"];

/** What the check reads: the text of each file, by its path. */
export function readHouse() {
  const packages = readdirSync(path.join(root, "packages")).map((name) => `packages/${name}`);
  const manifests = [...packages, "playground", "e2e"].map((folder) => `${folder}/package.json`);
  const sources = [...packages.map((folder) => `${folder}/src`), "playground/src", "e2e"].flatMap(filesUnder);
  const read = (file) => [file, readFileSync(path.join(root, file), "utf8")];
  return Object.fromEntries([page, ...manifests, ...sources.filter(isSource)].map(read));
}

/** What breaks the rule, a sentence each. */
export function checkHouse(files) {
  const { reach, layers } = readDeclaration(files[page]);
  const told = readTold(files[page]);
  const packages = packagesOf(files);
  const sources = Object.keys(files).filter(isSource);
  const imports = sources.flatMap((file) => importsOf(file, files[file], packages));
  return [
    ...misplaced(sources, layers),
    ...untold(sources, layers, told),
    ...imports.flatMap((one) => abroad(one, reach) ?? upward(one, layers) ?? []),
    ...circles(imports),
  ];
}

// — what is declared —

/** `reach`: all that each package may know; `layers`: those of core, lowest first, as `{ name, entries }`. */
function readDeclaration(text) {
  const block = /<!-- house:begin -->(.*)<!-- house:end -->/s.exec(text)?.[1];
  if (block === undefined)
    throw new Error(`there is no <!-- house:begin --> … <!-- house:end --> in ${page}`);
  const lines = block.split("\n");
  const layers = lines
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, name, cell]) => ({ name, entries: [...cell.matchAll(/`([^`]+)`/g)].map(([, entry]) => entry) }))
    .filter(({ entries }) => entries.length > 0);
  return { reach: readArrows(lines.filter((line) => line.includes("→"))), layers };
}

/** `a, b → c | d → e`: who stands before an arrow may know what stands behind it, and what that may know. */
function readArrows(lines) {
  const next = {};
  for (const line of lines) {
    const groups = line.split("→").map((group) => group.split(/[,|]/).map((name) => name.trim()));
    for (const [index, group] of groups.entries()) {
      for (const name of group) next[name] = [...(next[name] ?? []), ...(groups[index + 1] ?? [])];
    }
  }
  const reachOf = (name, before = []) => {
    const way = [...before, name];
    if (before.includes(name)) throw new Error(`the arrows of ${page} go round: ${way.join(" → ")}`);
    return new Set(next[name].flatMap((other) => [other, ...reachOf(other, way)]));
  };
  return Object.fromEntries(Object.keys(next).map((name) => [name, reachOf(name)]));
}

/** The files, and folders, that the table of core's files tells of. */
function readTold(text) {
  const [, table = ""] = /^\| file of core \|.*\n((?:\|.*\n)*)/m.exec(text) ?? [];
  const cells = table.split("\n").map((line) => line.split("|")[1] ?? "");
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, entry]) => entry));
}

/** The layers that name a file of core: its own name, or its folder's with a slash at the end. */
function layersOf(file, layers) {
  return layers.filter(({ entries }) => entries.some((entry) => covers(entry, file)));
}

function covers(entry, file) {
  return file === core + entry || (entry.endsWith("/") && file.startsWith(core + entry));
}

// — what there is —

function filesUnder(folder) {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return `${folder}/${entry.name}`;
    return ["node_modules", "dist"].includes(entry.name) ? [] : filesUnder(`${folder}/${entry.name}`);
  });
}

function isSource(file) {
  return /\.(ts|tsx|mjs)$/.test(file);
}

/** Each package: its name, what the arrows call it, its folder, and the sources that its `exports` lead to. */
function packagesOf(files) {
  return Object.keys(files)
    .filter((file) => file.endsWith("/package.json"))
    .map((file) => {
      const { name, exports = {} } = JSON.parse(files[file]);
      const folder = dirname(file);
      const sources = (conditions) => sourcesOf(conditions).map((source) => join(folder, source));
      const doors = Object.entries(exports).map(([door, conditions]) => [door, sources(conditions)]);
      return { name, short: name.replace("@gundam/", ""), folder, doors: Object.fromEntries(doors) };
    });
}

/** Of every platform, as the tests resolve them. */
function sourcesOf(conditions) {
  return Object.entries(conditions).flatMap(([condition, value]) => {
    if (typeof value === "object") return sourcesOf(value);
    return condition === "@gundam/source" ? [value] : [];
  });
}

/** Each import: in which file, at which place, what it says, its package, and the package and the files it leads to. */
function importsOf(from, text, packages) {
  const { program, errors } = parseSync(from, text);
  if (errors.length > 0) throw new Error(`${from}: ${errors[0].message}`);
  const own = ownerOf(from, packages);
  return importNodes(program).map(({ start, value: specifier }) => {
    const place = `${from}:${text.slice(0, start).split("\n").length}`;
    return { from, place, specifier, own, ...resolve(from, specifier, packages) };
  });
}

const importing = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

/** The nodes that say what is imported; one has no `value` when that is computed. */
function importNodes(node) {
  if (node === null || typeof node !== "object") return [];
  const below = Object.values(node).flatMap(importNodes);
  return importing.has(node.type) && node.source !== null ? [node.source, ...below] : below;
}

function resolve(from, specifier = "", packages) {
  if (specifier.startsWith(".")) {
    const target = join(dirname(from), specifier).replace(/\.js(x?)$/, ".ts$1");
    return { to: ownerOf(target, packages), targets: [target] };
  }
  const to = packages.find(({ name }) => `${specifier}/`.startsWith(`${name}/`));
  return { to, targets: to?.doors[`.${specifier.slice(to.name.length)}`] ?? [] };
}

function ownerOf(file, packages) {
  return packages.find(({ folder }) => file.startsWith(`${folder}/`));
}

// — what is wrong —

function misplaced(sources, layers) {
  const ours = sources.filter((file) => file.startsWith(core));
  const wrong = ours.flatMap((file) => {
    const names = layersOf(file, layers).map(({ name }) => name);
    if (names.length === 0) return `${file} is in no layer: name it in one row of the table in ${page}.`;
    if (names.length === 1) return [];
    return `${file} is in the layers ${names.join(" and ")}: name it in one row of the table in ${page}.`;
  });
  const gone = layers.flatMap(({ name, entries }) =>
    entries
      .filter((entry) => !ours.some((file) => covers(entry, file)))
      .map((entry) => `${page} has ${entry} in the layer ${name}, and there is no ${core}${entry}.`),
  );
  return [...wrong, ...gone];
}

/** About the table of core's files. */
function untold(sources, layers, told) {
  const isThere = (entry) => sources.some((file) => covers(entry, file));
  const placed = layers.flatMap(({ entries }) => entries).filter(isThere);
  const wrong = placed.flatMap((entry) => {
    const times = told.filter((other) => other === entry).length;
    if (times === 1) return [];
    return `${page} tells ${times} times what ${entry} holds: tell it in one row of its files.`;
  });
  const gone = told
    .filter((entry) => !placed.includes(entry))
    .map((entry) => `${page} tells what ${entry} holds, and there is no such file in a layer.`);
  return [...wrong, ...gone];
}

/** About an import that leaves its package. */
function abroad({ place, specifier, own, to, targets }, reach) {
  if (specifier === undefined)
    return `${place} computes what it imports: write it as a string, for this check to read.`;
  if (to === own) return undefined;
  if (to === undefined) {
    if (own.short !== "core" || foreign.includes(specifier)) return undefined;
    return `${place} imports ${specifier}: core knows no platform, and of others' packages ${foreign} alone.`;
  }
  const known = reach[own.short] ?? new Set();
  if (!known.has(to.short)) {
    const allowed = [...known].join(", ") || "none of the packages";
    return `${place} imports ${specifier}, against the arrows of ${page}: ${own.short} may know ${allowed}.`;
  }
  if (!specifier.startsWith(".") || !targets[0].startsWith(`${to.folder}/src/`)) return undefined;
  return `${place} reaches into ${to.folder}/src by a path: import ${to.name} by its name.`;
}

/** About an import of a file of core that is above. */
function upward({ from, place, targets }, layers) {
  const levelOf = (file) => layers.indexOf(layersOf(file, layers)[0]);
  const target = targets.find((file) => levelOf(file) > levelOf(from));
  if (target === undefined || levelOf(from) < 0) return undefined;
  const [above, below] = [target, from].map((file) => layers[levelOf(file)].name);
  const name = relative(core, target);
  return `${place} imports ${name}, which is above it (${above} over ${below}): move down what it needs, or hand it in.`;
}

/** The shortest circles; a longer one is left out when it goes through an import of a shorter. */
function circles(imports) {
  const next = new Map();
  for (const { from, targets } of imports) next.set(from, new Set([...(next.get(from) ?? []), ...targets]));
  const found = [...next].flatMap(([from, targets]) =>
    [...targets].map((target) => shortestWay(target, from, next)).filter((way) => way !== undefined),
  );
  const told = new Set();
  const isNew = (circle) => {
    const steps = circle.map((file, index) => `${circle.at(index - 1)} → ${file}`);
    const isNew = !steps.some((step) => told.has(step));
    if (isNew) for (const step of steps) told.add(step);
    return isNew;
  };
  return found
    .sort((one, other) => one.length - other.length)
    .filter(isNew)
    .map(sentenceOf);
}

function shortestWay(begin, end, next) {
  const cameFrom = new Map([[begin, undefined]]);
  const wayTo = (file) => (file === undefined ? [] : [...wayTo(cameFrom.get(file)), file]);
  for (const file of cameFrom.keys()) {
    if (file === end) return wayTo(end);
    for (const other of next.get(file) ?? []) if (!cameFrom.has(other)) cameFrom.set(other, file);
  }
  return undefined;
}

function sentenceOf([begin, ...rest]) {
  const way = [...rest, begin].map((file) => relative(dirname(begin), file));
  return `${[begin, ...way].join(" → ")} is a circle: move what they share into a file that each of them imports.`;
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) {
  const problems = checkHouse(readHouse());
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
