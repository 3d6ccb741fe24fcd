// The incident: recorded while one clicks, changed by hand, gone back in, and taken elsewhere as a link, a test, or embedded.

import type { Locator, Page } from "@playwright/test";
import { addressOf, expect, type Playground, test } from "./playground.ts";

const inPage = "server=in-page&preset=resilient";

/** The incident's panel. */
class Incident {
  readonly region: Locator;
  readonly note: Locator;
  readonly marks: Locator;
  readonly playhead: Locator;
  readonly steps: Locator;

  constructor(page: Page) {
    this.region = page.getByRole("region", { name: /^Incident/ });
    this.note = page.getByRole("status", { name: "The incident" });
    this.marks = this.region.getByRole("slider", { name: /^Step \d/ });
    this.playhead = this.region.getByRole("slider", { name: "Playhead" });
    this.steps = this.region.getByRole("list", { name: /^Steps of/ }).getByRole("listitem");
  }

  button(name: string): Locator {
    return this.region.getByRole("button", { name, exact: true });
  }

  /** The states that a strip shows, in order; of what is computed and of what has been. */
  states(client = "A"): Promise<readonly (string | undefined)[]> {
    return this.region
      .getByRole("img", { name: `States of client ${client}` })
      .locator("[data-state]")
      .evaluateAll((stretches) => stretches.map((stretch) => (stretch as HTMLElement).dataset.state));
  }
}

/** Opens the bench on the page's own clock, connected to a server inside the page. */
async function openStill({ page }: Playground): Promise<Incident> {
  await page.clock.install();
  await page.goto(addressOf(inPage));
  await page.clock.runFor(200);
  return new Incident(page);
}

/** Lets time go by in leaps, for to draw each frame of it takes long. */
async function pass(page: Page, seconds: number): Promise<void> {
  for (let leap = 0; leap < seconds * 2; leap++) await page.clock.fastForward(500);
  await page.clock.runFor(100);
}

/** What is in the address, of the incident. */
function incidentIn(page: Page): string | null {
  return new URL(page.url()).searchParams.get("incident");
}

/** The address follows soon. */
async function expectIncident(page: Page, text: string): Promise<void> {
  await expect.poll(() => incidentIn(page)).toBe(text);
}

test("what is clicked is recorded, and its link plays the same in another page", async ({
  secluded: playground,
  context,
}) => {
  // Two pages, and half a minute in each.
  test.slow();
  const { page } = playground;
  const incident = await openStill(playground);
  await playground.expectState("open");
  await expect(incident.note).toContainText("What you press is recorded");
  await playground.break("Drop it");
  await page.clock.runFor(300);
  await playground.break("Refuse with");
  await playground.press("Hand over");
  await page.clock.runFor(200);
  await playground.break("Offline");
  await page.clock.runFor(300);
  await playground.break("Offline", "Behave");
  await expect(incident.marks).toHaveCount(6);
  await expect(incident.note).toContainText("Recording.");
  await pass(page, 15);
  await expect(incident.note).toContainText("Here it is.");
  const recorded = incidentIn(page)!;
  expect(recorded).toMatch(
    /^0:drop\(fin\),\d+:refuse\(503\),\d+:hand-over,\d+:offline,\d+:online,\d+:behave,\d+:end$/,
  );
  const told = await incident.steps.allInnerTexts();

  const elsewhere = await context.newPage();
  const other = new Incident(elsewhere);
  await elsewhere.clock.install();
  await elsewhere.goto(page.url());
  await elsewhere.clock.runFor(200);
  await expect(other.steps).toHaveText(told);
  await expect(other.note).toContainText("computed");
  await expect.poll(() => other.states()).toContain("open");
  await other.button("Play").click();
  await elsewhere.clock.runFor(200);
  await expect(other.button("Stop")).toBeVisible();
  await pass(elsewhere, 20);
  await expect(other.note).toContainText("played to its end");
  await expect(elsewhere.getByRole("region", { name: "Now" })).toHaveAttribute("data-state", "open");
  const states = await other.states();
  expect(states[0]).toBe("open");
  expect(states).toContain("waiting");
  expect(incidentIn(elsewhere)).toBe(recorded);
});

test("a text that is no incident is refused in words, and the rest of the address stays", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open(`${inPage}&retry=7&incident=0:drop,500:explode`);
  const alert = page.getByRole("alert").filter({ hasText: "“explode” is no act: there is offline" });
  await expect(alert).toBeVisible();
  const { search } = new URL(page.url());
  expect(search).toContain("retry=7");
  expect(search).toContain("incident=0:drop,500:explode");
  await playground.break("Drop it");
  await expect(alert).toHaveCount(0);
  await expectIncident(page, "0:drop(fin)");
});

