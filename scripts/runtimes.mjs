// What is nearest to the socket, on other runtimes than the Node at hand: newer Nodes, Bun and Deno, as npm carries them for
// Linux on x64; elsewhere nothing is run, which counts as one test skipped. Each runs the transport contract and its like
// with the sources; with the packages as npm installs them they are rows of scripts/matrix.mjs.
// `node scripts/runtimes.mjs [report.json] [name …]` leaves one report like Vitest's own, each test's name after its runtime's;
// names choose among the runtimes: "Bun", "Node 22".

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  areCarried,
  binaryOf,
  folder,
  isChosen,
  others,
  provide,
  testOf,
  titleOf,
} from "./runtimes/others.mjs";
import { run } from "./workspace.mjs";

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

/** What is run on each, and what is left out: what is missing there → parts of the tests' names. */
const suites = {
  Node: { tests: ofNodes },
  Bun: {
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
  Deno: {
    tests: ofOthers,
    missing: {
      [paused]: ["a peer that stops reading lives while it reads on"],
      [sessions]: ["proxy leads there again"],
      [ciphers]: ["tlsOpts.ciphers are offered"],
      [threads]: ["a bad frame behind a message that is being inflated"],
      [changedFiles]: ["fails the connection if it is a Blob that cannot be read"],
      "keys and certificates that are none": ["a key that is none", "options that cannot be used"],
      "Node's words and codes": ["when it is expired", 'transport "tls" encrypts what'],
      "Node's zlib, which the platform makes up for": [
        "that zlib cannot read is 1007",
        "that inflates stands random bytes, and streams of which some bytes are wrong",
      ],
    },
  },
};

/** How long the tests with one runtime may take, in ms. */
const TESTS_TIMEOUT = 900_000;

/** The files of Vitest's report on the tests with one runtime, and whether all is well. */
async function testWith(runtime) {
  const name = titleOf(runtime);
  const { tests, missing = {} } = suites[runtime.name];
  console.log(`\n--- ${name}`);
  const report = path.join(folder, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "node", "--maxWorkers=100%"];
  const leftOut = Object.values(missing).flat();
  const rest = leftOut.length > 0 ? ["--testNamePattern", noneOf(leftOut)] : [];
  const [, ...own] = runtime.command;
  const args = [...own, ...vitest, ...reporters, ...rest, ...tests];
  const env = { GUNDAM_NODE: process.execPath };
  const { ok, end } = await run(binaryOf(runtime), args, { timeout: TESTS_TIMEOUT, env });
  if (!existsSync(report)) return { ok: false, files: [testOf(`${name} > ${end}`, "failed")] };
  const files = JSON.parse(readFileSync(report, "utf8")).testResults;
  for (const [what, titles] of Object.entries(missing)) {
    const those = files.flatMap((file) => file.assertionResults).filter(isOneOf(titles));
    console.log(`Left out, about ${what}: ${those.length} tests`);
    // Renamed, they would be tried.
    if (those.length === 0) return { ok: false, files: [testOf(`${name} > ${titles} is no test`, "failed")] };
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

function printTable(rows) {
  console.log("\n| runtime | passed | failed | left out |\n|---|---|---|---|");
  for (const { name, files, leftOut } of rows) {
    const count = (status) =>
      files.flatMap((file) => file.assertionResults).filter((test) => test.status === status).length;
    console.log(`| ${name} | ${count("passed")} | ${count("failed")} | ${leftOut.join("; ") || "–"} |`);
  }
}

const [report, ...names] = process.argv.slice(2);
// That of the oldest Node is the suite's own, and workerd runs no tests.
const wanted = others
  .filter((runtime) => suites[runtime.name] && runtime !== others[0])
  .filter(isChosen(names));
const files = [];
const rows = [];
let ok = true;
const title = "npm carries other runtimes for this system";
if (areCarried) {
  mkdirSync(folder, { recursive: true });
  const there = await provide(wanted);
  files.push(testOf(title, there.length === wanted.length ? "passed" : "failed"));
  for (const runtime of there) {
    const result = await testWith(runtime);
    const leftOut = Object.keys(suites[runtime.name].missing ?? {});
    rows.push({ name: titleOf(runtime), files: result.files, leftOut });
    files.push(...result.files);
    ok &&= result.ok;
  }
  printTable(rows);
} else {
  console.log("Nothing is run: Linux on x64 alone is looked after.");
  files.push(testOf(title, "skipped"));
}
ok &&= files.every((file) => file.status !== "failed");
if (report) writeFileSync(report, JSON.stringify({ testResults: files }));
process.exitCode = ok ? 0 : 1;
