// The links of the docs, as the site has them.

import { expect, test } from "vitest";
import { picturesOf, withLinks } from "../links.mjs";

const repository = "https://github.com/gundam-js/gundam";

test.each([
  ["a page beside it", "docs/retry.md", "[a](options.md#url)", "[a](./options.md#url)"],
  ["the README", "docs/retry.md", "[a](../README.md#more)", "[a](../readme.md#more)"],
  ["a page from the README", "README.md", "[a](docs/retry.md)", "[a](./docs/retry.md)"],
  [
    "a source",
    "docs/retry.md",
    "[a](../packages/core/src/retry.ts)",
    `[a](${repository}/blob/main/packages/core/src/retry.ts)`,
  ],
  ["a folder", "docs/retry.md", "[a](../examples)", `[a](${repository}/tree/main/examples)`],
  [
    "by HTML",
    "docs/retry.md",
    '<a href="../LICENSE">a</a>',
    `<a href="${repository}/blob/main/LICENSE">a</a>`,
  ],
  ["a heading of its own", "docs/retry.md", "[a](#plan)", "[a](#plan)"],
  ["another site", "docs/retry.md", "[a](https://example.org/a.md)", "[a](https://example.org/a.md)"],
  ["nothing", "docs/retry.md", "[a](nobody.ts)", "[a](nobody.ts)"],
  ["a picture", "README.md", "![a](playground/public/poster.png)", "![a](/pictures/poster.png)"],
])("a link to %s", (_, file, text, linked) => {
  expect(withLinks(text, file)).toBe(linked);
});

test("code keeps what looks like a link", () => {
  const text = "`[a](b.md)`\n\n```md\n[a](b.md)\n```\n";
  expect(withLinks(text, "docs/retry.md")).toBe(text);
});

test("a page's pictures are files of the repository", () => {
  expect(picturesOf("![a](../playground/public/poster.png) [b](a.md)", "docs/retry.md")).toEqual([
    "playground/public/poster.png",
  ]);
});
