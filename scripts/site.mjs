// Builds the site of the docs and looks at it as its readers do, in a browser: `node scripts/site.mjs`, after `npm run build`.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { chromium } from "playwright";
import { address } from "../site/links.mjs";
import { findBrowsers } from "./browsers.mjs";
import { pnpm, root } from "./workspace.mjs";

const base = new URL(address).pathname;
const built = path.join(root, "site/dist");
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

const { ok } = await pnpm(["--filter", "@gundam/site", "--fail-if-no-match", "run", "build"]);
if (!ok) process.exit(1);

/** What a reader does, each in a page of its own. */
const visits = {
  "the front page leads to the docs": async (page) => {
    await page.goto("./");
    await page.getByRole("link", { name: "Get started" }).click();
    await page.getByRole("heading", { level: 1, name: "Getting started" }).waitFor();
  },
  "a page of the docs shows its code, and leads to another": async (page) => {
    await page.goto("docs/gateways.html");
    await page.locator("pre code").first().waitFor();
    await page.getByRole("link", { name: "Retry", exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: "Retry" }).waitFor();
  },
  "the search finds the option keepalive": async (page) => {
    await page.goto("./");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByPlaceholder("Search").fill("keepalive");
    await page.locator("#localsearch-list a[href*='/reference/']").first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("keepalive").first().waitFor();
  },
  "the reference shows an option's unit and default, and what browsers ignore": async (page) => {
    await page.goto("reference/");
    await page.getByRole("link", { name: "gundam", exact: true }).first().click();
    await page.getByRole("main").getByRole("link", { name: "NodeWsOpts" }).first().click();
    await page.getByRole("heading", { name: "keepalive?" }).waitFor();
    await page
      .getByText(/Unit: ms\. Default: Infinity\. .*Browsers ignore it/)
      .first()
      .waitFor();
  },
  "the reference shows an example with its import": async (page) => {
    await page.goto("reference/gundam/functions/deliver.html");
    await page.getByText('import { deliver } from "gundam";').waitFor();
  },
  "the playground connects, and leads back": async (page) => {
    await page.goto("./");
    await page.getByRole("link", { name: "Playground" }).first().click();
    await page.getByRole("link", { name: "Connection" }).click();
    const now = page.getByRole("region", { name: "Now" });
    await now.getByText("open", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Docs" }).click();
    await page.getByRole("link", { name: "Get started" }).waitFor();
  },
  "nothing is wider than a phone": async (page) => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const address of ["./", "readme.html", "docs/retry.html", "reference/gundam/", "playground/"]) {
      await page.goto(address);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 360) throw new Error(`${address} is ${width} px wide`);
    }
  },
};

const server = createServer(answer);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch(findBrowsers().chromium);
const baseURL = `http://127.0.0.1:${server.address().port}${base}`;
try {
  for (const [name, visit] of Object.entries(visits)) {
    const problems = await problemsOf(visit);
    console.log(`${problems.length === 0 ? "✓" : "×"} ${name}`);
    for (const problem of problems) console.error(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  await browser.close();
  server.close();
}

/** What goes wrong in a visit: what it waits for in vain, and what the page throws or does not find. */
async function problemsOf(visit) {
  const problems = [];
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => problems.push(`thrown: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  try {
    await visit(page);
  } catch (error) {
    problems.push(`${error.message}`);
  } finally {
    await context.close();
  }
  return problems;
}

/** As a static host does. */
function answer({ url }, response) {
  const { pathname } = new URL(url, "http://localhost");
  const asked = decodeURIComponent(pathname.slice(base.length)).replace(/(^|\/)$/, "$1index.html");
  try {
    if (!pathname.startsWith(base)) throw new Error("it is nobody's");
    const body = readFileSync(path.join(built, asked));
    response
      .writeHead(200, { "Content-Type": types[path.extname(asked)] ?? "application/octet-stream" })
      .end(body);
  } catch {
    response.writeHead(404).end();
  }
}
