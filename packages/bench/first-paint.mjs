// How soon the playground is painted, in this checkout and in another one: both are built and served the same way, and
// take turns in one Chromium whose network is that of slow 4G and whose processor is a quarter as fast. What counts is the
// median over the rounds of the ratio of their times; below 1 this checkout is sooner.
//
// `node packages/bench/first-paint.mjs --against <checkout> [--rounds 9] [--json]`

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright";
import { findBrowsers } from "../../scripts/browsers.mjs";
import { root } from "./bundle.mjs";
import { quantile, ratiosOf, takeTurns } from "./ratios.mjs";

/** Lighthouse's slow 4G as DevTools throttles it: ms, and bytes a second. */
const network = { offline: false, latency: 562.5, downloadThroughput: 184_320, uploadThroughput: 84_375 };
const CPU_SLOWDOWN = 4;
/** ms without a request after which nothing larger is expected to be painted. */
const QUIET = 1500;

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const paints = { fcp: "first contentful paint", lcp: "largest contentful paint" };

function build(checkout, folder) {
  const vite = path.join(checkout, "playground/node_modules/vite/bin/vite.js");
  if (!existsSync(vite)) giveUp(`${checkout} is not installed: run pnpm install there.`);
  const options = ["build", "--outDir", folder, "--logLevel", "error"];
  execFileSync(process.execPath, [vite, ...options], {
    cwd: path.join(checkout, "playground"),
    stdio: "inherit",
  });
}

/** Everything gzipped and nothing kept, as a visitor meets it for the first time. */
async function serve(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = path.join(folder, pathname === "/" ? "index.html" : pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    const type = types[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, {
      "Content-Type": type,
      "Content-Encoding": "gzip",
      "Cache-Control": "no-store",
    });
    response.end(gzipSync(readFileSync(file)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

/** ms from the navigation to each paint. */
async function load(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", network);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
    await page.goto(url, { waitUntil: "load" });
    return await page.evaluate(timesOf, QUIET);
  } finally {
    await context.close();
  }
}

/** Runs in the page. */
function timesOf(quiet) {
  return new Promise((resolve) => {
    const times = {};
    const watch = (type, take) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    watch("paint", ({ name, startTime }) => {
      if (name === "first-contentful-paint") times.fcp = startTime;
    });
    watch("largest-contentful-paint", ({ startTime }) => {
      times.lcp = startTime;
    });
    let timer = setTimeout(resolve, quiet, times);
    watch("resource", () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, quiet, times);
    });
  });
}

function rowOf(name, here, there) {
  const { ratio, from, to } = ratiosOf(here, there);
  const ms = (times) => `${quantile(times, 0.5).toFixed(0)} ms`;
  return `| ${name} | **${ratio.toFixed(2)}** | ${from.toFixed(2)}–${to.toFixed(2)} | ${ms(here)} | ${ms(there)} |`;
}

function giveUp(why) {
  console.error(why);
  process.exit(1);
}

async function main() {
  const { values } = parseArgs({
    options: {
      against: { type: "string" },
      rounds: { type: "string", default: "9" },
      json: { type: "boolean" },
    },
  });
  if (values.against === undefined) giveUp("Against what? --against <another checkout, installed>");
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) giveUp(`--rounds must be 1 or more, not ${values.rounds}`);
  const { chromium: options } = findBrowsers();
  if (options === undefined) giveUp("There is no Chromium: node scripts/browsers.mjs installs it.");

  const folder = mkdtempSync(path.join(tmpdir(), "gundam-first-paint-"));
  const checkouts = { here: root, there: path.resolve(values.against) };
  const servers = {};
  const browser = await chromium.launch(options);
  try {
    for (const [side, checkout] of Object.entries(checkouts)) {
      const built = path.join(folder, side);
      build(checkout, built);
      servers[side] = await serve(built);
      // The browser's own first time is nobody's.
      await load(browser, servers[side].url);
    }
    const times = { here: [], there: [] };
    const fcp = await takeTurns(["here", "there"], rounds, async (side, round) => {
      const paints = await load(browser, servers[side].url);
      times[side].push(paints.lcp);
      const told = `${paints.fcp.toFixed(0)} ms, ${paints.lcp.toFixed(0)} ms`;
      console.error(`round ${round + 1} of ${rounds}, ${side}: ${told}`);
      return paints.fcp;
    });
    const lcp = { here: meansOfPairs(times.here), there: meansOfPairs(times.there) };
    print({ fcp, lcp }, { rounds, browser: browser.version(), isJson: values.json });
  } finally {
    await browser.close();
    for (const server of Object.values(servers)) server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** As each round has two turns of a side. */
function meansOfPairs(values) {
  return values.flatMap((value, index) => (index % 2 === 0 ? [(value + values[index + 1]) / 2] : []));
}

function print(results, { rounds, browser, isJson }) {
  if (isJson) {
    const told = ([name, { here, there }]) => [name, { ...ratiosOf(here, there), here, there }];
    console.log(
      JSON.stringify({ browser, rounds, paints: Object.fromEntries(Object.entries(results).map(told)) }),
    );
    return;
  }
  console.log(`${rounds} rounds, Chromium ${browser}, slow 4G, a processor ${CPU_SLOWDOWN} times slower.\n`);
  console.log("| playground | here / there | middle half | here | there |\n|---|---|---|---|---|");
  for (const [name, { here, there }] of Object.entries(results))
    console.log(rowOf(paints[name], here, there));
}

await main();
