import type { EchoServer } from "@gundam/testing/server";
import type { Page } from "@playwright/test";
import { expect, received, test } from "./page.ts";
import type { Site } from "./site.ts";

/** What a worker does: whenever it is connected it says where it runs. */
const script = `
importScripts("/gundam.js");
const url = new URL(location).searchParams.get("server");
const client = gundam.connect(gundam.resilient({ url, retryFun: () => ({ retries: Infinity, timeout: 100 }) }));
client.on("connect", () => client.send(self.constructor.name));
`;

declare global {
  /** Kept, so that nobody collects it. */
  var worker: unknown;
}

async function expectConnection(
  scope: string,
  start: (url: string) => void | Promise<void>,
  { tab, server, site }: { tab: Page; server: EchoServer; site: Site },
): Promise<void> {
  site.pages.set("/worker.js", { type: "text/javascript", body: script });
  await tab.evaluate(start, `${site.origin}/worker.js?server=${encodeURIComponent(server.url)}`);
  await server.until(({ counts }) => counts.messages === 1);
  server.drop("fin");
  await server.until(({ counts }) => counts.messages === 2);
  expect(received(server)).toEqual([scope, scope]);
}

test.describe("a dedicated worker", () => {
  test("keeps a connection", ({ tab, server, site }) => {
    const start = (url: string) => {
      globalThis.worker = new Worker(url);
    };
    return expectConnection("DedicatedWorkerGlobalScope", start, { tab, server, site });
  });
});

test.describe("a shared worker", () => {
  test("keeps a connection", ({ tab, server, site }) => {
    const start = (url: string) => {
      globalThis.worker = new SharedWorker(url);
    };
    return expectConnection("SharedWorkerGlobalScope", start, { tab, server, site });
  });
});

test.describe("a service worker", () => {
  test("keeps a connection", ({ tab, server, site }) => {
    const start = async (url: string) => {
      await navigator.serviceWorker.register(url);
    };
    return expectConnection("ServiceWorkerGlobalScope", start, { tab, server, site });
  });
});
