// The tables of options: the README's, made from the platforms' declarations (defaults, what runs where) and the docstrings
// beside the options' types; that of docs/options.md, which names the test that proves each option; and what the functions
// over a client take, in docs/messages.md.
// `node scripts/option-table.mjs --write`, after `tsc -b`, rewrites them; a test fails when one is out of date.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("..", import.meta.url);
const sources = [
  "packages/core/src/options.ts",
  "packages/node/src/node-options.ts",
  "packages/browser/src/browser-options.ts",
];
const groups = {
  CoreWsOpts: "wsOpts.",
  NodeWsOpts: "wsOpts.",
  BrowserWsOpts: "wsOpts.",
  ReceiveBufferOptions: "wsOpts.receiveBuffer.",
  SendQueueOptions: "sendQueue.",
  PaceOptions: "sendQueue.pace.",
  HttpOpts: "httpOpts.",
  TcpOpts: "tcpOpts.",
};

/** The docstrings of all options: path → { text, unit, default, source }. */
export function readDocs() {
  const docs = {};
  for (const file of sources) {
    for (const [name, body] of interfacesOf(file)) {
      if (!/Opts$|Options$/.test(name)) continue;
      for (const [key, comment] of docstringsOf(body)) docs[(groups[name] ?? "") + key] ??= parse(comment);
    }
  }
  return docs;
}

function interfacesOf(file) {
  const text = readFileSync(new URL(file, root), "utf8");
  return [...text.matchAll(/export interface (\w+)[^{]*\{\n(.*?)\n\}/gs)].map((found) => found.slice(1));
}

function docstringsOf(body) {
  const documented = /\/\*\*((?:(?!\*\/).)*)\*\/\s+(?:\/\/[^\n]*\s+)?(?:readonly )?(\w+)\??:/gs;
  return [...body.matchAll(documented)].map(([, comment, key]) => [key, comment]);
}

function parse(comment) {
  // An example stands last, and is for the reference.
  const words = comment
    .replace(/@example\b.*/s, "")
    .replace(/\n\s*\*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const [text, ...tags] = words.split(/\s@(?=unit|default|source)/);
  return { text, ...Object.fromEntries(tags.map((tag) => tag.match(/^(\w+)\s+(.*)$/).slice(1))) };
}

/** Every option's path and default, from a declaration table. */
export function pathsOf(table, path = "") {
  return Object.entries(table).flatMap(([key, declared]) =>
    Array.isArray(declared) ? [[path + key, declared[1]]] : pathsOf(declared, `${path}${key}.`),
  );
}

const proofs = "packages/gundam/test/option-proofs/";

/** The effects that are proved, from the sources of the proofs: path → titles' ends, on Node and in browsers. */
export function readProofs() {
  const read = (file) => readFileSync(new URL(proofs + file, root), "utf8");
  const listed = (...files) => {
    const effects = {};
    for (const file of files) {
      for (const [, option, , effect] of read(file).matchAll(
        /option: "([^"]+)",\s+effect:\s+(["'])((?:(?!\2).)+)\2/g,
      )) {
        effects[option] = effect;
      }
    }
    return effects;
  };
  return {
    node: listed("everywhere.ts", "on-node.ts"),
    browsers: listed("everywhere.ts", "in-browsers.ts"),
    ignored: read("in-browsers.ts").match(/effect: "(is ignored [^"]+)"/)[1],
  };
}

