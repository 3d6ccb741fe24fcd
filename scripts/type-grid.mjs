// The types as users' compilers see them. consumers/types/src uses the whole API, and says where an error has to be; a cell
// of the grid compiles it with one compiler, one way to resolve modules, in one kind of project. The packages are the packed
// ones, laid out as pnpm does it: a user's own declarations can name nothing but what the user depends on.
// `node scripts/type-grid.mjs [--corners] [report.json] [word …]` leaves a report like Vitest's own. Words choose cells by
// their names: "5.7", "page". The corners are few, and see the workspace's packages as they are built.

import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { packPackages } from "./tarballs.mjs";
import { root } from "./workspace.mjs";

const consumer = path.join(root, "consumers", "types");
const installed = (name) => realpathSync(path.join(consumer, "node_modules", name));

/** From the oldest to the newest, as package.json names them. */
const compilers = Object.keys(
  JSON.parse(readFileSync(path.join(consumer, "package.json"), "utf8")).devDependencies,
).flatMap((name) => name.match(/^typescript-(.+)$/)?.[1] ?? []);

const resolutions = {
  NodeNext: { module: "nodenext", moduleResolution: "nodenext" },
  Node16: { module: "node16", moduleResolution: "node16" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};

/** The first two say what the global scope has, an app is a page and its server in one. */
const projects = {
  page: { lib: ["es2022", "dom"], types: [] },
  service: { lib: ["es2022"], types: ["node"] },
  app: { lib: ["es2022", "dom"], types: ["node"] },
};

/** As most projects are made, and as strict as it gets, down to our own declarations. */
const strictness = {
  strict: { strict: true, skipLibCheck: true },
  exact: {
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noPropertyAccessFromIndexSignature: true,
  },
};

/** The versions of Node's types, which no dimension of their own have. */
const nodeTypes = { strict: "node-types-26", exact: "node-types-20" };

/** What is compiled: more where more is offered. Only a bundler leaves it to the global scope which side it is. */
function filesOf({ resolution, project }) {
  const isOnNode = resolution !== "bundler" || project !== "page";
  const isInPage = resolution === "bundler" && project !== "service";
  const hasNode = project !== "page";
  return [
    ...["shared.ts", "classes.ts", "websocket.ts"],
    ...(resolution === "bundler" ? [] : ["required.cts", "mixed.ts"]),
    ...(isInPage ? ["page.ts"] : []),
    ...(isOnNode ? [] : ["page-only.ts"]),
    ...(hasNode ? ["service.ts", "testing.ts"] : []),
    ...(hasNode && !isInPage ? ["service-only.ts"] : []),
  ];
}

function wholeGrid() {
  const cells = [];
  for (const compiler of compilers)
    for (const resolution of Object.keys(resolutions))
      for (const project of Object.keys(projects))
        for (const importer of resolution === "bundler" ? ["ESM"] : ["ESM", "CommonJS"])
          for (const settings of Object.keys(strictness))
            cells.push({ compiler, resolution, project, importer, settings });
  return cells;
}

function corners() {
  return [compilers[0], compilers.at(-1)].flatMap((compiler) => [
    { compiler, resolution: "NodeNext", project: "service", importer: "ESM", settings: "exact" },
    { compiler, resolution: "bundler", project: "page", importer: "ESM", settings: "exact" },
  ]);
}

const nameOf = ({ compiler, resolution, project, importer, settings }) =>
  `TypeScript ${compiler}, ${resolution}, ${project}, ${importer}, ${settings}`;

/** Where the sources of each kind of importer are, with packages beside them. */
async function prepare(place, isWhole) {
  for (const types of Object.values(nodeTypes)) {
    mkdirSync(path.join(place, types), { recursive: true });
    symlinkSync(installed(types), path.join(place, types, "node"));
  }
  if (!isWhole) return { ESM: consumer };
  const tarballs = await packPackages(path.join(place, "tarballs"));
  const store = (name, packed = name) => path.join(place, "store", name, "node_modules", packed);
  for (const [name, tarball] of tarballs) {
    mkdirSync(store(name), { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", store(name)]);
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(store(name), "package.json"), "utf8"));
    for (const other of Object.keys(dependencies).filter((other) => tarballs.has(other)))
      link(store(other), store(name, other));
  }
  return Object.fromEntries(
    Object.entries({ ESM: "module", CommonJS: "commonjs" }).map(([importer, type]) => {
      const folder = path.join(place, importer);
      cpSync(path.join(consumer, "src"), path.join(folder, "src"), { recursive: true });
      writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, type }));
      for (const name of ["gundam", "@gundam/testing"])
        link(store(name), path.join(folder, "node_modules", name));
      return [importer, folder];
    }),
  );
}

