// The packages as their users get them: each folder of consumers/ is a small app, which is copied to a place outside of the
// workspace, and follows the docs to the letter. The commands are those that a page shows after `<!-- run: consumers/NAME -->`,
// `npm install gundam` gets the packed packages, and what is built is run against an echo server that drops it once.
// `node scripts/consumers.mjs [report.json] [name …]` leaves a report like Vitest's own.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App } from "./consumers/app.mjs";
import { consumers } from "./consumers/list.mjs";
import { startRegistry } from "./consumers/registry.mjs";
import { packPackages } from "./tarballs.mjs";
import { root } from "./workspace.mjs";

const [report, names] = readArguments();
const wanted = consumers.filter(({ name }) => names.length === 0 || names.includes(name));

const place = mkdtempSync(path.join(tmpdir(), "gundam-consumers-"));
const tarballs = await packPackages(path.join(place, "tarballs"));
const registry = await startRegistry(tarballs);
const files = [];
try {
  for (const consumer of wanted) files.push(await follow(consumer));
} finally {
  await registry.stop();
}
const isRight = files.every(({ status }) => status === "passed");
print();
if (isRight) rmSync(place, { recursive: true });
else console.log(`\nWhat failed is in ${place}.`);
if (report) writeFileSync(report, JSON.stringify({ testResults: files }));
process.exitCode = isRight ? 0 : 1;

function readArguments() {
  const known = consumers.map(({ name }) => name);
  const args = process.argv.slice(2);
  const report = args.find((arg) => arg.endsWith(".json"));
  const names = args.filter((arg) => arg !== report);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return [report, names];
  console.error(`There is no ${unknown.join(", ")} among ${known.join(", ")}.`);
  process.exit(1);
}

/** A file of the report: what was seen of one consumer, up to the first thing that was not as it should be. */
async function follow(consumer) {
  const { name, from = `consumers/${name}`, packages = {}, see } = consumer;
  console.log(`\n--- ${name}`);
  const folder = path.join(place, name);
  cpSync(path.join(root, from), folder, { recursive: true });
  pin(folder, packages);
  const seen = [];
  const note = (title, status) => seen.push({ ancestorTitles: [name], title, status });
  const running = new App({ from, folder, registry: registry.url, tarballs });
  try {
    await running.prepare();
    for (const [title, look] of Object.entries(see)) {
      const begin = performance.now();
      try {
        await look(running);
        note(title, "passed");
        console.log(`passed: ${title} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
      } catch (error) {
        note(title, "failed");
        console.log(`failed: ${title}: ${error.message}`);
        break;
      }
    }
  } finally {
    await running.end();
  }
  const isRight = seen.every(({ status }) => status === "passed");
  if (isRight) rmSync(folder, { recursive: true });
  return { name, status: isRight ? "passed" : "failed", assertionResults: seen };
}

/** Other versions of what an app has in its package.json. */
function pin(folder, packages) {
  if (Object.keys(packages).length === 0) return;
  const file = path.join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  Object.assign(manifest.devDependencies, packages);
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}

function print() {
  console.log("\n| consumer | passed | failed |\n|---|---|---|");
  for (const { name, assertionResults } of files) {
    const count = (status) => assertionResults.filter((test) => test.status === status).length;
    console.log(`| ${name} | ${count("passed")} | ${count("failed")} |`);
  }
}