/** What runs where, and the title of the test that proves it, as Markdown. */
export function proofTable(node, browser, effects = readProofs()) {
  const declared = pathsOfBoth(node, browser);
  const isPartOf = (path, group) => path === group || path.startsWith(`${group}.`);
  // What a group holds that is declared elsewhere, such as the options of TLS, follows the group.
  const paths = declared.flatMap((path) => [
    path,
    ...Object.keys(effects.node).filter((other) => other !== path && isPartOf(other, path)),
  ]);
  const rows = paths.map((path) => {
    const ignored = browser.ignored.find((name) => isPartOf(path, name));
    const isBelow = ignored && !declared.includes(path);
    const there = ignored
      ? ["ignored", isBelow ? `see \`${ignored}\`` : effects.ignored]
      : ["✓", effects.browsers[path]];
    const here = [node.ignored.includes(path) ? "ignored" : "✓", effects.node[path]];
    if (there[1] === here[1]) there[1] = "the same";
    return `| \`${path}\` | ${[...here, ...there].map((text) => cell(text ?? "")).join(" | ")} |`;
  });
  return [
    "| option | Node | test on Node | browsers | test in browsers |",
    "|---|---|---|---|---|",
    ...rows.filter((row) => !isCallback(row.slice(3))),
    ...rows.filter((row) => isCallback(row.slice(3))),
  ].join("\n");
}

const isCallback = (path) => /^on[A-Z]/.test(path);

/** What functions take that are imported for it, in docs/messages.md: name → table. */
export function argumentTables() {
  return [
    ["send", argumentTable("packages/core/src/outbox.ts", "SendOptions")],
    ["messages", argumentTable("packages/core/src/messages.ts", "MessagesOptions")],
    ["heartbeat", argumentTable("packages/core/src/heartbeat.ts", "HeartbeatOptions")],
  ];
}

/** As Markdown. */
function argumentTable(file, type) {
  const [, body] = interfacesOf(file).find(([name]) => name === type);
  const rows = docstringsOf(body).map(([key, comment]) => `| \`${key}\` | ${cell(parse(comment).text)} |`);
  return ["| option | meaning |", "|---|---|", ...rows].join("\n");
}

/** What is shown first, whichever table declares it. */
const first = ["url", "headers"];

/** The paths of all options of both platforms. */
function pathsOfBoth(node, browser) {
  const declared = [...pathsOf(node.declarations), ...pathsOf(browser.declarations)].map(([path]) => path);
  return [...new Set([...first, ...declared])];
}

/** The table of all options of both platforms, as Markdown. */
export function optionTable(node, browser, docs = readDocs()) {
  const onNode = Object.fromEntries(pathsOf(node.declarations));
  const inBrowser = Object.fromEntries(pathsOf(browser.declarations));
  const isIgnored = ({ ignored }, path) =>
    ignored.some((name) => path === name || path.startsWith(`${name}.`));
  const rows = pathsOfBoth(node, browser)
    .filter((path) => !isCallback(path))
    .map((path) => {
      const { text = "", unit, default: fallback = "", source = "" } = docs[path] ?? {};
      // What Node is said to ignore has no meaning there, where browsers ignore what one could miss.
      const servers = path in onNode && !isIgnored(node, path) ? "✓" : "–";
      const browsers = isIgnored(browser, path) ? "ignored" : path in inBrowser ? "✓" : "–";
      const value = unit && /^\d|^Infinity$/.test(fallback) ? `${fallback} ${unit}` : fallback;
      return `| \`${path}\` | ${cell(value)} | ${servers} | ${browsers} | ${cell(text)} | ${cell(source)} |`;
    });
  return [
    "| option | default | Node | browsers | meaning | after |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

const cell = (text) => text.replaceAll("|", "\\|");

/** The text with what stands between the marks of `name` replaced. */
export function replaceMarked(text, name, content) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { nodePlatform } = await import("../packages/node/dist/index.js");
  const { browserPlatform } = await import("../packages/browser/dist/index.js");
  const tables = [
    ["README.md", "options", optionTable(nodePlatform, browserPlatform)],
    ["docs/options.md", "options", proofTable(nodePlatform, browserPlatform)],
    ...argumentTables().map(([name, table]) => ["docs/messages.md", name, table]),
  ];
  for (const [page, name, table] of tables) {
    const file = new URL(page, root);
    const before = readFileSync(file, "utf8");
    const after = replaceMarked(before, name, table);
    if (process.argv.includes("--write")) writeFileSync(file, after);
    else if (before !== after) {
      console.error(`${page}'s table ${name} is out of date: node scripts/option-table.mjs --write`);
      process.exitCode = 1;
    }
  }
}
