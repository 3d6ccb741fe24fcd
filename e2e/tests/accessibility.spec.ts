import type { Locator, Page } from "@playwright/test";
import { expect, quickly, test } from "./playground.ts";

test("everything can be done with the keyboard, and the focus is always to be seen", async ({
  playground,
}) => {
  const { page } = playground;
  // A key at a time.
  test.slow();
  await playground.open();
  await tabTo(page, playground.composer);
  await page.keyboard.type("typed");
  await page.keyboard.press("Enter");
  await expect(playground.message("in", "typed")).toHaveCount(1);
  await tabTo(page, page.getByRole("listbox"));
  await page.keyboard.press("End");
  await expect(page.getByRole("region", { name: "Message", exact: true })).toHaveText("typed");

  await tabTo(page, page.locator("summary").filter({ hasText: "More ways to break it" }));
  await page.keyboard.press("Enter");
  await tabTo(page, playground.fault("Go away"));
  await page.keyboard.press("Enter");
  await playground.expectState("waiting");
  await tabTo(page, playground.fault("Come back"));
  await page.keyboard.press("Space");
  const status = (name: string) => playground.status.getByRole("button", { name, exact: true });
  await tabTo(page, status("Reconnect"));
  await page.keyboard.press("Enter");
  await playground.expectState("open");

  await tabTo(page, status("Hand over"));
  await page.keyboard.press("Enter");
  await expect(playground.event("client", "handover", "to a new connection")).toHaveCount(1);
  await expect(status("Hand over")).toBeFocused();

  await tabTo(page, status("Close"));
  await page.keyboard.press("Enter");
  await playground.expectState("closed");
  await expect(status("Close")).toBeFocused();
});

/** Presses Tab, or Shift+Tab when it is further up, until the element has the focus, which has to be visible. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const step = () =>
    wanted.evaluate((element) => {
      const active = document.activeElement ?? document.body;
      if (element === active) return undefined;
      const isAbove = element.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING;
      return isAbove ? "Shift+Tab" : "Tab";
    });
  for (let key = await step(); key !== undefined; key = await step()) await page.keyboard.press(key);
  await expect(wanted).toBeFocused();
  await expect(wanted).toHaveCSS("outline-style", "solid");
}

test("nothing sticks out of a narrow page", async ({ playground }) => {
  const { page } = playground;
  await page.setViewportSize({ width: 320, height: 640 });
  await playground.open(`two&${quickly}`);
  await playground.break("Refuse with", "Drop it");
  await playground.expectState("waiting");
  await expectNoExcess(page);
  await page.goto("/#storm");
  await expect(page.getByRole("button", { name: "Start the storm" })).toBeVisible();
  await expectNoExcess(page);
});

async function expectNoExcess(page: Page): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(excess).toBeLessThanOrEqual(0);
}
