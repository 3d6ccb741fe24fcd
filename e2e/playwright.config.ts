// The playground in real browsers: the page as the dev server serves it, and the page as it is built. Both servers are
// started here, on ports of their own, so that nothing that runs already is in the way.

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { defineConfig, devices } from "@playwright/test";
import { type BrowserLaunchOptions, type BrowserName, findBrowsers } from "../scripts/browsers.mjs";

const device = { chromium: devices["Desktop Chrome"], firefox: devices["Desktop Firefox"] };
const browsers = Object.entries(findBrowsers()) as [BrowserName, BrowserLaunchOptions][];
// Colours are what they will be at once; a Firefox that speaks BiDi has to be told by a preference.
const contextOptions = { reducedMotion: "reduce" } as const;
const firefoxUserPrefs = { "ui.prefersReducedMotion": 1 };

// Every worker reads this file again, and has to find the same ports.
process.env.GUNDAM_E2E_PORT ??= String(await findFreePort());
process.env.GUNDAM_E2E_STATIC_PORT ??= String(await findFreePort());
const port = process.env.GUNDAM_E2E_PORT;
const staticPort = process.env.GUNDAM_E2E_STATIC_PORT;

const vite = "node node_modules/vite/bin/vite.js";
const builtPage = "--outDir ../e2e/node_modules/.built-page";

// `npm test` takes what shows the most in the least time, `npm run test:all` the rest besides; without a part it is all.
const part = process.env.GUNDAM_E2E_PART as "main" | "rest" | undefined;
const slow = /@slow/;
const pages = /\/page\/.*\.spec\.ts$/;
/** By its file and its tags; the rest of Firefox's tests take too long. */
const mainInFirefox = /^(?!.*@slow).*\b(opening|race|embedded-server)\.spec\.ts/;
/** The tags of tests that are not for this browser. */
const others = (name: BrowserName) => [name === "chromium" ? /@firefox/ : /@chromium/];
const bySpeed = { main: { grepInvert: [slow, ...others("chromium")] }, rest: { grep: slow } };
const parts = {
  chromium: bySpeed,
  firefox: {
    main: { grep: mainInFirefox },
    rest: { grepInvert: [mainInFirefox, ...others("firefox")] },
  },
};

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  // Twice as many as a small machine has cores, for they wait for browsers and servers most of the time.
  workers: 4,
  forbidOnly: process.env.CI !== undefined,
  timeout: 30_000,
  // A busy machine can take seconds over what takes a browser no time.
  expect: { timeout: 10_000 },
  use: { baseURL: `http://127.0.0.1:${port}`, screenshot: "only-on-failure" },
  projects: browsers.flatMap(([name, options]) => [
    {
      name,
      testIgnore: pages,
      grepInvert: others(name),
      ...(part && parts[name][part]),
      use: { ...device[name], contextOptions, launchOptions: { ...options, firefoxUserPrefs } },
    },
    // They start their browsers themselves.
    {
      name: `${name} pages`,
      testMatch: pages,
      ...(part === "rest" && { grep: slow }),
      grepInvert: [...others(name), ...(part === "main" ? [slow] : [])],
      metadata: { browser: name },
    },
  ]),
  webServer: [
    {
      command: `${vite} ../playground --config vite.config.ts --port ${port} --strictPort`,
      url: `http://127.0.0.1:${port}`,
    },
    {
      command: `${vite} build ../playground ${builtPage} --emptyOutDir && ${vite} preview ../playground ${builtPage} --port ${staticPort} --strictPort`,
      url: `http://127.0.0.1:${staticPort}`,
    },
  ],
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
