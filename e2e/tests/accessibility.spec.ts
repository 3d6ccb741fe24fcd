import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./playground.ts";

test("everything can be done with the keyboard, and the focus is always to be seen", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await tabTo(page, playground.composer);
  await page.keyboard.type("typed");
  await page.keyboard.press("Enter");
  await expect(playground.message("in", "typed")).toHaveCount(1);

  await tabTo(page, playground.button("Go away"));
  await page.keyboard.press("Enter");
  await playground.expectPhase("Waiting");
  await tabTo(page, playground.button("Come back"));
  await page.keyboard.press("Space");
  await tabTo(page, playground.button("Reconnect"));
  await page.keyboard.press("Enter");
  await playground.expectPhase("Open");

  await tabTo(page, playground.button("Close"));
  await page.keyboard.press("Enter");
  await playground.expectPhase("Closed");
  await expect(playground.button("Close")).toBeFocused();
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
  await playground.open();
  await playground.press("Refuse with", "Drop (FIN)");
  await playground.expectPhase("Waiting");
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(excess).toBeLessThanOrEqual(0);
});
