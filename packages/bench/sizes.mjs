// What a page pays for what it imports, where the bytes of a whole client come from, and what an open client takes of
// the heap. `node packages/bench/sizes.mjs` prints it as Markdown; `--write` puts it into ARCHITECTURE.md, which tests
// hold to it. `--ledger <page>` prints where the bytes of any page come from, `--functions <page>` the same function by
// function, and `--against <checkout>` which modules weigh more or less than in another checkout, with its dependencies
// installed.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { replaceMarked } from "../../scripts/option-table.mjs";
import { root } from "./bundle.mjs";
import { measureHeap } from "./heap.mjs";
import { differencesOf, functionsOf, ledgerOf } from "./ledger.mjs";
import { measurePages, packings, pageOf } from "./pages.mjs";

export const architecture = path.join(root, "ARCHITECTURE.md");

/** The client that most pages want. */
export const wholeClient = pageOf("connect(resilient({ url }))");

/** More names than these are only counted. */
const NAMED = 3;

export function pagesTable(weights) {
  return [
    `| a page that uses | ${packings.join(" | ")} |`,
    "|---|---|---|",
    ...Object.entries(weights).map(
      ([page, weight]) =>
        `| \`${page}\` | ${packings.map((packing) => `${weight[packing]} B`).join(" | ")} |`,
    ),
  ].join("\n");
}

export function ledgerTable(page, ledger) {
  const others = (along) => (along.length > NAMED ? `${along.length} others` : along.join(", "));
  return [
    `| module, in \`${page}\` | minified | costs, gzip | takes along |`,
    "|---|---|---|---|",
    ...Object.entries(ledger).map(
      ([name, { minified, gzip, along }]) => `| ${name} | ${minified} B | ${gzip} B | ${others(along)} |`,
    ),
  ].join("\n");
}

export function functionsTable(page, functions) {
  return [
    `| function or class, in \`${page}\` | costs, gzip |`,
    "|---|---|",
    ...functions.map(([name, gzip]) => `| ${name} | ${gzip} B |`),
  ].join("\n");
}

export function heapTable(bytes) {
  return [
    "| memory | heap |",
    "|---|---|",
    `| an open, idle client, its virtual transport included | ${(bytes / 1_000).toFixed(1)} KB |`,
  ].join("\n");
}

function differencesTable({ modules, there, here }) {
  const row = (name, { there, here }) =>
    `| ${name} | ${there} B | ${here} B | ${here < there ? "" : "+"}${here - there} B |`;
  return [
    "| module, minified | there | here | difference |",
    "|---|---|---|---|",
    ...Object.entries(modules).map(([name, bytes]) => row(name, bytes)),
    row("the page, gzip", { there, here }),
  ].join("\n");
}

/** The cells of the tables in a text: "row, column" → what stands there; backquotes are left out. */
export function cellsIn(text) {
  const cells = {};
  for (const [table] of text.replaceAll("`", "").matchAll(/(^\|.*\|$\n?)+/gm)) {
    const [head, , ...rows] = table
      .trim()
      .split("\n")
      .map((line) => line.slice(1, -1).split("|"))
      .map((row) => row.map((cell) => cell.trim()));
    for (const [name, ...values] of rows) {
      for (const [index, value] of values.entries()) cells[`${name}, ${head[index + 1]}`] = value;
    }
  }
  return cells;
}

/** What stands in ARCHITECTURE.md. */
export function statedSection() {
  return readFileSync(architecture, "utf8").match(/<!-- sizes:begin -->(.*)<!-- sizes:end -->/s)[1];
}

const prices = `What a module costs is what the page pays less, gzipped, with an empty module in its place; those that nobody
else imports leave with it, and are priced in.`;

const memory = `Without sockets, on Node; \`node packages/bench/heap.mjs\` prints what it is made of, and who holds it.`;

/** All of the section but the memory. */
export async function measureSizes() {
  const [weights, ledger] = await Promise.all([measurePages(), ledgerOf(wholeClient.program)]);
  return [pagesTable(weights), prices, ledgerTable(wholeClient.page, ledger)].join("\n\n");
}

async function detailsOf({ page, program }, checkout) {
  if (checkout === undefined) return ledgerTable(page, await ledgerOf(program));
  return differencesTable(await differencesOf(program, path.resolve(checkout)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      write: { type: "boolean" },
      ledger: { type: "string" },
      functions: { type: "string" },
      against: { type: "string" },
    },
  });
  if (values.functions !== undefined) {
    const { page, program } = pageOf(values.functions);
    console.log(functionsTable(page, await functionsOf(program)));
  } else if (values.ledger !== undefined) console.log(await detailsOf(pageOf(values.ledger), values.against));
  else {
    const section = [await measureSizes(), memory, heapTable(await measureHeap())].join("\n\n");
    if (values.write) {
      writeFileSync(architecture, replaceMarked(readFileSync(architecture, "utf8"), "sizes", section));
    } else console.log(section);
  }
}