test("marks are moved by keys and by the pointer, and the address follows", async ({ playground }) => {
  const { page } = playground;
  await playground.open(`${inPage}&incident=0:drop,1000:refuse(503),3000:behave,8000:end`);
  const incident = new Incident(page);
  const mark = (name: string) => incident.region.getByRole("slider", { name });
  const drop = mark("drop the connections");
  await drop.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(drop).toHaveAttribute("aria-valuetext", "1.2 s");
  // It has passed another, and kept the focus.
  await expect(drop).toBeFocused();
  await expect(drop).toHaveAccessibleName(/^Step 2/);
  await expectIncident(page, "1000:refuse(503),1200:drop,3000:behave,8000:end");

  const [from, strip] = [
    await mark("behave again").boundingBox(),
    await incident.region.locator(".marks").boundingBox(),
  ];
  await page.mouse.move(from!.x + from!.width / 2, from!.y + from!.height / 2);
  await page.mouse.down();
  await page.mouse.move(strip!.x + strip!.width * 0.6, from!.y, { steps: 4 });
  await page.mouse.move(strip!.x + strip!.width * 0.75, from!.y + 30, { steps: 4 });
  await page.mouse.up();
  await expectIncident(page, "1000:refuse(503),1200:drop,6000:behave,8000:end");

  await mark("refuse handshakes").focus();
  await page.keyboard.press("Delete");
  await expect(incident.marks).toHaveCount(2);
  await expect(drop).toBeFocused();
  await expectIncident(page, "1200:drop,6000:behave,8000:end");
});

test("the playhead takes the page back, and Live leads to now @slow", async ({ secluded: playground }) => {
  const { page } = playground;
  const incident = await openStill(playground);
  await playground.send("before");
  await playground.break("Go away");
  await playground.expectState("waiting");
  await playground.send("while it was away");
  await page.clock.runFor(200);
  const then = await incident.playhead.getAttribute("aria-valuenow");
  await page.clock.runFor(2000);
  await playground.break("Come back");
  await pass(page, 25);
  await playground.expectState("open");
  const attempts = await playground.attempts.count();
  expect(attempts).toBeGreaterThan(1);
  await playground.expectOutcome("while it was away", "flushed");
  const chart = page.getByRole("img", { name: /^The lifecycle/ });

  await incident.playhead.focus();
  await page.keyboard.press("Home");
  const seconds = Math.ceil(Number(then) / 1000);
  for (let times = 0; times < seconds; times++) await page.keyboard.press("Shift+ArrowRight");
  const past = page.getByRole("status", { name: "The past" });
  await expect(past).toHaveText(`Shown as it was at ${seconds}.0 s`);
  await expect(incident.playhead).toHaveAttribute("aria-valuetext", `${seconds} s: waiting`);
  await playground.expectState("waiting");
  await expect(chart).toHaveAccessibleName("The lifecycle, in the state waiting");
  await expect(playground.attempts).not.toHaveCount(attempts);
  await playground.expectOutcome("while it was away", "queued");
  await expect(playground.event("server", "back", "")).toHaveCount(0);

  await page.getByRole("button", { name: "Live", exact: true }).click();
  await expect(past).toBeHidden();
  await expect(incident.playhead).toBeFocused();
  await playground.expectState("open");
  await expect(playground.attempts).toHaveCount(attempts);
  await playground.expectOutcome("while it was away", "flushed");
  await expect(playground.event("server", "back", "")).toHaveCount(1);
});

// Only Chromium lets a test read the clipboard.
test("what is copied: a link, a test, and what embeds it @slow @chromium", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open(`${inPage}&retry=9&incident=0:restart(1500),3000:behave`);
  const incident = new Incident(page);
  const copied = async (name: string) => {
    await incident.button(name).click();
    await expect(incident.button("Copied")).toBeVisible();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    await incident.playhead.or(incident.button("Play")).first().focus();
    return text;
  };
  expect(await copied("Copy link")).toBe(page.url());
  const code = await copied("Copy as test");
  expect(code).toContain('applyFault(server, { name: "restart", ms: 1500 });');
  expect(code).toContain("new Client(platform, resilient({");
  expect(code).toContain("  retry: 9,");
  expect(code).toContain('expect(client.phase).toBe("open");');
  expect(await copied("Copy to embed")).toContain(
    '/?retry=9&amp;embed=0:restart(1500),3000:behave" width="640" height="360"',
  );
});

test("embedded: a poster, played at a press, and nothing to scroll", async ({ secluded: { page } }) => {
  await page.setViewportSize({ width: 640, height: 360 });
  await page.clock.install();
  await page.goto("/?embed=tunnel");
  await page.clock.runFor(200);
  const strip = page.getByRole("img", { name: /^States of the client/ });
  // Motion is not wanted: all of it is there before anything is played.
  await expect(strip).toHaveAccessibleName(/not open for .* 1 attempt, as computed$/);
  await expect(page.getByText("The network is gone without a word")).toBeVisible();
  await expectNothingToScroll(page);
  await page.getByRole("button", { name: "Play" }).click();
  await page.clock.runFor(2200);
  await expect(page.getByText("Into the tunnel: nothing gets through")).toBeVisible();
  await expect(page.getByRole("status")).toContainText("the page is offline");
  await expectNothingToScroll(page);
  await pass(page, 10);
  await expect(page.getByRole("status")).toHaveText(/^Gone for .*, 1 attempt, and connected again\.$/);
  await expect(page.getByRole("button", { name: "Play again" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Open in the playground" })).toHaveAttribute(
    "href",
    /\/\?incident=tunnel#connection$/,
  );
  await page.setViewportSize({ width: 280, height: 360 });
  await expectNothingToScroll(page);
});

async function expectNothingToScroll(page: Page): Promise<void> {
  const excess = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth - innerWidth, scrollHeight - innerHeight];
  });
  expect(excess).toEqual([0, 0]);
}
