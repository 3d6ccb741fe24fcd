// The rows of the matrix, in the table's order: what each is, what it is expected to see of the program (programs/), and
// how it is made to run it. The table of docs/runtimes.md is made of what they have seen.

import { inProcess } from "./in-process.mjs";
import { inWorkerd } from "./in-workerd.mjs";
import { others } from "./others.mjs";
import { inPlaywright, inWebKit } from "./in-pages.mjs";

/** The table's columns: what a row has seen has these keys, those that are "–" excepted. */
export const columns = [
  "side",
  "connect",
  "text",
  "binary",
  "headers",
  "reconnect",
  "close",
  "ReconnectingWebSocket",
  "exit",
  "pagehide",
];

const works = { connect: "✓", text: "✓", binary: "✓", reconnect: "✓", close: "✓", ReconnectingWebSocket: "✓" };
const nodeSide = { ...works, side: "node", headers: "✓", exit: "✓", pagehide: "–" };
const inWorkers = { ...works, side: "browser", headers: "ignored", exit: "–", pagehide: "–" };
const inPages = { ...inWorkers, pagehide: "✓" };

const rowsOf = (runtime) =>
  runtime.name === "workerd"
    ? [{ ...runtime, modules: "bundle", expected: inWorkers, see: inWorkerd }]
    : [
        { ...runtime, modules: "ESM", expected: nodeSide, see: inProcess("module.mjs") },
        { ...runtime, modules: "CommonJS", expected: nodeSide, see: inProcess("common.cjs") },
      ];

/** Browsers are as new as the system's packages; which versions they were, the table says. */
const browsers = [
  { name: "Chromium", see: inPlaywright("chromium") },
  { name: "Firefox", see: inPlaywright("firefox") },
  { name: "WebKit", see: inWebKit },
].map((browser) => ({ ...browser, modules: "bundle", expected: inPages }));

export const rows = [...others.flatMap(rowsOf), ...browsers];

/** The table, of rows each with what it has `seen`, and with the `version` of it. */
export function tableOf(seenRows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const titles = columns.map((column) => (column.startsWith("Re") ? `\`${column}\`` : column));
  return [
    line(["runtime", "version", "as", ...titles]),
    line(["---", "---", "---", ...columns.map(() => "---")]).replaceAll(" ", ""),
    ...seenRows.map(({ name, version, modules, seen }) =>
      line([name, version, modules, ...columns.map((column) => cellOf(seen[column]))]),
    ),
  ].join("\n");
}

const cellOf = (seen = "not reached") => (seen.startsWith("failed") ? "✗" : seen);

/** The rows of such a table: `{ name, version, modules, seen }`. */
export function readTable(table) {
  return table
    .split("\n")
    .filter((line) => /^\| (?!runtime)/.test(line))
    .map((line) => {
      const [name, version, modules, ...cells] = line.split("|").slice(1, -1).map((cell) => cell.trim());
      return {
        name,
        version,
        modules,
        seen: Object.fromEntries(columns.map((column, index) => [column, cells[index]])),
      };
    });
}
