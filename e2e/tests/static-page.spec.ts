// The page as it is built: one bundle with gundam in it, and no server of ours behind it.

import { gzipSync } from "node:zlib";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import type { Request } from "@playwright/test";
import { addressOf, expect, test, troublesOf } from "./playground.ts";

test.use({ baseURL: `http://127.0.0.1:${process.env.GUNDAM_E2E_STATIC_PORT}` });

let server: EchoServer;

test.beforeEach(async () => {
  server = await startEchoServer();
});

test.afterEach(async () => {
  await server.stop();
});

test("the built page breaks a server of its own, has its storms, and connects to any other", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  const troubles = troublesOf(page);
  await page.goto(addressOf());
  await playground.expectState("open");
  await expect(page.getByRole("radio", { name: "Embedded" })).toHaveCount(0);
  await playground.expectEcho("from this very page");
  await playground.break("Close it with");
  await expect(playground.event("client", "disconnect", "closed by the server with code 4001")).toHaveCount(
    1,
  );
  await playground.press("Reconnect");
  await playground.expectEcho("again");

  await page.getByRole("radio", { name: "Any url" }).check();
  await playground.url.fill(server.url);
  await playground.url.press("Enter");
  await playground.press("Connect with changes");
  await expect(playground.event("you", "connect", `to ${server.url}`)).toHaveCount(1);
  await playground.expectState("open");
  await expect(page.getByText("This server is not ours to break.")).toBeVisible();
  await playground.expectEcho("from a bundle");
  server.closeAll(1001, "bye");
  await expect(playground.event("client", "disconnect", "closed by the server with code 1001")).toHaveCount(
    1,
  );
  await playground.press("Reconnect");
  await playground.expectEcho("once more");

  await page.getByRole("link", { name: "Storm" }).click();
  await page.getByRole("combobox", { name: "Clients" }).selectOption("1000");
  await page.getByRole("button", { name: "Start the storm" }).click();
  await expect(page.getByRole("status", { name: "Storm" })).toHaveText("All policies have had their storm.");
  expect(troubles).toEqual([]);
});

/** Bytes of JavaScript, gzipped, that the page may load before anything is pressed, other libraries than ours apart. */
const BUDGET = 80_000;
const libraries = /\/library-[^/]*\.js$/;

test("first sight loads no more than its budget, and nothing of the other views", async ({
  secluded: { page },
}) => {
  const scripts = new Set<string>();
  const note = (request: Request) => {
    if (request.resourceType() === "script" && !libraries.test(request.url())) scripts.add(request.url());
  };
  page.on("request", note);
  await page.goto("/");
  await expect(page.locator("main.race:not(.skeleton)")).toBeVisible();
  await page.waitForLoadState("networkidle");
  page.off("request", note);
  const loaded = await Promise.all(
    [...scripts].map(async (url) => {
      const body = await (await page.request.get(url)).body();
      return { name: new URL(url).pathname, size: gzipSync(body).length };
    }),
  );
  const sizes = loaded.map(({ name, size }) => `${name}: ${size}`).join("\n");
  const total = loaded.reduce((sum, { size }) => sum + size, 0);
  expect(loaded.length, sizes).toBeGreaterThan(1);
  expect(total, sizes).toBeLessThanOrEqual(BUDGET);
  expect(sizes).not.toMatch(/bench|storm|chart/);
  // The view comes beside the script that asks for it, not after it.
  const preloaded = page.locator('link[rel="modulepreload"][href*="race-view"]');
  await expect(preloaded).toHaveCount(1);
  await page.goto("/?quiet#storm");
  await expect(page.getByRole("button", { name: "Start the storm" })).toBeVisible();
  await expect(preloaded).toHaveCount(0);
});

test("the README and the docs are there, and lead back to the page", async ({ secluded: { page } }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "README" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Gundam" })).toBeVisible();
  await page.getByRole("link", { name: "Retry" }).first().click();
  await expect(page).toHaveURL(/\/docs\/retry\.html$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Playground" }).click();
  await expect(page.locator("main.race")).toBeVisible();
});
