// axe on every view of the playground, in one colour scheme, and a picture of each.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Playground, test, unstable } from "./playground.ts";

/** What to look for, and the name of the colour scheme. */
interface Look {
  readonly name: string;
  /** Only these; default all. */
  readonly rules?: readonly string[];
}

/** What a visitor sees first, and what stands beside it: a page of prose, and an incident for other pages to embed. */
export async function checkFirstSight(playground: Playground, look: Look): Promise<void> {
  const { page } = playground;
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto("/");
  await expect(page.locator("main.race:not(.skeleton)")).toBeVisible();
  await check(playground, "first sight", look);

  await page.goto("/docs/retry.html");
  await check(playground, "a document", look);

  await page.setViewportSize({ width: 640, height: 360 });
  await page.goto("/?embed=tunnel");
  await expect(page.locator("main.embed")).toBeVisible();
  await check(playground, "embed", look);
}

export async function checkViews(playground: Playground, look: Look): Promise<void> {
  const { page } = playground;
  // It looks at every element, four times.
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  await playground.open(`${unstable}&retryTimeout=60000`);
  await playground.expectEcho('{"hello": "there"}');
  await playground.message("in", '{"hello": "there"}').click();
  await playground.break("Go silent");
  await page.getByRole("button", { name: "waiting", exact: true }).focus();
  await expect(page.getByRole("tooltip")).toBeVisible();
  await check(playground, "wide, open", look);

  await page.setViewportSize({ width: 360, height: 800 });
  await playground.break("Refuse with", "Reset it");
  await playground.expectState("waiting");
  await playground.send("queued");
  await playground.expectOutcome("queued", "queued");
  await check(playground, "narrow, waiting", look);

  await page.setViewportSize({ width: 1600, height: 1000 });
  await playground.open(`two&${unstable}&retryTimeout=600000&b.preset=resilient&b.retry=-1`);
  await playground.break("Go away");
  await playground.expectState("waiting");
  await page.getByRole("radio", { name: "Any url" }).check();
  await playground.url.fill("nonsense://");
  await check(playground, "two clients, a problem", look);

  await page.goto("/#storm");
  await page.getByRole("combobox", { name: "Clients" }).selectOption("1000");
  await page.getByRole("button", { name: "Start the storm" }).click();
  await expect(page.getByRole("status", { name: "Storm" })).toHaveText("All policies have had their storm.");
  await check(playground, "storm", look);
}

async function check(playground: Playground, view: string, { name, rules }: Look): Promise<void> {
  await test.step(view, async () => {
    await picture(playground, `${view} ${name}`);
    await expectNoViolations(playground, rules);
  });
}

async function picture({ page }: Playground, name: string): Promise<void> {
  await test
    .info()
    .attach(name, { body: await page.screenshot({ fullPage: true }), contentType: "image/png" });
}

async function expectNoViolations({ page }: Playground, rules: readonly string[] | undefined): Promise<void> {
  // The other mode opens a page for frames of other origins, of which there are none.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (rules !== undefined) axe.withRules([...rules]);
  const { violations } = await axe.analyze();
  expect(violations).toEqual([]);
}
