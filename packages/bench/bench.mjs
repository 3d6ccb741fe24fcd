// gundam beside raw ws, on one machine at the same time: each contender works in a process of its own, in turns, and what
// counts is the median over the rounds of the ratio of a round's costs. Absolute figures say more of the machine.
//
// `node packages/bench/bench.mjs [--quick] [--write] [name…]`: all benchmarks, or those whose name has one of the words;
// `--quick` takes a few short rounds; `--write` puts the table into README.md beside this file.

import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { replaceMarked } from "../../scripts/option-table.mjs";
import { quantile, ratiosOf } from "./ratios.mjs";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const isQuick = process.argv.includes("--quick");
const words = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const rounds = isQuick ? 5 : 15;
/** What a round of the longest benchmarks is divided by. */
const haste = isQuick ? 5 : 1;

const send = (size, count) => ({ name: "send", options: { size, count: count / haste, burst: 1_000 } });
const receive = (type, size, count) => ({ name: "receive", options: { type, size, count: count / haste } });

const benchmarks = {
  "send 16 B, 1000 a tick": send(16, 100_000),
  "send 128 B, 1000 a tick": send(128, 100_000),
  "send 1 KiB, 1000 a tick": send(1_024, 50_000),
  "send 16 KiB, 1000 a tick": send(16_384, 10_000),
  "receive text of 16 B": receive("text", 16, 500_000),
  "receive binary of 16 B": receive("binary", 16, 500_000),
  "receive binary of 128 B": receive("binary", 128, 500_000),
  "receive binary of 16 KiB": receive("binary", 16_384, 20_000),
  "open and close, one after another": { name: "open", options: { count: 1_000 / haste } },
  "idle memory of 1000 connections": { name: "idle", options: { count: 1_000 / haste } },
};

/** A child process, and its answers one by one. */
async function spawn(program, ...args) {
  const child = fork(program, args, { execArgv: ["--expose-gc"] });
  const answer = async () => {
    const [message] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => {
        throw new Error(`${program} ${args.join(" ")} ended with code ${code}`);
      }),
    ]);
    return message;
  };
  const first = await answer();
  const work = async (order) => {
    child.send(order);
    return (await answer()).cost;
  };
  return { first, work, end: () => child.kill() };
}

/** What gundam costs of what ws costs, round by round; the order changes each time. */
async function compare({ name, options }, url) {
  const costs = { gundam: [], ws: [] };
  const client = new URL("./client.mjs", import.meta.url);
  const clients = {};
  const start = async () => {
    for (const contender of Object.keys(costs)) clients[contender] = await spawn(client, contender, url);
  };
  const end = () => {
    for (const client of Object.values(clients)) client.end();
  };
  await start();
  // The first round warms up. Memory is measured in new processes each time: an old one has it already.
  for (let round = 0; round <= rounds; round++) {
    if (name === "idle" && round > 0) {
      end();
      await start();
    }
    for (const contender of round % 2 === 0 ? ["gundam", "ws"] : ["ws", "gundam"]) {
      const cost = await clients[contender].work({ name, options });
      if (round > 0) costs[contender].push(cost / options.count);
    }
  }
  end();
  return { ...ratiosOf(costs.gundam, costs.ws), costs };
}

function rowOf(title, { ratio, from, to, costs }) {
  const isMemory = title.startsWith("idle");
  const shown = (costs) =>
    isMemory ? `${(quantile(costs, 0.5) / 1_024).toFixed(1)} KiB` : `${quantile(costs, 0.5).toFixed(2)} µs`;
  const range = `${from.toFixed(2)}–${to.toFixed(2)}`;
  return `| ${title} | **${ratio.toFixed(2)}** | ${range} | ${shown(costs.gundam)} | ${shown(costs.ws)} |`;
}

// What is measured is what is published.
execFileSync(
  process.execPath,
  [path.join(root, "node_modules/typescript/bin/tsc"), "-b", "packages/gundam"],
  {
    cwd: root,
    stdio: "inherit",
  },
);
const table = [
  `${rounds} ${isQuick ? "short rounds" : "rounds"} on ${cpus().length} cores, Node ${process.versions.node}.`,
  "",
  "| each message or connection | gundam / ws | middle half | gundam | ws |",
  "|---|---|---|---|---|",
];
const server = await spawn(new URL("./server.mjs", import.meta.url));
console.log(table.join("\n"));
for (const [title, benchmark] of Object.entries(benchmarks)) {
  if (words.length > 0 && !words.some((word) => title.includes(word))) continue;
  table.push(rowOf(title, await compare(benchmark, server.first.url)));
  console.log(table.at(-1));
}
server.end();

if (process.argv.includes("--write")) {
  const readme = path.join(here, "README.md");
  writeFileSync(readme, replaceMarked(readFileSync(readme, "utf8"), "bench", table.join("\n")));
}
