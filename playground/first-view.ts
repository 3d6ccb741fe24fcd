// A Vite plugin for the built page. It brings along what it is painted with: one answer of the server's, and something is to
// be seen. And it asks for the view that is seen first while it is read, not only once its script has come and asks.

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
        const files = [...withImports(first, bundle)].filter((file) => !html.includes(file));
        return { html: withItsStyle(html, bundle), tags: [preloads(files)] };
      },
    },
  };
}

const stylesheet = /<link rel="stylesheet"[^>]* href="\.\/([^"]+)">/;

function withItsStyle(html: string, bundle: Rolldown.OutputBundle): string {
  const [link, file] = stylesheet.exec(html) ?? [];
  const asset = file === undefined ? undefined : bundle[file];
  if (asset?.type !== "asset") throw new Error("the built page has no stylesheet of its own");
  delete bundle[asset.fileName];
  return html.replace(link!, () => `<style>${asset.source}</style>`);
}

/** Only where that view is wanted, which index.html has found out. */
function preloads(files: readonly string[]): HtmlTagDescriptor {
  const script = `if (document.documentElement.dataset.view === "race")
  for (const href of ${JSON.stringify(files.map((file) => `./${file}`))})
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));`;
  return { tag: "script", children: script, injectTo: "head" };
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
