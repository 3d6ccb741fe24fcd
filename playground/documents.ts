// A Vite plugin: the README, and every page of prose that it leads to, beside the playground as HTML, `docs/retry.md` as
// `docs/retry.html`. So the playground's links lead somewhere on any static host. What leads elsewhere in the repository,
// to its tests for one, stays words: a dead link is worse than none. A playground that is part of the docs' site has the docs
// there: `GUNDAM_DOCS_URL=../` says where, and none are put beside it.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Marked, type Tokens } from "marked";
import type { Plugin } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const first = "README.md";
/** What is here lies beside the page. */
const pictures = "playground/public";
const styles = ["theme.css", "document.css"].map((name) => new URL(`src/style/${name}`, import.meta.url));

/** `site`: where the site of the docs begins, from the page's address. */
export function documents(site: string | undefined): Plugin {
  return site === undefined ? documentsBeside() : documentsAt(site);
}

function documentsAt(site: string): Plugin {
  return {
    name: "gundam:documents",
    transformIndexHtml: (html) =>
      html
        .replace('href="README.html"', `href="${site}readme.html"`)
        .replace('href="README.html#documentation"', `href="${site}"`),
  };
}

function documentsBeside(): Plugin {
  return {
    name: "gundam:documents",
    configureServer(vite) {
      vite.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? "/", "http://localhost");
        const page = pathname.endsWith(".html") ? readDocuments().get(pathname.slice(1)) : undefined;
        if (page === undefined) return next();
        response.setHeader("Content-Type", "text/html");
        response.end(page);
      });
    },
    generateBundle() {
      for (const [fileName, source] of readDocuments()) this.emitFile({ type: "asset", fileName, source });
    },
  };
}

/** Each page as HTML, by its address, which is relative to the playground's. */
export function readDocuments(): ReadonlyMap<string, string> {
  const style = styles.map((file) => readFileSync(file, "utf8")).join("\n");
  const pages = new Map<string, string>();
  const found = [first];
  for (const file of found) {
    const { html, leadsTo } = render(file, style);
    pages.set(addressOf(file), html);
    found.push(...[...leadsTo].filter((other) => !found.includes(other)));
  }
  return pages;
}

function render(file: string, style: string): { html: string; leadsTo: ReadonlySet<string> } {
  const leadsTo = new Set<string>();
  const up = "../".repeat(file.split("/").length - 1);
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        return `<h${depth} id="${fragmentOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const words = this.parser.parseInline(tokens);
        if (/^(https?:|#)/.test(href)) return `<a href="${href}">${words}</a>`;
        const [target = "", fragment] = href.split("#");
        const other = path.posix.join(path.posix.dirname(file), target);
        if (!other.endsWith(".md") || !existsSync(path.join(root, other))) return words;
        leadsTo.add(other);
        return `<a href="${addressOf(target)}${fragment === undefined ? "" : `#${fragment}`}">${words}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const picture = path.posix.relative(pictures, path.posix.join(path.posix.dirname(file), href));
        return picture.startsWith("..") ? text : `<img src="${up}${picture}" alt="${text}">`;
      },
    },
  });
  const text = readFileSync(path.join(root, file), "utf8");
  const title = /^# (.*)/m.exec(text)?.[1] ?? file;
  const body = scrollable(marked.parse(text) as string);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === "Gundam" ? title : `${title} · Gundam`}</title>
<link rel="icon" type="image/svg+xml" href="${up}icon.svg">
<style>${style}</style>
</head>
<body>
<nav aria-label="Gundam"><a href="${up}./">Playground</a> <a href="${up}${addressOf(first)}">README</a></nav>
<main>
${body}</main>
</body>
</html>
`;
  return { html, leadsTo };
}

/** What may be wider than the page can be scrolled with the keyboard, too. */
function scrollable(html: string): string {
  return html
    .replaceAll("<pre>", '<pre role="group" aria-label="Code" tabindex="0">')
    .replaceAll("<table>", '<div class="table" role="group" aria-label="Table" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
}

function addressOf(file: string): string {
  return file.replace(/\.md$/, ".html");
}

/** As GitHub names a heading. */
function fragmentOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}
