// A Vite plugin: the built page asks for the view that is seen first while it reads itself, and not only once its script
// has come and asks.

import type { HtmlTagDescriptor, Plugin, Rolldown } from "vite";

const firstView = /\/src\/race\/race-view\.tsx$/;

export function firstViewFirst(): Plugin {
  return {
    name: "gundam:first-view-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
        const first = chunks.find(({ facadeModuleId }) => firstView.test(facadeModuleId ?? ""));
        if (first === undefined) throw new Error(`there is no chunk of ${firstView}`);
        return [...withImports(first, bundle)].filter((file) => !html.includes(file)).map(preload);
      },
    },
  };
}

function preload(file: string): HtmlTagDescriptor {
  return {
    tag: "link",
    attrs: { rel: "modulepreload", crossorigin: true, href: `./${file}` },
    injectTo: "head",
  };
}

/** The files of a chunk and of all that it imports when it is loaded. */
function withImports(
  chunk: Rolldown.OutputChunk,
  bundle: Rolldown.OutputBundle,
  found: Set<string> = new Set(),
): ReadonlySet<string> {
  if (found.has(chunk.fileName)) return found;
  found.add(chunk.fileName);
  for (const file of chunk.imports) {
    const imported = bundle[file];
    if (imported?.type === "chunk") withImports(imported, bundle, found);
  }
  return found;
}
