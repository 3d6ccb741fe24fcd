// gundam beside raw ws and its peers, on one machine at the same time: each contender works in a process of its own, in
// turns, and what counts is the median over the rounds of the ratio of a round's costs. rows.mjs has the table and the
// goals.
//
// `node packages/bench/bench.mjs [word…] [--contenders a,b] [--quick] [--rounds n] [--json file] [--write]
// [--runtimes folder]`: all rows, or those that have one of the words in their names; `--write` makes RESULTS.md.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { commandOf, isWanted, readArguments } from "./arguments.mjs";
import { compare, isPinned, startClient, startServer } from "./compare.mjs";
import { builtIn, costOf } from "./hot-path.mjs";
import { startChromium } from "./in-chromium.mjs";
import { pageOf, tableOf } from "./results-page.mjs";
import { select } from "./rows.mjs";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const given = readArguments(process.argv.slice(2), process.env);
const { words, contenders, rounds, isQuick, runtimes } = given;

// What is measured is what is published.
execFileSync(
  process.execPath,
  [path.join(root, "node_modules/typescript/bin/tsc"), "-b", "packages/gundam", "packages/testing"],
  { cwd: root, stdio: "inherit" },
);

const selected = select({ isWanted: (name) => isWanted(name, words), contenders, isQuick });
const server = await startServer(runtimes);
const run = {
  command: commandOf(given),
  date: new Date().toISOString().slice(0, 10),
  commit: commit(),
  rounds,
  isQuick,
};
const groups = [];
/** Whom the run goes on without, and why. */
const told = new Set();
let browser;

for (const group of selected) {
  const done = { ...group, rows: [] };
  groups.push(done);
  for (const row of group.rows) done.rows.push({ ...row, ...(await measure(group, row)) });
  clearProgress();
  console.log(`\n${group.title}\n\n${tableOf(done)}`);
  // A long run that is interrupted has not been for nothing.
  if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(results(), undefined, 2)}\n`);
}
await server.end();
await browser?.end();

if (given.write) writeFileSync(path.join(here, "RESULTS.md"), pageOf(results()));

function results() {
  return { ...run, machine: machine(), groups };
}

/** How a contender is started, by what plays in a group. */
function starterOf({ kind }) {
  if (kind === "pages") return (name) => browser.start(name);
  if (kind === "paths") return startPath;
  return (name) => startClient(kind, name, runtimes);
}

/** A path on the virtual transport: each turn is a process of its own. */
function startPath(name) {
  const ask = async ({ options: { paths, bursts } }) => ({
    cpu: await costOf(builtIn(root), paths[name], bursts),
  });
  return { ask, end() {} };
}

async function measure(group, row) {
  const from = performance.now();
  if (!process.stderr.isTTY) console.error(`${group.title}: ${row.title}`);
  const names = row.contenders?.filter((name) => group.contenders.includes(name)) ?? group.contenders;
  const onTurn = (name, round) =>
    progress(`${group.title}: ${row.title}, round ${round} of ${rounds}, ${name}`);
  try {
    if (group.kind === "pages") browser ??= await startChromium();
    const { costs, left } = await compare(row, names, { rounds, start: starterOf(group), server, onTurn });
    for (const [name, why] of Object.entries(left)) tell(`without ${name}: ${why}`);
    return { costs, left, seconds: Math.round((performance.now() - from) / 1_000) };
  } catch (error) {
    // One row that cannot be measured is no reason to lose the others.
    tell(`${group.title}: ${row.title}: ${error.message}`);
    return { costs: {}, left: { all: error.message } };
  }
}

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`);
}

function clearProgress() {
  progress("");
}

/** Once is enough. */
function tell(line) {
  if (told.has(line)) return;
  told.add(line);
  clearProgress();
  console.error(line);
}

function commit() {
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", "packages/*/src") === "" ? "" : ", with changes";
  return git("rev-parse", "--short", "HEAD") + changed;
}

function machine() {
  const versionOf = (name) => {
    const file = path.join(here, "node_modules", name, "package.json");
    return `${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
  };
  return {
    cores: cpus().length,
    model: cpus()[0].model.trim(),
    node: process.versions.node,
    isPinned,
    browser: browser?.version,
    versions: ["ws", "undici", "reconnecting-websocket", "partysocket"].map(versionOf),
  };
}