function link(target, at) {
  mkdirSync(path.dirname(at), { recursive: true });
  symlinkSync(target, at);
}

/** What the compiler says; nothing when all is well. */
async function compile(cell, place, folder) {
  const { compiler, resolution, project, settings } = cell;
  const src = path.join(folder, "src");
  const own = path.join(place, "cells", nameOf(cell).replaceAll(/\W+/g, "-"));
  mkdirSync(own, { recursive: true });
  const config = {
    compilerOptions: {
      target: "es2022",
      ...resolutions[resolution],
      ...projects[project],
      ...strictness[settings],
      typeRoots: [path.join(place, nodeTypes[settings])],
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: src,
      outDir: path.join(own, "out"),
    },
    files: filesOf(cell).map((name) => path.join(src, name)),
  };
  writeFileSync(path.join(own, "tsconfig.json"), JSON.stringify(config, null, 2));
  const tsc = path.join(installed(`typescript-${compiler}`), "bin", "tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, "-p", own, "--pretty", "false"], { cwd: folder }, (error, stdout) =>
      resolve(error ? stdout || error.message : ""),
    );
  });
}

/** Compiles all, as many at a time as there are cores, and gives what was said of each. */
async function compileAll(cells, place, folders) {
  const said = [];
  const queue = [...cells.entries()];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, cell] = next;
      said[index] = await compile(cell, place, folders[cell.importer]);
      console.log(`${said[index] === "" ? "passed" : "FAILED"}: ${nameOf(cell)}`);
      if (said[index] !== "") console.log(said[index]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return said;
}

const args = process.argv.slice(2);
const isWhole = !args.includes("--corners");
const report = args.find((arg) => arg.endsWith(".json"));
const words = args.filter((arg) => arg !== report && arg !== "--corners");
const cells = (isWhole ? wholeGrid() : corners()).filter((cell) =>
  words.every((word) => nameOf(cell).includes(word)),
);

const place = realpathSync(mkdtempSync(path.join(tmpdir(), "gundam-types-")));
const said = await compileAll(cells, place, await prepare(place, isWhole));
const isRight = cells.length > 0 && said.every((text) => text === "");
if (isRight) rmSync(place, { recursive: true });
else console.log(`\nThe projects are in ${place}.`);
console.log(`${said.filter((text) => text === "").length} of ${cells.length} cells passed.`);

const outcome = (isPassed) => (isPassed ? "passed" : "failed");
const files = compilers.flatMap((compiler) => {
  const those = cells.flatMap((cell, index) => (cell.compiler === compiler ? [[cell, said[index]]] : []));
  const assertionResults = those.map(([cell, text]) => ({
    ancestorTitles: [],
    title: nameOf(cell),
    status: outcome(text === ""),
  }));
  const status = outcome(assertionResults.every((test) => test.status === "passed"));
  return those.length === 0 ? [] : [{ name: `TypeScript ${compiler}`, status, assertionResults }];
});
if (report) writeFileSync(report, JSON.stringify({ testResults: files }));
process.exitCode = isRight ? 0 : 1;
