// Sizes are promises: no page weighs more than its limit, those in ARCHITECTURE.md are the ones that are measured, and
// nobody pays for what is not imported.

import path from "node:path";
import { describe, expect, test } from "vitest";
import { exportsOf, measure, root } from "../bundle.mjs";
import { SLIGHT } from "../ledger.mjs";
import { measurePages, overLimit, pageOf, pages } from "../pages.mjs";
import { cellsIn, measureSizes, statedSection, wholeClient } from "../sizes.mjs";

interface Weight {
  readonly gzip: number;
  readonly brotli: number;
}

interface Page extends Weight {
  readonly page: string;
  readonly program: string;
  readonly beside?: string;
}

const weights: Promise<Record<string, Weight>> = measurePages();
const stated: Record<string, string> = cellsIn(statedSection());
const optIns: Page[] = pages.filter(({ beside }: Page) => beside === "connect");

/** So many bytes are the name and its use. */
const CHEAP = 20;

describe("a page weighs no more than its limit", () => {
  test.each((pages as Page[]).map((page) => [page.page, page] as const))(
    "%s",
    async (_, page) => {
      const [gzip, brotli] = ["gzip", "brotli"].map((packing) =>
        parseInt(stated[`${page.page}, ${packing}`] ?? "", 10),
      );
      const problems: string[] = overLimit(page, (await weights)[page.page], { gzip, brotli });
      if (problems.length > 0) expect.fail(problems.join("\n"));
    },
    60_000,
  );

  test("or it is told what weighs too much, by how much, and how to see where", () => {
    const page = { page: "connect", gzip: 100, brotli: 90 };
    expect(overLimit(page, { gzip: 130, brotli: 90 }, { gzip: 98, brotli: 88 })).toEqual([
      "connect weighs 130 B (gzip), 30 B over its limit of 100 B in packages/bench/size-limits.json; " +
        "ARCHITECTURE.md has it at 98 B.\n" +
        'Where the bytes are: node packages/bench/sizes.mjs --ledger "connect", and with ' +
        "--against <checkout of the commit before>: which modules have grown.",
    ]);
    expect(overLimit(page, { gzip: 130, brotli: 91 }, {})).toHaveLength(2);
    expect(overLimit(page, { gzip: 100, brotli: 90 }, {})).toEqual([]);
  });
});

/** Small changes are not worth a commit of their own. What is no figure is the same or not. */
function isNear(stated = "0 B", measured = "0 B"): boolean {
  if (!/ B$/.test(stated + measured)) return stated === measured;
  const [one, other] = [parseInt(stated, 10), parseInt(measured, 10)];
  return Math.abs(one - other) <= Math.max(0.02 * other, SLIGHT);
}

test("ARCHITECTURE.md states the sizes that are measured, within 2 %", async () => {
  const measured: Record<string, string> = cellsIn(await measureSizes());
  const names = [...new Set([...Object.keys(measured), ...Object.keys(stated)])].filter(
    (name) => !name.endsWith(", heap"),
  );
  const wrong = names.filter((name) => !isNear(stated[name], measured[name]));
  expect(wrong, "run: node packages/bench/sizes.mjs --write").toEqual([]);
  expect(names.length).toBeGreaterThan(50);
}, 60_000);

describe("whoever does not import it does not pay for", () => {
  test.each(optIns.map(({ page }) => page))(
    "%s",
    async (page) => {
      expect((await weights)[page]?.gzip).toBeGreaterThan(CHEAP);
    },
    60_000,
  );

  test("anything but its own classes, where it imports the strict WebSocket", async () => {
    const { modules } = await measure(pageOf("WebSocket of gundam/websocket").program);
    expect(Object.keys(modules).filter((name) => !name.startsWith("browser/websocket/"))).toEqual([]);
  }, 60_000);
});

describe("the pages are complete:", () => {
  const priced = optIns.map(({ page }) => page.replace(", beside connect", ""));

  test("what gundam exports, but for its errors, has a price of its own, or none beside connect", async () => {
    const entry = path.join(root, "packages/gundam/src/browser.ts");
    const { [entry]: names = [] } = await exportsOf([entry]);
    const beside = async (name: string) => {
      const used = `import { connect, ${name} } from "gundam"; globalThis.used = [connect, ${name}];`;
      return [name, (await measure(used)).gzip] as const;
    };
    const others = names.filter((name) => !/^connect$|Error$/.test(name) && !priced.includes(name));
    const { gzip: connect = 0 } = (await weights).connect ?? {};
    const costly = (await Promise.all(others.map(beside))).filter(([, gzip]) => gzip - connect > CHEAP);
    expect(names.length).toBeGreaterThan(10);
    expect(costly, "add their pages to packages/bench/size-limits.json").toEqual([]);
  }, 60_000);

  test("everything is everything", () => {
    const { program } = pageOf("everything but explain and printTrace");
    const missing = priced.filter((name) => !new RegExp(`\\b${name}\\b`).test(program));
    expect(missing.sort()).toEqual(["explain", "printTrace"]);
  });
});

test("a whole client has no code of Node in it, and no test tools", async () => {
  const { modules } = await measure(wholeClient.program);
  const packages = new Set(Object.keys(modules).map((name) => name.replace(/\/.*/, "")));
  expect([...packages].sort()).toEqual(["browser", "core", "isomorphic-ws", "mitt"]);
}, 60_000);
