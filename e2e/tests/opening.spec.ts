// First sight: what a visitor has before, and just after, the page has come to life.

import type { Page } from "@playwright/test";
import { expect, test, troublesOf, unstable } from "./playground.ts";

test("the page connects by itself, and nothing goes wrong on the console", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  const troubles = troublesOf(page);
  await playground.open();
  await expect(playground.url).toHaveValue(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
  await expect(playground.event("client", "phase", "open took")).toHaveCount(1);
  await expect(playground.event("client", "connect", "the opening handshake succeeded")).toHaveCount(1);
  await expect(page.getByText("listening, 1 connection")).toBeVisible();
  await playground.expectEcho("hello");
  expect(troubles).toEqual([]);
});

test("a connection is resilient and talks from the start", async ({ playground }) => {
  const { page } = playground;
  await page.goto("/#connection");
  await playground.expectState("open");
  await expect(page.getByRole("radio", { name: "resilient()" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "one each second" })).toBeChecked();
  await expect(playground.messages.filter({ hasText: '"tick":1' }).first()).toBeVisible();
  await playground.break("Drop it");
  await expect(playground.event("client", "connect", "succeeded")).toHaveCount(2);
  await playground.expectState("open");
});

test("from the first sight of the page to a recovery it takes one click, and what happens is said", async ({
  playground,
}) => {
  // All within the time that a test may take, which is half a minute.
  await playground.open(unstable);
  await playground.break("Drop it");
  await expect(playground.status).toContainText(
    /Waiting \d\.\d s before attempt 2 of 6, because the connection was lost without a Close frame\./,
  );
  await expect(
    playground.page.getByRole("img", { name: "The lifecycle, in the state waiting" }),
  ).toBeVisible();
  await playground.expectState("open");
  await expect(playground.status).toContainText("Connected: messages go both ways.");
  await expect(playground.attempts).toHaveText([
    /^1opened in .*, open .*; lost without a Close frame; next in 5 s$/,
    /^2opened in /,
  ]);
});

test("before any script has run, the page says what this is and how to install it", async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL: baseURL!, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/");
  await expect(
    page.getByRole("heading", { level: 1, name: "A WebSocket client that stays connected" }),
  ).toBeVisible();
  await expect(page.getByText("npm install gundam", { exact: true })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Views" }).getByRole("link")).toHaveText([
    "Race",
    "Connection",
    "Storm",
  ]);
  await page.getByRole("link", { name: "Docs" }).click();
  await expect(page.getByRole("heading", { name: "Documentation" })).toBeVisible();
  await context.close();
});

test("nothing that is painted first moves when the page comes to life", async ({ secluded: { page } }) => {
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route(/main\.tsx/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/", { waitUntil: "commit" });
  // Its style has come.
  await expect(page.locator("main.skeleton .panel")).toHaveCSS("display", "flex");
  const before = await placesOf(page);
  expect(before.length).toBeGreaterThan(5);
  letThrough();
  await expect(page.locator("main.race:not(.skeleton)")).toBeVisible();
  expect(await placesOf(page)).toEqual(before);
});

/** Of what stands in the head of the page. */
function placesOf(page: Page): Promise<string[]> {
  return page.locator(".masthead :is(a, h1, p, code, button)").evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return `${element.textContent?.trim()} at ${x}, ${y}, ${width} by ${height}`;
    }),
  );
}

test("the install line is copied", async ({ secluded: { page }, browserName }) => {
  const isReadable = browserName === "chromium";
  if (isReadable) await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/");
  await expect(page.locator("main.race:not(.skeleton)")).toBeVisible();
  await page.getByRole("button", { name: "Copy the install line" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  // Only Chromium lets a test read the clipboard.
  if (isReadable) {
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("npm install gundam");
  }
});
