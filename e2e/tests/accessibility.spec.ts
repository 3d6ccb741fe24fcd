import type { Locator, Page } from "@playwright/test";
import { expect, quickly, test } from "./playground.ts";

test("everything can be done with the keyboard, and the focus is always to be seen @slow", async ({
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

test("nothing sticks out of the page, however narrow or wide it is @slow", async ({ playground }) => {
  const { page } = playground;
  await playground.open(`two&${quickly}`);
  await playground.break("Refuse with", "Drop it");
  await playground.expectState("waiting");
  await expectNoExcess(page);
  await page.goto("/#race");
  await expect(page.getByRole("main")).toContainText("twelve lines");
  await expectNoExcess(page);
  await page.goto("/#storm");
  await expect(page.getByRole("button", { name: "Start the storm" })).toBeVisible();
  await expectNoExcess(page);
});

async function expectNoExcess(page: Page): Promise<void> {
  // At 200 % a page has half of its width.
  for (const width of [320, 360, 640, 960, 1440, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const excess = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await expect.poll(excess, `at ${width} px`).toBeLessThanOrEqual(0);
  }
}

for (const view of ["race", "connection", "storm"]) {
  const tag = view === "race" ? [] : "@slow";
  test(`Tab goes through all of the view ${view}, and each stop is to be seen`, { tag }, async ({
    playground,
  }) => {
    const { page } = playground;
    test.slow();
    await page.goto(`/?quiet#${view}`);
    await expect(page.locator("#app main:not(.skeleton)")).toBeVisible();
    // Not by the mouse, after which Firefox shows no focus to keys that a driver presses.
    await page.locator("details").evaluateAll((all) => {
      for (const one of all as HTMLDetailsElement[]) one.open = true;
    });
    if (view === "connection") {
      await expect(playground.fault("Reset it")).toBeVisible();
      // The statechart's stop is at the state of now.
      await playground.expectState("open");
    }
    const expected = await page.evaluate(markStops);
    const visited = new Set<number>();
    const unseen: string[] = [];
    for (let presses = 0; presses < 2 * expected.length && visited.size < expected.length; presses++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(stopOfNow);
      if (stop === undefined) continue;
      visited.add(stop.number);
      if (!stop.isSeen) unseen.push(stop.name);
    }
    expect(expected.filter((_, number) => !visited.has(number))).toEqual([]);
    expect(unseen).toEqual([]);
  });
}

/** Numbers what Tab has to lead to, and gives its names. Runs in the page. */
function markStops(): string[] {
  const stops = [
    ...document.querySelectorAll<HTMLElement>(
      "a[href], button, input, select, textarea, summary, [tabindex]",
    ),
  ].filter((element) => {
    // Of a group of radio buttons it leads to the one that is checked.
    if (element instanceof HTMLInputElement && element.type === "radio" && !element.checked) return false;
    return element.tabIndex >= 0 && element.checkVisibility();
  });
  for (const [number, element] of stops.entries()) element.dataset.stop = String(number);
  return stops.map((element) => element.outerHTML.slice(0, 120));
}

/** Runs in the page. */
function stopOfNow(): { number: number; name: string; isSeen: boolean } | undefined {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element.dataset.stop === undefined) return undefined;
  // What lies over its label unseen is seen by the label.
  const shown = [element, element.nextElementSibling].filter((one) => one instanceof HTMLElement);
  return {
    number: Number(element.dataset.stop),
    name: element.outerHTML.slice(0, 120),
    isSeen: shown.some((one) => getComputedStyle(one).outlineStyle === "solid"),
  };
}
