// What README.md says of gundam beside other clients: the comparison, whose cells have their evidence (comparison/rows.mjs),
// what each weighs in a page, and figures of RESULTS.md. `node packages/bench/comparison.mjs --write` puts them into the
// README, which tests hold to it; without it they are printed.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { replaceMarked } from "../../scripts/option-table.mjs";
import { measure, root } from "./bundle.mjs";
import { linkOf, versionOf } from "./comparison/evidence.mjs";
import { peers, rows } from "./comparison/rows.mjs";
import { wholeClient } from "./sizes.mjs";

const columns = ["gundam", ...peers];
export const readme = path.join(root, "README.md");
const results = path.join(import.meta.dirname, "RESULTS.md");

/** What a page imports of each; the others are for Node alone. */
const pages = {
  gundam: wholeClient.program,
  "reconnecting-websocket": "import Used from 'reconnecting-websocket'; globalThis.used = Used;",
  partysocket: "import { WebSocket } from 'partysocket'; globalThis.used = WebSocket;",
  "graphql-ws": "import { createClient } from 'graphql-ws'; globalThis.used = createClient;",
  "socket.io-client": "import { io } from 'socket.io-client'; globalThis.used = io;",
  "@atproto/ws-client": "import { websocket } from '@atproto/ws-client'; globalThis.used = websocket;",
};

export function comparisonTable(weights) {
  const head = columns.map((name) => (name === "gundam" ? name : `${name} ${versionOf(name)}`));
  const listed = rows.map(({ what, cells }) => [what, ...columns.map((name) => linked(name, cells[name]))]);
  return tableOf(["what", ...head], [...listed, weightRow(weights), heapRow()]);
}

const linked = (name, cell) => {
  const note = cell.note === undefined ? "" : ` "${cell.note}"`;
  return `[${cell.says}](${linkOf(name, cell)}${note})`;
};

const tableOf = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Bytes of what each page imports, gzipped. */
export async function weigh() {
  const weighed = Object.entries(pages).map(async ([name, program]) => [name, (await measure(program)).gzip]);
  return Object.fromEntries(await Promise.all(weighed));
}

function weightRow(weights) {
  const cell = (name) =>
    name in weights
      ? `[${(weights[name] / 1000).toFixed(1)} kB](packages/bench/test/comparison.test.ts)`
      : "for Node alone";
  return ["in a page, gzip", ...columns.map(cell)];
}

/** An idle connection's heap is told as times less than that of ws. */
function heapRow() {
  const { head, cells } = resultsRow("without keepalive: heap");
  const cell = (name) => {
    const ratio = name === "ws" ? 1 : ratioIn(cells[head.indexOf(titleOf(name))]);
    if (ratio === undefined) return "not measured";
    return `[${Number((1 / ratio).toFixed(1))}](packages/bench/RESULTS.md#an-idle-connection)`;
  };
  return ["heap of an idle connection on Node, times that of ws", ...columns.map(cell)];
}

const titleOf = (name) => (name === "gundam" ? "`connect`" : name);

/** A row of RESULTS.md, and the head of its table. */
function resultsRow(what) {
  const lines = readFileSync(results, "utf8").split("\n");
  const at = lines.findIndex((line) => line.startsWith(`| ${what} |`));
  if (at < 0) throw new Error(`RESULTS.md has no row ${what}`);
  const head = lines.slice(0, at).findLast((line) => line.startsWith("| what |"));
  return { head: cellsOf(head), cells: cellsOf(lines[at]) };
}

const cellsOf = (line) => line.slice(2, -2).split(" | ");

/** The median of a ratio, as RESULTS.md writes it. */
function ratioIn(cell = "") {
  return cell.match(/^\**([\d.]+)\** \(/)?.[1];
}

/** What the README tells of speed: the row of RESULTS.md, and in whose words. What is slower than ws is told, too. */
const told = [
  ["ws://, bursts of 1000 a tick, 16 B", "sending, 16 B"],
  ["ws://, bursts of 1000 a tick, 1 KiB", "sending, 1 KiB"],
  ["wss://, bursts of 1000 a tick, 1 KiB", "sending over TLS, 1 KiB"],
  ["a lone message a turn of the loop, 16 B", "sending one now and then, 16 B"],
  ["text, 128 B", "receiving text, 128 B"],
  ["binary, 128 B", "receiving bytes, 128 B"],
  ["binary, 16 KiB", "receiving bytes, 16 KiB"],
  ["there and back, 16 B: p50", "there and back, 16 B"],
  ["ws://: time", "opening"],
  ["wss://, reopened: time", "opening again over TLS"],
  ["without keepalive: heap", "an idle connection's heap"],
];

const compared = [
  "`connect`",
  "`WebSocket`",
  "`ReconnectingWebSocket`",
  "undici",
  "reconnecting-websocket",
  "partysocket",
];

export function figuresTable() {
  const listed = told.map(([what, words]) => {
    const { head, cells } = resultsRow(what);
    return [words, ...compared.map((name) => `${ratioIn(cells[head.indexOf(name)])}×`)];
  });
  return tableOf(["times less than with ws", ...compared], listed);
}

/** How long after a loss the server's first message comes, as times what `connect` takes. */
export function lossTable() {
  const words = {
    "reset, the server stays": "the connection is reset",
    "reset, the server is gone for 200 ms": "it is reset, and the server is gone for 200 ms",
  };
  const names = ["`ReconnectingWebSocket`", "reconnecting-websocket", "partysocket"];
  const listed = Object.entries(words).map(([what, text]) => {
    const { head, cells } = resultsRow(what);
    const medianOf = (name) => parseFloat(cells[head.indexOf(name)]);
    const ratios = names.map((name) => medianOf(name) / medianOf("`connect`"));
    return [text, ...ratios.map((ratio) => `${ratio.toFixed(1)}×`)];
  });
  return tableOf(["back later than `connect`", ...names], listed);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tables = { comparison: comparisonTable(await weigh()), figures: figuresTable(), losses: lossTable() };
  if (process.argv.includes("--write")) {
    const text = Object.entries(tables).reduce(
      (before, [name, table]) => replaceMarked(before, name, table),
      readFileSync(readme, "utf8"),
    );
    writeFileSync(readme, text);
  } else console.log(Object.values(tables).join("\n\n"));
}
