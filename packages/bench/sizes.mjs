// What a page pays: the gzipped size of what it imports, and where the bytes of a whole client come from.
// `node packages/bench/sizes.mjs` prints it as Markdown; `--write` puts it into ARCHITECTURE.md, which a test holds to it.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { replaceMarked } from "../../scripts/option-table.mjs";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
export const architecture = path.join(root, "ARCHITECTURE.md");

const program = (use, names, from = "gundam") =>
  `import { ${names.join(", ")} } from "${from}"; globalThis.used = ${use};`;

/** The client that most pages want. */
export const wholeClient = "connect(resilient({ url }))";

/** What is measured: its name → the program. */
export const programs = {
  [wholeClient]: program("(url) => connect(resilient({ url }))", ["connect", "resilient"]),
  connect: program("connect", ["connect"]),
  "ReconnectingWebSocket of gundam/websocket": face("ReconnectingWebSocket"),
  "WebSocket of gundam/websocket": face("WebSocket"),
};

function face(name) {
  return program(name, [name], "gundam/websocket");
}

/** Functions that a page pays for only if it imports them. */
export const functions = ["backoff", "deliver", "explain", "flush", "json", "printTrace", "resilient"];

/** What a function adds to a page that uses `connect`, gzipped. */
export async function priceOf(name) {
  const together = await measure(program(`[connect, ${name}]`, ["connect", name]));
  const without = await measure(program("[connect]", ["connect"]));
  return together.gzip - without.gzip;
}

/** Bundles a program for browsers from the sources: its gzipped size, and the minified bytes of each module in it. */
export async function measure(contents) {
  const { metafile, outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: here, sourcefile: "program" },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@gundam/source"],
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const modules = Object.entries(Object.values(metafile.outputs)[0].inputs)
    .map(([file, { bytesInOutput }]) => [nameOf(file), bytesInOutput])
    .filter(([name, bytes]) => name !== "bench/program" && bytes > 0);
  return {
    gzip: gzipSync(outputFiles[0].contents, { level: 9 }).length,
    modules: Object.fromEntries(modules),
  };
}

/** packages/core/src/driver.ts → core/driver; …/node_modules/mitt/dist/mitt.mjs → mitt */
function nameOf(file) {
  const dependency = file.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/);
  return dependency
    ? dependency[1]
    : file
        .replace(/^packages\//, "")
        .replace("/src/", "/")
        .replace(/\.ts$/, "");
}

/** Smaller differences are not told: too small to matter, and another zlib packs a little differently. */
export const SLIGHT = 50;

/** Both tables: name → bytes. */
export async function measureAll() {
  const sizes = {};
  for (const [name, contents] of Object.entries(programs)) sizes[name] = (await measure(contents)).gzip;
  for (const name of functions) sizes[`${name}, beside connect`] = await priceOf(name);
  const { modules } = await measure(programs[wholeClient]);
  const ledger = Object.entries(modules)
    .filter(([, bytes]) => bytes >= SLIGHT)
    .sort((a, b) => b[1] - a[1]);
  return { sizes, ledger: Object.fromEntries(ledger) };
}

/** The section of ARCHITECTURE.md. */
export function tablesOf({ sizes, ledger }) {
  return [
    "| a page that uses | pays, gzipped |",
    "|---|---|",
    ...Object.entries(sizes).map(([name, bytes]) => `| \`${name}\` | ${bytes} B |`),
    "",
    `| module, in \`${wholeClient}\` | minified |`,
    "|---|---|",
    ...Object.entries(ledger).map(([name, bytes]) => `| ${name} | ${bytes} B |`),
  ].join("\n");
}

/** The figures that stand in a text: name → bytes. */
export function figuresIn(text) {
  const section = text.match(/<!-- sizes:begin -->(.*)<!-- sizes:end -->/s)?.[1] ?? "";
  return Object.fromEntries(
    [...section.matchAll(/^\| `?(.*?)`? \| (\d+) B \|$/gm)].map(([, name, bytes]) => [name, Number(bytes)]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tables = tablesOf(await measureAll());
  if (process.argv.includes("--write")) {
    writeFileSync(architecture, replaceMarked(readFileSync(architecture, "utf8"), "sizes", tables));
  } else console.log(tables);
}
