// How the site looks, and what leads where. The pages are made by ../build.mjs.

import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { docs } from "../docs.mjs";
import { address, repository } from "../links.mjs";

const docsSidebar = [
  { text: "Overview", link: "/readme.html" },
  ...docs().map(({ group, pages }) => ({
    text: group,
    items: pages.map(({ file, title }) => ({ text: title, link: addressOf(file) })),
  })),
];

const tree = JSON.parse(readFileSync(new URL("../pages/reference/navigation.json", import.meta.url), "utf8"));
const folders = tree.map(({ title, path }) => ({ text: title, link: referenceOf(path) }));

/** Each entry point shows its own names alone: all of them would make every page ten times as large. */
const referenceSidebars = Object.fromEntries([
  ["/reference/", [{ text: "Reference", link: "/reference/", items: folders }]],
  ...tree.map(({ title, path, children }) => [
    referenceOf(path),
    [
      { text: "Reference", link: "/reference/" },
      ...children.map((task) => ({
        text: task.title,
        items: task.children.map(({ title, path }) => ({ text: title, link: referenceOf(path) })),
      })),
      { text: "Other imports", collapsed: true, items: folders.filter(({ text }) => text !== title) },
    ],
  ]),
]);

function addressOf(file) {
  return `/${file.replace(/\.md$/, ".html")}`;
}

function referenceOf(file) {
  return addressOf(`reference/${file}`).replace(/index\.html$/, "");
}

export default defineConfig({
  lang: "en",
  title: "Gundam",
  description: "A WebSocket client that stays connected: one API for browsers and Node.",
  base: new URL(address).pathname,
  srcDir: "pages",
  outDir: "dist",
  metaChunk: true,
  sitemap: { hostname: address },
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${new URL(address).pathname}icon.svg` }]],
  markdown: {
    // Its highlighter knows nothing of it.
    languageAlias: { haproxy: "ini" },
    // As on GitHub, where the docs' links to headings are written for.
    anchor: { slugify },
    config(md) {
      // Braces are the docs' own, and no expressions of Vue's.
      const { text } = md.renderer.rules;
      md.renderer.rules.text = (...facts) => text(...facts).replaceAll("{{", "&#123;&#123;");
    },
  },
  themeConfig: {
    logo: "/icon.svg",
    search: { provider: "local", options: { detailedView: true } },
    outline: { level: [2, 3] },
    nav: [
      { text: "Docs", link: "/docs/getting-started.html", activeMatch: "/docs/|/readme" },
      { text: "Reference", link: "/reference/", activeMatch: "/reference/" },
      // It is a page of its own, and no route of this one.
      { text: "Playground", link: "/playground/", target: "_self" },
    ],
    sidebar: { "/docs/": docsSidebar, "/readme": docsSidebar, ...referenceSidebars },
    editLink: { pattern: `${repository}/edit/main/:path`, text: "Edit this page" },
    socialLinks: [{ icon: "github", link: repository }],
    footer: { message: "MIT License" },
  },
});

/** The anchor of a heading, as GitHub makes it. */
function slugify(title) {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}
