// A Vite plugin: what the page tells about the library, read from the library itself when the page is built. The module
// `virtual:library-facts` holds the cells of the transition table, as scripts/diagram.mjs reads them for ARCHITECTURE.md,
// and the docstrings of the options, as scripts/option-table.mjs reads them for docs/options.md. `virtual:library-versions` is
// a module of its own, for the race is the first view and needs no more: the versions of the libraries that the page uses.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Plugin, runnerImport } from "vite";

interface Diagram {
  cellsOf(lifecycle: unknown): unknown;
}

interface OptionTable {
  readDocs(): unknown;
}

const root = new URL("..", import.meta.url);
const facts = "virtual:library-facts";
const versions = "virtual:library-versions";

export function libraryFacts(): Plugin {
  return {
    name: "gundam:library-facts",
    resolveId: (source) => (source === facts || source === versions ? `\0${source}` : undefined),
    async load(loaded) {
      if (loaded === `\0${versions}`) return `export const versions = ${JSON.stringify(readVersions())};`;
      if (loaded !== `\0${facts}`) return undefined;
      const { cellsOf } = await script<Diagram>("diagram");
      const { readDocs } = await script<OptionTable>("option-table");
      const table = fileURLToPath(new URL("packages/core/src/lifecycle.ts", root));
      const lifecycle = await runnerImport(table);
      return [
        `export const cells = ${JSON.stringify(cellsOf(lifecycle.module))};`,
        `export const docs = ${JSON.stringify(readDocs())};`,
      ].join("\n");
    },
  };
}

/** By the libraries' names. */
function readVersions(): Readonly<Record<string, string>> {
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  const names = Object.keys(read("package.json").dependencies);
  return Object.fromEntries(names.map((name) => [name, read(`node_modules/${name}/package.json`).version]));
}

async function script<Module>(name: string): Promise<Module> {
  return (await import(new URL(`scripts/${name}.mjs`, root).href)) as Module;
}
