// What a message costs on its way through the client, on the virtual transport, in this checkout and in another one:
// both are built, and take turns in one run, each turn in a process of its own. What counts is the median over the
// rounds of the ratio of their CPU times; below 1 this checkout costs less.
//
// `node packages/bench/hot-path.mjs --against <checkout> [--rounds 9] [--bursts 5000] [--json]`

import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { root } from "./bundle.mjs";
import { BURST, paths } from "./message-paths.mjs";
import { quantile, ratiosOf, takeTurns } from "./ratios.mjs";

/** ns of CPU time for each message along a path, in a new process. */
export async function costOf(module, name, bursts) {
  const child = fileURLToPath(new URL("./hot-path-child.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child, module, name, String(bursts)]);
  return JSON.parse(stdout);
}

/** The client on the virtual transport, as it is built. */
export function builtIn(checkout) {
  const module = path.join(checkout, "packages/testing/dist/index.js");
  if (!existsSync(module)) giveUp(`${checkout} is not built: install there, and run npm run build.`);
  return module;
}

function giveUp(why) {
  console.error(why);
  process.exit(1);
}

function rowOf(name, { here, there }) {
  const { ratio, from, to } = ratiosOf(here, there);
  const ns = (costs) => `${quantile(costs, 0.5).toFixed(0)} ns`;
  return `| ${name} | **${ratio.toFixed(2)}** | ${from.toFixed(2)}–${to.toFixed(2)} | ${ns(here)} | ${ns(there)} |`;
}

async function main() {
  const { values } = parseArgs({
    options: {
      against: { type: "string" },
      rounds: { type: "string", default: "9" },
      bursts: { type: "string", default: "5000" },
      json: { type: "boolean" },
    },
  });
  if (values.against === undefined) giveUp("Against what? --against <another checkout, built>");
  const [rounds, bursts] = [Number(values.rounds), Number(values.bursts)];
  // What is measured is what is published.
  execFileSync(
    process.execPath,
    [path.join(root, "node_modules/typescript/bin/tsc"), "-b", "packages/testing"],
    { cwd: root, stdio: "inherit" },
  );
  const modules = { here: builtIn(root), there: builtIn(path.resolve(values.against)) };

  const results = {};
  for (const name of Object.keys(paths)) {
    results[name] = await takeTurns(["here", "there"], rounds, async (side, round) => {
      const cost = await costOf(modules[side], name, bursts);
      console.error(`${name}, round ${round + 1} of ${rounds}, ${side}: ${cost.toFixed(0)} ns`);
      return cost;
    });
  }

  if (values.json) {
    const told = ([name, costs]) => [name, { ...ratiosOf(costs.here, costs.there), ...costs }];
    const all = Object.fromEntries(Object.entries(results).map(told));
    console.log(JSON.stringify({ node: process.versions.node, rounds, bursts, burst: BURST, paths: all }));
    return;
  }
  console.log(`${rounds} rounds of ${bursts} bursts of ${BURST} messages, Node ${process.versions.node}.\n`);
  console.log("| each message | here / there | middle half | here | there |\n|---|---|---|---|---|");
  for (const [name, costs] of Object.entries(results)) console.log(rowOf(name, costs));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
