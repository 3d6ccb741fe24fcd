// What the docs promise to list, they list.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as gundam from "../packages/core/src/index.ts";
import * as onNode from "../packages/gundam/src/node.ts";
import { blocksOf, deadLinksOf, pages, problemsOf } from "../scripts/doc-code.mjs";
import { argumentTables, replaceMarked } from "../scripts/option-table.mjs";

const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");

const errorClasses = Object.entries(gundam)
  .filter(([name]) => name.endsWith("Error") && name !== "GundamError" && name !== "isGundamError")
  .map(([name]) => ({ name }));

test.each(errorClasses)("errors.md lists $name with its code", ({ name }) => {
  const source = readFileSync(new URL("../packages/core/src/errors.ts", import.meta.url), "utf8");
  const [, code] = source.match(
    new RegExp(`class ${name} extends GundamError \\{\\s+readonly code = "(\\w+)"`),
  )!;
  expect(read("errors.md")).toContain(`| \`${name}\` | \`${code}\` |`);
});

test("errors.md lists no class that there is not", () => {
  const listed = [...read("errors.md").matchAll(/^\| `(\w+Error)` \|/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(errorClasses.map(({ name }) => name).sort());
});

interface Recommended {
  readonly retry: number;
  readonly openTimeout: number;
  readonly httpOpts: { readonly upgradeTimeout: number };
  readonly wsOpts: { readonly keepalive: number };
}

test("retry.md lists what resilient() recommends", () => {
  const rows = [...read("retry.md").matchAll(/^\| `([\w.]+)` \| (?:`([^`]+)`|(\d+) s)(?::[^|]*)? \|$/gm)];
  const listed = Object.fromEntries(
    rows.map(([, option, code, seconds]) => [option, code ?? Number(seconds) * 1000]),
  );
  const { retry, openTimeout, httpOpts, wsOpts } = gundam.httpResilient<Partial<Recommended>>(
    {},
  ) as Recommended;
  expect(listed).toEqual({
    retry: String(retry),
    retryFun: "backoff()",
    openTimeout,
    "httpOpts.upgradeTimeout": httpOpts.upgradeTimeout,
    "wsOpts.keepalive": wsOpts.keepalive,
  });
});

test("dead-peers.md counts together what its options promise", () => {
  const rows = [...read("dead-peers.md").matchAll(/^\| `(.*?)`.*? \| (\d+) s \| (\d+) s \| (\d+) s \|$/gm)];
  expect(rows).toHaveLength(3);
  const numbers = (code: string, name: string) => {
    const found = code.match(new RegExp(`${name}: ([\\d._]+)`))?.[1];
    return found === undefined ? undefined : Number(found.replace("_", ""));
  };
  for (const [, code, ...seconds] of rows) {
    const keepalive = numbers(code!, "keepalive");
    const quiet = keepalive ?? numbers(code!, "interval")!;
    const patience = numbers(code!, "timeout") ?? quiet * (numbers(code!, "keepaliveTolerance") ?? 1);
    expect(seconds.map((text) => Number(text) * 1000)).toEqual([quiet, patience, quiet + patience]);
  }
  const { wsOpts } = gundam.httpResilient<Partial<Recommended>>({}) as Recommended;
  expect(rows[0]![1]).toContain(String(wsOpts.keepalive / 1000));
});

/** What stands first in the rows of one of behaviour.md's tables: code alone, without arguments. */
function listedUnder(heading: string): string[] {
  const section = read("behaviour.md").split(`\n## ${heading}\n`)[1]!.split("\n## ")[0]!;
  return [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, first]) =>
    [...first!.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name!),
  );
}

test("behaviour.md lists every method, event and function, and no other", () => {
  const methods = Object.getOwnPropertyNames(gundam.Client.prototype).filter(
    (name) => name !== "constructor",
  );
  expect(listedUnder("Methods").sort()).toEqual(methods.sort());
  const [, events] = read("../packages/core/src/events.ts").match(
    /export type ClientEvents.*?\{\n(.*?)\n\};/s,
  )!;
  expect(listedUnder("Events").sort()).toEqual(
    [...events!.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name).sort(),
  );
  const functions = Object.entries(onNode).filter(
    ([name, value]) => typeof value === "function" && /^[a-z]/.test(name) && name !== "connect",
  );
  expect(listedUnder("Functions").sort()).toEqual(functions.map(([name]) => name).sort());
});

const attacks = read("security.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| attack |"))
  .map((line) => line.split(" | "))
  .map(([attack, , tests = ""]) => ({ attack: attack!.slice(2), tests }));

test.each(attacks)("security.md names tests that there are: $attack", ({ tests }) => {
  const named = [...tests.matchAll(/\[([\w-]+)\]\((\S+)\)/g)];
  expect(named).not.toEqual([]);
  for (const [, name, file] of named) {
    expect(file).toMatch(new RegExp(`/test/(server/)?${name}\\.test\\.ts$`));
    expect(read(file!)).toMatch(/^\s*(test|it)(\.each)?[.(<]/m);
  }
});

test("security.md has a row for each kind of attack", () => {
  expect(attacks.length).toBeGreaterThan(10);
});

test.each(argumentTables())("messages.md's table %s is up to date", (name: string, table: string) => {
  const page = read("messages.md");
  expect(replaceMarked(page, name, table)).toBe(page);
});

test("page.md has a row for each test of what a page goes through, and no other", () => {
  const rows = [
    ...read("page.md").matchAll(
      /^\| (.+?) \|.*\[([\w-]+)\]\(\.\.\/(e2e\/tests\/page\/[\w-]+\.spec\.ts)\) \|$/gm,
    ),
  ];
  const listed = rows.map(([, what, name, file]) => `${what}: ${file}, as ${name}`);
  const folder = new URL("../e2e/tests/page/", import.meta.url);
  const tested = readdirSync(folder)
    .filter((file) => file.endsWith(".spec.ts"))
    .flatMap((file) => {
      const names = [...readFileSync(new URL(file, folder), "utf8").matchAll(/^test\.describe\("([^"]+)"/gm)];
      return names.map(([, what]) => `${what}: e2e/tests/page/${file}, as ${file.replace(".spec.ts", "")}`);
    });
  expect(tested).not.toEqual([]);
  expect(listed.sort()).toEqual(tested.sort());
});

test.each(pages())("%s shows code as it is tested", (page: string) => {
  expect(problemsOf(page)).toEqual([]);
});

test.each(pages())("%s has no link that leads nowhere", (page: string) => {
  expect(deadLinksOf(page)).toEqual([]);
});

test("a block names the file and the region that it shows", () => {
  const [block] = blocksOf("Text\n```js\nfoo();\n```");
  expect(block).toMatchObject({ line: 2, shown: "foo();\n", file: undefined });
  const [named] = blocksOf("<!-- code: examples/echo.mjs#loop -->\n```js\nfoo();\n```\n");
  expect(named).toMatchObject({ file: "examples/echo.mjs", region: "loop" });
});

test("promises.md names every invariant of the simulation", () => {
  const folder = "../packages/testing/src/simulation/invariants";
  const named = [...read("promises.md").matchAll(/invariants\/([\w-]+)\.ts\)/g)].map(([, name]) => name);
  const invariants = [...read(`${folder}/index.ts`).matchAll(/from "\.\/([\w-]+)\.ts"/g)].map(
    ([, name]) => name,
  );
  expect(new Set(named)).toEqual(new Set(invariants.filter((name) => name !== "invariant")));
});

test("typescript.md names the oldest and the newest compiler that the types are tested with", () => {
  const { devDependencies } = JSON.parse(read("../consumers/types/package.json"));
  const versions = Object.keys(devDependencies).flatMap((name) => name.match(/^typescript-(.+)$/)?.[1] ?? []);
  const page = read("typescript.md");
  expect(page).toContain(`**TypeScript ${versions[0]}** or later`);
  expect(page).toContain(`by each TypeScript from ${versions[0]} to ${versions.at(-1)}:`);
});

test("gateways.md has a section for each row of its table", () => {
  const page = read("gateways.md");
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  const links = [...page.matchAll(/\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(new Set(links)).toEqual(new Set(sections));
});
