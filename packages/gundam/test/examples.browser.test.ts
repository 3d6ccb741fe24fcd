// The examples for pages, put-away.ts of docs/options.md and page.js of the README, run in a page.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectFromPage } from "../../../examples/options/put-away.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";
import type { SuiteServer } from "./suite-servers/suite-server.ts";

let server: SuiteServer;

beforeEach(async () => {
  server = await startServerBehindCommands();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

test("the server reads why a page has gone", async () => {
  const client = connectFromPage(server.url);
  await client.ready();
  window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  await vi.waitFor(async () =>
    expect((await server.record()).closes).toMatchObject([{ code: 4000, reason: "page put away" }]),
  );
  client.terminate();
});

test("a page's url is relative to the page, and what is sent early arrives", async () => {
  const base = document.createElement("base");
  base.href = server.url.replace("ws:", "http:");
  document.head.append(base);
  await import("../../../examples/page.js");
  base.remove();
  await vi.waitFor(() => expect(document.body.textContent).toContain("hello"));
  expect((await server.record()).upgrades.map(({ url }) => url)).toEqual(["/live"]);
});
