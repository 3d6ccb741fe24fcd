// Where the links of the docs lead in the site: to its own pages, or to a file of the repository.

import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { root } from "./public-api.mjs";

export const repository = "https://github.com/gundam-js/gundam";

/** Where the site will be found. */
export const address = process.env.GUNDAM_SITE_URL ?? "https://gundam-js.github.io/gundam/";

const picture = /\]\(([\w./-]+\.(?:png|svg|jpg|gif|webp))\)/g;

/** The files of the pictures that a page shows. */
export function picturesOf(text, file) {
  return [...text.matchAll(picture)].map(([, to]) => path.posix.join(path.posix.dirname(file), to));
}

/** Where the site has a picture. */
export function placeOfPicture(file) {
  return `pictures/${path.posix.basename(file)}`;
}

/** A page of the docs, by its file in the repository, as the site has it; undefined for any other file. */
export function pageOf(file) {
  if (file === "README.md") return "readme.md";
  return /^docs\/[\w-]+\.md$/.test(file) ? file : undefined;
}

/** The text of a page with its links as the site has them. What leads nowhere stays, for the site's own check to find. */
export function withLinks(text, file) {
  const from = pageOf(file);
  const link = (to) => {
    if (/^([a-z]+:|#|\/)/.test(to)) return to;
    const [, where, rest] = /^([^?#]*)(.*)$/.exec(to);
    const target = path.posix.join(path.posix.dirname(file), where);
    const page = pageOf(target);
    if (page !== undefined)
      return path.posix.relative(path.posix.dirname(from), page).replace(/^(?!\.)/, "./") + rest;
    const place = path.join(root, target);
    if (!existsSync(place)) return to;
    return `${repository}/${statSync(place).isDirectory() ? "tree" : "blob"}/main/${target}${rest}`;
  };
  return outsideCode(text, (prose) =>
    prose
      .replace(picture, (_, to) => `](/${placeOfPicture(to)})`)
      .replace(/\]\(([^)\s]+)\)/g, (_, to) => `](${link(to)})`)
      .replace(/\b(href|src)="([^"]+)"/g, (_, name, to) => `${name}="${link(to)}"`),
  );
}

/** Blocks and spans of code stay as they are. */
function outsideCode(text, change) {
  return text
    .split(/(^```[\s\S]*?^```$|`[^`\n]+`)/m)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("");
}
