import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documents, readDocuments } from "../documents.ts";

const pages = readDocuments();

test("the README leads to the docs, and each is a page with a title of its own", () => {
  expect([...pages.keys()]).toEqual(
    expect.arrayContaining(["README.html", "docs/retry.html", "ARCHITECTURE.html", "CHANGELOG.html"]),
  );
  const titles = [...pages.values()].map((html) => /<title>(.*)<\/title>/.exec(html)?.[1]);
  expect(new Set(titles).size).toBe(pages.size);
});

test("no link of theirs is dead", () => {
  const dead = [...pages].flatMap(([address, html]) =>
    [...html.matchAll(/<a href="([^"]*)"/g)]
      .map(([, href]) => new URL(href!, `http://playground/${address}`))
      .filter(({ host }) => host === "playground")
      .filter((url) => !leadsSomewhere(url))
      .map(({ pathname, hash }) => `${address} leads to ${pathname}${hash}`),
  );
  expect(dead).toEqual([]);
});

test("its pictures lie beside the page", () => {
  const readme = pages.get("README.html") ?? "";
  const pictures = [...readme.matchAll(/<img src="([^"]*)"/g)].map(([, src]) => src!);
  expect(pictures).not.toEqual([]);
  for (const picture of pictures) {
    expect(existsSync(new URL(`../public/${picture}`, import.meta.url)), picture).toBe(true);
  }
});

test("as a part of the docs' site the page leads there, and to no document beside it", () => {
  const page = readFileSync(new URL("../index.html", import.meta.url), "utf8");
  expect(page).toContain('href="README.html');
  const { transformIndexHtml, generateBundle } = documents("../");
  const there = (transformIndexHtml as (html: string) => string)(page);
  expect(there).toContain('<a href="../readme.html">README</a>');
  expect(there).toContain('<a href="../">Docs</a>');
  expect(there).not.toContain("README.html");
  expect(generateBundle).toBeUndefined();
});

test("every column of their tables has a head", () => {
  const headless = [...pages].filter(([, html]) => /<th[^>]*>\s*<\/th>/.test(html));
  expect(headless.map(([address]) => address)).toEqual([]);
});

test("no comment of a generated table shows", () => {
  const texts = [...pages].filter(([, html]) => /&lt;!--/.test(html.replace(/<code>.*?<\/code>/gs, "")));
  expect(texts.map(([address]) => address)).toEqual([]);
});

function leadsSomewhere({ pathname, hash }: URL): boolean {
  if (pathname === "/") return true;
  const page = pages.get(pathname.slice(1));
  return page !== undefined && (hash === "" || page.includes(` id="${decodeURIComponent(hash).slice(1)}"`));
}
