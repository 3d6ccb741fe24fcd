// The test projects: `node`, `heavy` and `firefox-proofs` (slow, only with --all), `types`, and the browsers. Every one of them resolves the
// packages to their sources, so that tests need no build.

import path from "node:path";
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { frameworks } from "./examples/frameworks/vite-plugins.ts";
import { libraryFacts } from "./playground/library-facts.ts";
import { type BrowserName, findBrowsers } from "./scripts/browsers.mjs";
import { serverCommands } from "./scripts/vitest-server-commands.ts";

const source = "@gundam/source";
const runtime = ["bun", "deno"].filter((name) => name in process.versions);
const serverConditions = [source, ...runtime, ...defaultServerConditions];
const onServer = { resolve: { conditions: serverConditions, externalConditions: [source] } };
/** Bun has a `ws` of its own, whose server is not the one that these tests know. */
const alias = runtime.includes("bun")
  ? {
      ws: path.resolve("packages/testing/node_modules/ws/wrapper.mjs"),
      // With all that ws has as properties of its class, which its module for `import` leaves out.
      "#ws": path.resolve("packages/testing/node_modules/ws/index.js"),
    }
  : {};

/** The playground has of gundam what its page has. */
const gundamOfPages = {
  name: "gundam:of-pages",
  enforce: "pre" as const,
  resolveId: (id: string, importer = "") =>
    id === "gundam" && /\/playground\/(src|test)\//.test(importer)
      ? path.resolve("packages/gundam/src/browser.ts")
      : undefined,
};

const browsers = findBrowsers();
const browserTests = "**/*.browser.test.{ts,tsx}";
/** It delays reconnects after connections that broke; these run with --all. */
const slowInFirefox = "packages/gundam/test/option-proofs/*.browser.test.ts";
const heavyTests = "**/*.heavy.test.ts";

const instance = (browser: BrowserName) => ({
  browser,
  name: browser,
  provider: playwright({ launchOptions: browsers[browser] ?? {} }),
});

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: serverConditions, alias },
        ssr: onServer,
        plugins: [libraryFacts(), gundamOfPages, frameworks()],
        test: {
          name: "node",
          include: [
            "packages/*/test/**/*.test.ts",
            "playground/test/**/*.test.ts",
            "scripts/**/*.test.ts",
            "site/test/**/*.test.ts",
            "docs/**/*.test.ts",
            "examples/**/*.test.{ts,tsx}",
          ],
          exclude: ["**/node_modules/**", browserTests, heavyTests],
        },
      },
      {
        resolve: { conditions: serverConditions },
        ssr: onServer,
        test: {
          name: "heavy",
          include: [`packages/*/test/${heavyTests}`, `examples/${heavyTests}`],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            checker: "tsc",
            tsconfig: "./tsconfig.test.json",
            include: ["packages/*/test/**/*.test-d.ts"],
            // The rest of what tsconfig.test.json names is the business of the step `types`.
            ignoreSourceErrors: true,
          },
        },
      },
      {
        resolve: { conditions: [source, ...defaultClientConditions] },
        ssr: onServer,
        plugins: [frameworks()],
        // Found while a test runs, it would reload the test's page.
        optimizeDeps: { exclude: ["graphql-ws", "svelte"] },
        test: {
          name: "browser",
          include: [`packages/*/test/${browserTests}`, `examples/${browserTests}`],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: serverCommands,
            // `--project chromium` runs one of them.
            instances: [
              instance("chromium"),
              { ...instance("firefox"), exclude: ["**/node_modules/**", slowInFirefox] },
              { ...instance("firefox"), name: "firefox-proofs", include: [slowInFirefox] },
            ],
          },
          // A busy machine can take seconds over what takes a browser no time.
          testTimeout: 15_000,
        },
      },
    ],
  },
});
