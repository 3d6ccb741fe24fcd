// Contenders in pages of one Chromium: a turn costs the CPU time of the page's main thread.

import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { findBrowsers } from "../../scripts/browsers.mjs";
import { textOf } from "./bundle.mjs";

const pageClient = fileURLToPath(new URL("./page-client.mjs", import.meta.url));

/** Starts the browser. `start(name)` opens a contender's page, which takes orders as a client's process does. */
export async function startChromium() {
  const { chromium: options } = findBrowsers();
  if (options === undefined) throw new Error("there is no Chromium: node scripts/browsers.mjs installs it");
  const program = await textOf(`import ${JSON.stringify(pageClient)};`);
  const browser = await chromium.launch(options);
  return {
    version: browser.version(),
    start: (name) => startPage(browser, program, name),
    end: () => browser.close(),
  };
}

async function startPage(browser, program, name) {
  // A context of its own is a process of its own.
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  await page.addScriptTag({ type: "module", content: program });
  const threadTime = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "ThreadTime").value;
  };
  const ask = async ({ work, url, options }) => {
    await page.evaluate(([name, url]) => globalThis.bench.open(name, url), [name, url]);
    const before = await threadTime();
    await page.evaluate(([work, options]) => globalThis.bench[work](options), [work, options]);
    const after = await threadTime();
    await page.evaluate(() => globalThis.bench.close());
    return { cpu: ((after - before) * 1e6) / options.count };
  };
  return { ask, end: () => context.close() };
}
