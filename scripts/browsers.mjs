// The browsers that tests run in: Chromium and Firefox. `findBrowsers()` is the one place that knows where they are
// and how Playwright starts them; vitest.config.ts and e2e's Playwright configuration import it.
// As a command, `node scripts/browsers.mjs` prints what it found and installs what is missing.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { aptGet } from "./debian.mjs";
import { bin } from "./workspace.mjs";

const names = ["chromium", "firefox"];

const variables = { chromium: "GUNDAM_CHROMIUM", firefox: "GUNDAM_FIREFOX" };

const installedPaths = {
  chromium: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  firefox: ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"],
};

const debianPackages = { chromium: "chromium", firefox: "firefox-esr" };

const launchOptions = {
  chromium: {
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
  firefox: {},
};

// A Firefox that Playwright did not patch speaks WebDriver BiDi only, which Playwright calls a channel.
const installedLaunchOptions = { chromium: launchOptions.chromium, firefox: { channel: "moz-firefox" } };

/** How long Playwright's download may take, in ms: it is given up early where its network is out of reach. */
const DOWNLOAD_TIMEOUT = 180_000;

/**
 * Playwright's launch options for each browser that is there: named by GUNDAM_CHROMIUM or GUNDAM_FIREFOX, else
 * installed, else Playwright's own download. A browser that is missing is left out.
 * @param [places.root] where installed browsers are looked for
 * @param [places.downloaded] gives the path of Playwright's own download, there or not
 */
export function findBrowsers({ env = process.env, root = "/", downloaded = downloadedPath } = {}) {
  const found = {};
  for (const name of names) {
    const named = env[variables[name]];
    if (named && !existsSync(named))
      throw new Error(`${variables[name]} names ${named}, which is not there.`);
    const installed = named || installedPaths[name].map((file) => path.join(root, file)).find(existsSync);
    if (installed) found[name] = { executablePath: installed, ...installedLaunchOptions[name] };
    else if (existsSync(downloaded(name))) found[name] = launchOptions[name];
  }
  return found;
}

function downloadedPath(name) {
  return createRequire(import.meta.url)("playwright")[name].executablePath();
}

/**
 * Installs the browsers that are missing, or there but unable to run, one way after the other.
 * @returns the browsers that are still missing
 */
export async function installBrowsers({
  missing = missingBrowsers,
  ways = [download, installPackages],
} = {}) {
  let left = missing();
  for (const way of ways) {
    if (left.length === 0) break;
    await way(left);
    left = missing();
  }
  return left;
}

/** The names of the browsers that are not there, or that cannot even print their version: a library may be missing. */
export function missingBrowsers(places = {}) {
  const found = findBrowsers(places);
  const file = (name) => found[name].executablePath ?? (places.downloaded ?? downloadedPath)(name);
  return names.filter((name) => !(name in found) || !runs(file(name)));
}

function runs(file) {
  // On Windows, Chrome opens a window instead.
  if (process.platform === "win32") return true;
  return spawnSync(file, ["--version"], { stdio: "ignore", timeout: 30_000 }).status === 0;
}

function download(missing) {
  console.log(`Downloading ${missing.join(" and ")} with Playwright.`);
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "10000" };
  return bin("playwright", ["install", ...missing], { timeout: DOWNLOAD_TIMEOUT, env });
}

function installPackages(missing) {
  return aptGet(missing.map((name) => debianPackages[name]));
}

/** What to do by hand about browsers that could not be installed. */
export function instructions(missing) {
  const packages = missing.map((name) => debianPackages[name]).join(" ");
  const byName = missing.map((name) => `${variables[name]}=/path/to/${name}`).join(" ");
  return [
    `Missing, or unable to start: ${missing.join(" and ")}. Do one of these:`,
    `  npx playwright install --with-deps ${missing.join(" ")}`,
    `  apt-get install ${packages}        (Debian, as root)`,
    `  ${byName} npm test        (wherever else it is)`,
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const missing = await installBrowsers();
  for (const [name, { executablePath }] of Object.entries(findBrowsers())) {
    if (!missing.includes(name)) console.log(`${name}: ${executablePath ?? downloadedPath(name)}`);
  }
  if (missing.length > 0) {
    console.error(instructions(missing));
    process.exit(1);
  }
}
