// The story of an outage: what the card says against what the server did, and where its parts lead.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { addressOf, expect, quickly, test, unstable } from "./playground.ts";

function storyOf(page: Page, title = "Story"): Locator {
  return page.getByRole("article", { name: title, exact: true });
}

/** px from the top of the page. */
function placeOf(element: Locator): Promise<number> {
  return element.evaluate((found) => Math.round(found.getBoundingClientRect().top + scrollY));
}

test("a deploy, told as it went; each part leads to its row", async ({ secluded: playground }) => {
  const { page } = playground;
  await page.clock.install();
  // Retries as early as they may come, so that one meets the server that refuses.
  await page.addInitScript("Math.random = () => 0");
  await page.goto(addressOf("server=in-page&preset=resilient"));
  await page.clock.runFor(100);
  await playground.expectState("open");
  const story = storyOf(page);
  await expect(story).toContainText("No outage yet.");
  const place = await placeOf(playground.fault("Drop it"));
  await playground.break("Deploy");
  await page.clock.runFor(300);
  await playground.send("one");
  await playground.send("two");
  for (let seconds = 0; seconds < 6; seconds++) await page.clock.runFor(1000);
  await playground.expectState("open");

  const refusals = playground.event("server", "answers", "HTTP status 503");
  await expect(refusals).toHaveCount(1);
  const failed = await playground.event("client", "error", "not opened").count();
  await expect(story).toContainText(/Gone for \d.* s\. The server said 1012, service restart\./);
  await expect(story).toContainText(
    `${failed + 1} attempts, one refused with HTTP 503, ${failed - 1} not opened.`,
  );
  await expect(story).toContainText("2 messages waited and arrived.");
  await expect(page.getByRole("status").filter({ hasText: "2 messages waited and arrived." })).toHaveCount(1);
  expect(await placeOf(playground.fault("Drop it"))).toBe(place);

  const lead = (name: RegExp) => story.getByRole("button", { name });
  await lead(/refused with HTTP 503/).click();
  await expect(refusals).toBeFocused();
  await expect(refusals).toBeInViewport();
  await lead(/The server said 1012/).press("Enter");
  await expect(playground.event("client", "disconnect", "code 1012")).toBeFocused();
  await lead(/Gone for/).click();
  await expect(playground.attempts.first()).toBeFocused();
  await lead(/waited and arrived/).click();
  await expect(page.getByRole("listbox", { name: "Message log of client A" })).toBeFocused();
  await expect(playground.message("out", "one")).toHaveAttribute("aria-selected", "true");
});

test("the story is copied as text, and earlier ones are a page away @slow", async ({
  secluded: playground,
  browserName,
}) => {
  const { page } = playground;
  const isReadable = browserName === "chromium";
  // Only Chromium lets a test read the clipboard.
  if (isReadable) await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open(`${quickly}&${unstable}`);
  const story = storyOf(page);
  await playground.break("Drop it");
  await expect(story).toContainText("Lost without a Close frame");
  await playground.expectState("open");
  await playground.break("Close it with");
  await expect(story).toContainText("The server said 4001.");
  await expect(story).toContainText("2 of 2");
  await story.getByRole("button", { name: "Earlier story" }).click();
  await expect(story).toContainText("Lost without a Close frame");
  await story.getByRole("button", { name: "Later story" }).click();
  await story.getByRole("button", { name: "Copy" }).click();
  await expect(story.getByRole("button", { name: "Copied" })).toBeVisible();
  if (isReadable) {
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^[\d:.]+ Gone for .*\. The server said 4001\. .*\.$/);
  }
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include(".story").analyze();
  expect(violations).toEqual([]);
});

test("who gives up is told so, in red", async ({ playground }) => {
  const { page } = playground;
  await playground.open("retry=1&retryTimeout=100");
  await playground.break("Refuse with", "Drop it");
  await playground.expectState("closed");
  await expect(storyOf(page)).toContainText(/Gave up after .* 503/);
  await expect(playground.status).toHaveAttribute("data-tone", "bad");
  await expect(playground.attempts.last()).toContainText("gave up");
});

test("two clients have a story each, and one axis for their attempts", async ({ playground }) => {
  const { page, second } = playground;
  await playground.open(`two&${quickly}`);
  await second.expectState("open");
  await playground.break("Drop it");
  await expect(storyOf(page, "Story of client A")).toContainText("Lost without a Close frame");
  await expect(storyOf(page, "Story of client B")).toContainText("Lost without a Close frame");
  const zoomOf = (client: string) =>
    page.getByRole("region", { name: `Attempts of client ${client}` }).getByRole("radio", { name: "10 s" });
  await zoomOf("B").check();
  await expect(zoomOf("A")).toBeChecked();
});

test("while nothing can come the sentence says what is known", async ({ playground }) => {
  await playground.open(quickly);
  await playground.break("Go silent");
  await expect(playground.status).toHaveAttribute("data-tone", "wait");
  await expect(playground.status).toContainText(
    /nothing has come for \d+\.\d s \(the server is silent\): a browser cannot tell silence from a dead peer\. Set wsOpts\.heartbeat\./,
  );
  await playground.press("Reconnect");
  await expect(playground.status).toHaveAttribute("data-tone", "good");
  await playground.break("Offline");
  await expect(playground.status).toContainText("(the page is offline)");
  await playground.break("Offline");
  await expect(playground.status).toHaveAttribute("data-tone", "good");
});
