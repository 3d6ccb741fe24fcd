// A Vite plugin: what the page tells about the library, read from the library itself when the page is built. The module
// `virtual:library-facts` holds the cells of the transition table, as scripts/diagram.mjs reads them for ARCHITECTURE.md,
// and the docstrings of the options, as scripts/option-table.mjs reads them for the README.

import { fileURLToPath } from "node:url";
import { type Plugin, runnerImport } from "vite";

interface Diagram {
  cellsOf(lifecycle: unknown): unknown;
}

interface OptionTable {
  readDocs(): unknown;
}

const root = new URL("..", import.meta.url);
const id = "virtual:library-facts";

export function libraryFacts(): Plugin {
  return {
    name: "gundam:library-facts",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    async load(loaded) {
      if (loaded !== `\0${id}`) return undefined;
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

async function script<Module>(name: string): Promise<Module> {
  return (await import(new URL(`scripts/${name}.mjs`, root).href)) as Module;
}
