// The tables of options in docs/options.md, one for each task, made from the platforms' declarations (defaults, what runs
// where), the docstrings beside the options' types, and the titles of the tests that prove each option; and what the
// functions over a client take, in docs/messages.md.
// `node scripts/option-table.mjs --write`, after `npm run build`, rewrites them; a test fails when one is out of date.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("..", import.meta.url);
const sources = [
  "packages/core/src/options.ts",
  "packages/core/src/heartbeat.ts",
  "packages/core/src/callbacks.ts",
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
  CompressParameters: "wsOpts.compress.",
  HeartbeatOptions: "wsOpts.heartbeat.",
};

/** What one has in mind → the options for it, in the order in which they are shown. A group brings all that it holds. */
export const tasks = {
  connecting: ["url", "headers", "wsOpts.protocols", "transport", "state"],
  phases: [
    "openTimeout",
    "domainLookupTimeout",
    "connectTimeout",
    "tlsHandshakeTimeout",
    "httpOpts.upgradeTimeout",
    "callbackTimeout",
    "wsOpts.closingTimeout",
  ],
  retrying: ["retry", "retryFun", "retryTimeout", "shouldRetry", "stableAfter"],
  messages: [
    "wsOpts.codec",
    "wsOpts.userOpts",
    "sendQueue",
    "wsOpts.flow",
    "wsOpts.receiveBuffer",
    "wsOpts.maxPayload",
    "wsOpts.maxFrameSize",
    "wsOpts.compress",
  ],
  life: [
    "wsOpts.keepalive",
    "wsOpts.keepaliveTolerance",
    "wsOpts.heartbeat",
    "wsOpts.silencePings",
    "tcpOpts.sendTimeout",
    "tcpOpts.sendTimeoutClose",
    "tcpOpts.keepAlive",
    "tcpOpts.keepAliveInitialDelay",
  ],
  network: [
    "tlsOpts",
    "tcpOpts.proxy",
    "tcpOpts.proxyHeaders",
    "tcpOpts.noDelay",
    "tcpOpts.localAddress",
    "tcpOpts.localPort",
    "tcpOpts.family",
    "tcpOpts.lookup",
    "tcpOpts.autoSelectFamily",
    "tcpOpts.autoSelectFamilyAttemptTimeout",
    "tcpOpts.path",
  ],
  http: [
    "cookieStore",
    "httpOpts.cookieIgnoreInformational",
    "httpOpts.maxRedirects",
    "httpOpts.maxHeaderBlockSize",
    "httpOpts.transformHeaderName",
  ],
  page: ["pageSignals"],
  watching: ["trace", "supervise", "signal"],
  callbacks: ["onConnect", "onMessage", "onDisconnect", "onError", "onClose"],
};

/** The docstrings of all options: path → { text, isRequired, unit, default, source }. */
export function readDocs() {
  const docs = {};
  for (const file of sources) {
    for (const [name, body] of interfacesOf(file)) {
      if (!/Opts$|Options$|Parameters$|^Callbacks$/.test(name)) continue;
      for (const [key, comment, isRequired] of docstringsOf(body)) {
        docs[(groups[name] ?? "") + key] ??= { ...parse(comment), isRequired };
      }
    }
  }
  return docs;
}

/** What an option is called that is a member of this interface. */
export function pathIn(type, key) {
  return (groups[type] ?? "") + key;
}

function interfacesOf(file) {
  const text = readFileSync(new URL(file, root), "utf8");
  return [...text.matchAll(/export interface (\w+)[^{]*\{\n(.*?)\n\}/gs)].map((found) => found.slice(1));
}

function docstringsOf(body) {
  const documented = /\/\*\*((?:(?!\*\/).)*)\*\/\s+(?:\/\/[^\n]*\s+)?(?:readonly )?(\w+)(\??):/gs;
  return [...body.matchAll(documented)].map(([, comment, key, mark]) => [key, comment, mark === ""]);
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

/** The paths of a task's options, those below a group beside it. */
export function pathsFor(task, node, browser, effects = readProofs()) {
  const all = [
    ...new Set([
      ...pathsOf(node.declarations).map(([path]) => path),
      ...pathsOf(browser.declarations).map(([path]) => path),
      // What is declared elsewhere, such as the options of TLS, is known by its proof.
      ...Object.keys(effects.node),
    ]),
  ];
  return tasks[task].flatMap((group) => all.filter((path) => isPartOf(path, group)));
}

const isPartOf = (path, group) => path === group || path.startsWith(`${group}.`);

/** The options of a task, as Markdown. */
export function taskTable(task, node, browser, docs = readDocs(), effects = readProofs()) {
  const isIgnored = ({ ignored }, path) => ignored.some((group) => isPartOf(path, group));
  const rows = pathsFor(task, node, browser, effects).map((path) => {
    const where = isIgnored(node, path) ? "pages" : isIgnored(browser, path) ? "Node" : "everywhere";
    const doc = docs[path] ?? { text: "As Node has it." };
    const { text, fallback } = withDefault(doc);
    const meaning = `${text}<br>*Tested: ${proofOf(path, where, effects)}.*`;
    return `| \`${path}\` | ${[fallback, where, meaning, doc.source ?? "–"].map(cell).join(" | ")} |`;
  });
  return ["| option | default | where | meaning | after |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** The rest of the titles of the tests that show what an option does. */
function proofOf(path, where, { node, browsers }) {
  if (where === "Node" || node[path] === browsers[path]) return node[path];
  return where === "pages" ? browsers[path] : `on Node, ${node[path]}; in browsers, ${browsers[path]}`;
}

/** A docstring's text, and its default: a tag, its last sentence, or none. */
function withDefault({ text, unit, default: tagged, isRequired }) {
  const [sentence, said] = text.match(/\s*Default:? ([^.;:]+)\.$/) ?? [""];
  const fallback = tagged ?? said ?? (isRequired ? "required" : "–");
  const isLiteral = /^(\{\}|\[\]|".*"|true|false|Infinity|undefined)$/.test(fallback) && !/ /.test(fallback);
  return {
    text: text.slice(0, text.length - sentence.length),
    fallback: isLiteral
      ? code(fallback)
      : /^\d+$/.test(fallback)
        ? amountOf(Number(fallback), unit)
        : fallback,
  };
}

const code = (text) => (text.startsWith("`") ? text : `\`${text}\``);

const largeUnits = [
  ["MiB", 2 ** 20],
  ["KiB", 2 ** 10],
];

function amountOf(value, unit = "") {
  const large = unit === "bytes" && largeUnits.find(([, bytes]) => value % bytes === 0);
  return large ? `${value / large[1]} ${large[0]}` : `${value} ${unit}`.trim();
}

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
    ...Object.keys(tasks).map((task) => [
      "docs/options.md",
      task,
      taskTable(task, nodePlatform, browserPlatform),
    ]),
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
