// Makes playground/public/poster.png, the picture of a link to the page: a race that has been run, as the page shows it.
// `node scripts/poster.mjs`, whenever the race looks otherwise.

import path from "node:path";
import { chromium } from "playwright";
import { createServer } from "vite";
import { findBrowsers } from "./browsers.mjs";
import { root } from "./workspace.mjs";

const playground = path.join(root, "playground");
const configFile = path.join(playground, "vite.config.ts");
const vite = await createServer({ root: playground, configFile, server: { port: 0 } });
await vite.listen();
const browser = await chromium.launch(findBrowsers().chromium);
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
  await page.goto(vite.resolvedUrls.local[0]);
  await page.getByRole("button", { name: "Run the race" }).click();
  await page.getByRole("button", { name: "Run it again" }).waitFor();
  // A picture needs no room for a scrollbar.
  await page.addStyleTag({ content: "html { scrollbar-gutter: auto; }" });
  await page.screenshot({ path: path.join(playground, "public/poster.png") });
} finally {
  await browser.close();
  await vite.close();
}
