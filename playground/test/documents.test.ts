import { expect, test } from "vitest";
import { readDocuments } from "../documents.ts";

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

function leadsSomewhere({ pathname, hash }: URL): boolean {
  if (pathname === "/") return true;
  const page = pages.get(pathname.slice(1));
  return page !== undefined && (hash === "" || page.includes(` id="${decodeURIComponent(hash).slice(1)}"`));
}
