// What a page goes through, in the browsers themselves: `test` gives a browser that behaves as its users' does, a site,
// an echo server that records, and a tab in which `connect()` keeps a client and what it tells.

import type * as Gundam from "@gundam/browser";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { test as base, expect, type Page, type Worker } from "@playwright/test";
import type { BrowserName } from "../../../scripts/browsers.mjs";
import { launch, type RunningBrowser } from "./browsers.ts";
import { type Site, startSite } from "./site.ts";

declare global {
  /** The library, in each page of the site. */
  var gundam: typeof Gundam;
  /** What `connect()` has made. */
  var client: Gundam.WebSocketClient;
  /** What it told: `connect`, `disconnect 1001`, `disconnect` where we have closed, `drop m unknown`, `close 1000`. */
  var told: string[];
}

interface Fixtures {
  readonly secure: boolean;
  readonly site: Site;
  readonly server: EchoServer;
  readonly tab: Page;
}

export const test = base.extend<Fixtures, { running: RunningBrowser }>({
  running: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
    async ({}, use, { project }) => {
      const running = await launch(project.metadata.browser as BrowserName);
      await use(running);
      await running.close();
    },
    { scope: "worker" },
  ],
  secure: [false, { option: true }],
  site: async ({ secure }, use) => {
    const site = await startSite({ secure });
    await use(site);
    await site.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  server: async ({}, use) => {
    // A sandboxed frame has no origin.
    await using server = await startEchoServer({ allowOrigins: ["null"] });
    await use(server);
  },
  tab: async ({ running, site }, use) => {
    const tab = await running.context.newPage();
    await tab.goto(site.origin);
    await use(tab);
    await tab.close();
  },
});
export { expect };

/** Where a script runs. */
type Realm = Pick<Worker, "evaluate">;

/** Has a client in the tab, and waits until it is ready. Every retry waits `retryTimeout` ms; without it, as resilient() does. */
export async function connect(
  tab: Realm,
  url: string,
  { retryTimeout, ...options }: { retryTimeout?: number; retry?: number } = {},
): Promise<void> {
  await tab.evaluate(
    async ([url, retryTimeout, options]) => {
      globalThis.told = [];
      globalThis.client = gundam.connect(
        gundam.resilient({
          url,
          ...options,
          ...(retryTimeout !== undefined && {
            retryFun: () => ({ retries: Infinity, timeout: retryTimeout }),
          }),
        }),
      );
      client.on("connect", () => told.push("connect"));
      client.on("disconnect", ({ close }) => told.push(close ? `disconnect ${close.code}` : "disconnect"));
      client.on("drop", ({ message, outcome }) => told.push(`drop ${message} ${outcome}`));
      client.on("close", ({ code }) => told.push(`close ${code}`));
      await client.ready();
    },
    [url, retryTimeout, options] as const,
  );
}

/** What the server has read, over all connections. */
export function received(server: EchoServer): string[] {
  return server.record.messages.map(({ data }) => String(data));
}

/** The close codes that the server has read. */
export function closeCodes(server: EchoServer): number[] {
  return server.record.closes.map(({ code }) => code);
}
