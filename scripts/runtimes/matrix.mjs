// The rows of the matrix, in the table's order: what each is, what it is expected to see of the program (programs/), and
// how it is made to run it. The table of docs/runtimes.md is made of what they have seen.

import { inPlaywright, inWebKit } from "./in-pages.mjs";
import { inProcess } from "./in-process.mjs";
import { inHermes, inReactNative, version } from "./in-react-native.mjs";
import { inDurableObject, inWorker } from "./in-workerd.mjs";
import { others } from "./others.mjs";

/** The table's columns: what a row has seen has these keys, those that are "–" excepted. */
export const columns = [
  "side",
  "connect",
  "text",
  "binary",
  "deliver",
  "headers",
  "reconnect",
  "close",
  "ReconnectingWebSocket",
  "exit",
  "pagehide",
];

const works = {
  connect: "✓",
  text: "✓",
  binary: "✓",
  deliver: "✓",
  reconnect: "✓",
  close: "✓",
  ReconnectingWebSocket: "✓",
};
const nodeSide = { ...works, side: "node", headers: "✓", exit: "✓", pagehide: "–" };
const browserSide = { ...works, side: "browser", headers: "ignored", exit: "–", pagehide: "–" };

const rowsOf = (runtime) =>
  runtime.name === "workerd"
    ? [
        { ...runtime, modules: "bundle", expected: browserSide, see: inWorker },
        { ...runtime, modules: "Durable Object", expected: browserSide, see: inDurableObject },
      ]
    : [
        { ...runtime, modules: "ESM", expected: nodeSide, see: inProcess("module.mjs") },
        { ...runtime, modules: "CommonJS", expected: nodeSide, see: inProcess("common.cjs") },
      ];

/** As new as the system's packages: the table says which versions they were. Two end the WebSockets of a page that goes. */
const browsers = [
  { name: "Chromium", see: inPlaywright("chromium"), pagehide: "Close 1001" },
  { name: "Firefox", see: inPlaywright("firefox"), pagehide: "Close 1001" },
  { name: "WebKit", see: inWebKit, pagehide: "Close 1000" },
].map(({ pagehide, ...browser }) => ({
  ...browser,
  modules: "bundle",
  expected: { ...browserSide, pagehide },
}));

/** `gundam/websocket` needs the classes of events, which React Native keeps to itself. */
const reactNative = [
  { modules: "Metro bundle", see: inReactNative },
  { modules: "in Hermes", see: inHermes },
].map((row) => ({
  ...row,
  name: "React Native",
  version,
  expected: { ...browserSide, ReconnectingWebSocket: "–" },
}));

export const rows = [...others.flatMap(rowsOf), ...browsers, ...reactNative];

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

/**
 * The rows of such a table.
 * @returns {{ name: string, version: string, modules: string, seen: Record<string, string> }[]}
 */
export function readTable(table) {
  return table
    .split("\n")
    .filter((line) => /^\| (?!runtime)/.test(line))
    .map((line) => {
      const [name, version, modules, ...cells] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      return {
        name,
        version,
        modules,
        seen: Object.fromEntries(columns.map((column, index) => [column, cells[index]])),
      };
    });
}

/** The page's table. */
export function markedIn(page) {
  return page.match(/<!-- matrix:begin -->\n([\s\S]*?)\n<!-- matrix:end -->/)[1];
}
