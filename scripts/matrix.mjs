// The runtime matrix: one program, with the packages as npm installs them from tarballs, in every runtime that is supported.
// `node scripts/matrix.mjs [report.json] [--write] [name …]` leaves one report like Vitest's own, a test for each cell;
// names choose among the rows ("Node 22", "workerd"), and --write puts what was seen into the table of docs/runtimes.md.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startEchoServer } from "@gundam/testing/server";
import { replaceMarked } from "./option-table.mjs";
import { columns, markedIn, readTable, rows, tableOf } from "./runtimes/matrix.mjs";
import { areCarried, install, isChosen, provide, testOf, titleOf } from "./runtimes/others.mjs";
import { provideWebKit } from "./runtimes/webkit.mjs";
import { packPackages } from "./tarballs.mjs";
import { root } from "./workspace.mjs";

const installed = path.join(root, "test-results", "matrix");
const page = path.join(root, "docs", "runtimes.md");

/** What bundles for the runtimes that load nothing by themselves. */
const bundler = "esbuild@0.28.2";

async function installPackages() {
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  const names = ["core", "protocol", "browser", "node"].map((name) => `@gundam/${name}`);
  const packed = await packPackages(path.join(installed, "tarballs"), [...names, "gundam"]);
  const tarballs = [...packed.values()];
  writeFileSync(path.join(installed, "package.json"), JSON.stringify({ private: true }));
  const { ok, end } = await install(installed, [...tarballs, bundler]);
  if (!ok) throw new Error(`npm install: ${end}`);
  cpSync(path.join(root, "scripts", "runtimes", "programs"), installed, { recursive: true });
  return tarballs;
}

/** The row with what it has seen, and with its version. */
async function perform(row, tarballs) {
  const server = await startEchoServer();
  server.on("messageReceived", ({ connection, data }) => {
    if (data === "drop") server.connections.find(({ id }) => id === connection).drop("reset");
  });
  try {
    const { version = row.version, seen } = await row.see(row, {
      installed,
      tarballs,
      url: server.url,
      server,
    });
    const [first] = server.record.upgrades;
    // Who says that it is sent is not believed.
    if (seen.headers === "✓" && first?.headers.authorization !== "Bearer of-the-program")
      seen.headers = "failed: not sent";
    return { ...row, version, seen };
  } catch (error) {
    return { ...row, version: row.version ?? "?", seen: { side: `failed: ${error.stack}` } };
  } finally {
    await server.stop();
  }
}

function testsOf({ expected, seen, ...row }) {
  return columns
    .filter((column) => expected[column] !== "–")
    .map((column) => {
      const isSo = seen[column] === expected[column];
      const title = `${titleOf(row)} (${row.modules}) > ${column}`;
      if (!isSo) console.error(`\n${title}: ${seen[column] ?? "not reached"}, not ${expected[column]}`);
      return testOf(title, isSo ? "passed" : "failed");
    });
}

/** Browsers are of any version. */
const comparable = (seenRows) =>
  JSON.stringify(seenRows.map((seenRow, index) => ({ ...seenRow, version: rows[index].version })));

function compareTable(table) {
  const before = readFileSync(page, "utf8");
  if (process.argv.includes("--write")) writeFileSync(page, replaceMarked(before, "matrix", table));
  const isSo = comparable(readTable(markedIn(readFileSync(page, "utf8")))) === comparable(readTable(table));
  if (!isSo) console.error("docs/runtimes.md's table is out of date: node scripts/matrix.mjs --write");
  return testOf("docs/runtimes.md's table says what was seen", isSo ? "passed" : "failed");
}

const args = process.argv.slice(2).filter((arg) => arg !== "--write");
const report = args.find((arg) => arg.endsWith(".json"));
const names = args.filter((arg) => arg !== report);
const wanted = rows.filter(isChosen(names));
if (wanted.length === 0) throw new Error(`no row is of these names: ${names.join(", ")}`);
const files = [];

/** Those that can be run here. */
async function available() {
  const title = "npm and Debian carry the runtimes of the matrix for this system";
  if (!areCarried) {
    console.log("Nothing is run: Linux on x64 alone is looked after.");
    files.push(testOf(title, "skipped"));
    return [];
  }
  const carried = wanted.filter((row) => row.package);
  const provided = await provide(carried);
  const hasWebKit = !wanted.some(({ name }) => name === "WebKit") || (await provideWebKit());
  const there = wanted.filter((row) =>
    row.package ? provided.includes(row) : row.name !== "WebKit" || hasWebKit,
  );
  files.push(testOf(title, there.length === wanted.length ? "passed" : "failed"));
  return there;
}

mkdirSync(path.dirname(installed), { recursive: true });
const there = await available();
const tarballs = there.length > 0 ? await installPackages() : [];
const seenRows = [];
for (const row of there) {
  const seenRow = await perform(row, tarballs);
  console.log(`${titleOf(seenRow)} (${row.modules}): ${JSON.stringify(seenRow.seen)}`);
  files.push(...testsOf(seenRow));
  seenRows.push(seenRow);
}
console.log(`\n${tableOf(seenRows)}\n`);
// Of some rows no table is made.
if (seenRows.length === rows.length) files.push(compareTable(tableOf(seenRows)));
if (report) writeFileSync(report, JSON.stringify({ testResults: files }));
const count = (status) => files.filter((file) => file.status === status).length;
console.log(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
// A client of a program that failed may live on.
process.exit(count("failed") > 0 ? 1 : 0);
