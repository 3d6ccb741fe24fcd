// axe on every view of the playground, in one colour scheme.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, type Playground, test } from "./playground.ts";

/** `rules`: only these; default all. */
export async function checkViews(playground: Playground, rules?: readonly string[]): Promise<void> {
  const { page } = playground;
  // It looks at every element, three times.
  test.slow();
  await playground.open();
  await playground.expectEcho("hello");
  await playground.press("Go silent");
  await expect(page.getByText("A browser cannot tell")).toBeVisible();
  await expectNoViolations(page, rules);

  await page.setViewportSize({ width: 390, height: 844 });
  await playground.press("Refuse with", "Reset (RST)");
  await playground.expectPhase("Waiting");
  await playground.send("queued");
  await expect(playground.message("queued", "queued")).toHaveCount(1);
  await expectNoViolations(page, rules);

  await page.setViewportSize({ width: 1440, height: 900 });
  await playground.url.fill("nonsense://");
  await playground.press("Connect with changes", "Close");
  await playground.expectPhase("Closed");
  await expectNoViolations(page, rules);
}

async function expectNoViolations(page: Page, rules: readonly string[] | undefined): Promise<void> {
  // The other mode opens a page for frames of other origins, of which there are none.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (rules !== undefined) axe.withRules([...rules]);
  const { violations } = await axe.analyze();
  expect(violations).toEqual([]);
}
