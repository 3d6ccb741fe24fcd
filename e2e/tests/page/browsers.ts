// The browsers as their users have them: tabs can be hidden, frozen and kept in the back/forward cache, timers are
// throttled, and the whole browser can be stopped, as when a laptop's lid is closed. Playwright switches all of that off
// where it starts a browser itself; here Chromium is started by us, and Firefox is given its own preferences again.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { type BrowserContext, chromium, firefox, type Page } from "@playwright/test";
import { type BrowserName, findBrowsers } from "../../../scripts/browsers.mjs";

/** Firefox's own, of what Playwright sets. */
const throttled = {
  "dom.min_background_timeout_value": 1000,
  "dom.min_background_timeout_value_without_budget_throttling": 1000,
  "dom.timeout.enable_budget_timer_throttling": true,
};

export interface RunningBrowser {
  readonly name: BrowserName;
  readonly context: BrowserContext;
  /** Lays another tab over the page's, so that it is hidden; what is returned shows it again. */
  hide(page: Page): Promise<() => Promise<void>>;
  /** Stops every process of the browser for so many ms, which only Linux lets us find. */
  sleep(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function launch(name: BrowserName): Promise<RunningBrowser> {
  const { context, close } = await (name === "chromium" ? launchChromium() : launchFirefox());
  return {
    name,
    context,
    hide: (page) => hide(name, page),
    sleep: async (ms) => {
      // All that a worker of Playwright's has started is its browser.
      const processes = descendants(process.pid);
      signal(processes, "SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, ms));
      signal(processes.reverse(), "SIGCONT");
    },
    close,
  };
}

async function launchChromium() {
  const { executablePath = chromium.executablePath(), args = [] } = findBrowsers().chromium ?? {};
  const profile = mkdtempSync(path.join(tmpdir(), "gundam-chromium-"));
  const flags = [
    "--headless=new",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "--ignore-certificate-errors",
    // A hidden tab has a timer a minute after so many seconds, instead of five minutes.
    "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10",
  ];
  const child = spawn(executablePath, [...args, ...flags, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const browser = await chromium.connectOverCDP(await endpointOf(child), { noDefaults: true });
  return {
    context: browser.contexts()[0]!,
    close: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      await (await browser.newBrowserCDPSession()).send("Browser.close");
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function endpointOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stderr! })) {
    const [, endpoint] = /listening on (ws:\S+)/.exec(line) ?? [];
    // What it says later is of no interest, and must not fill the pipe.
    if (endpoint !== undefined) {
      child.stderr!.resume();
      return endpoint;
    }
  }
  throw new Error(`Chromium ended (exit ${child.exitCode}) before it listened.`);
}

async function launchFirefox() {
  const browser = await firefox.launch({ ...findBrowsers().firefox, firefoxUserPrefs: throttled });
  return {
    context: await browser.newContext({ ignoreHTTPSErrors: true }),
    close: () => browser.close(),
  };
}

async function hide(name: BrowserName, page: Page): Promise<() => Promise<void>> {
  // In Firefox a page of Playwright's has a window of its own.
  const opening = name === "firefox" ? page.waitForEvent("popup") : page.context().newPage();
  if (name === "firefox") await page.evaluate(() => void window.open("about:blank"));
  const other = await opening;
  if (name === "chromium") await other.bringToFront();
  await page.waitForFunction(() => document.visibilityState === "hidden", undefined, { polling: 50 });
  return async () => {
    await other.close();
    await page.bringToFront();
    await page.waitForFunction(() => document.visibilityState === "visible", undefined, { polling: 50 });
  };
}

function signal(processes: readonly number[], name: "SIGSTOP" | "SIGCONT"): void {
  for (const pid of processes) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // Some helper of the browser has ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** The processes that a process has started, and theirs, parents first. */
function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const parent = parentOf(entry);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const under = (parent: number): number[] =>
    (children.get(parent) ?? []).flatMap((child) => [child, ...under(child)]);
  return under(pid);
}

function parentOf(entry: string): number | undefined {
  if (!/^\d+$/.test(entry)) return undefined;
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
    // The name, in parentheses, may hold anything.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
