// The playground as a user meets it. Each test has a page with an echo server of its own (`/?own`), so that tests may
// break theirs side by side.

import { test as base, expect, type Locator, type Page } from "@playwright/test";

export type Phase = "Idle" | "Connecting" | "Open" | "Waiting" | "Closed";

export class Playground {
  readonly page: Page;
  readonly phase: Locator;
  readonly countdown: Locator;
  readonly url: Locator;
  readonly events: Locator;
  readonly messages: Locator;
  readonly composer: Locator;

  constructor(page: Page) {
    this.page = page;
    this.phase = page.getByRole("status", { name: "Phase" });
    this.countdown = page.getByRole("timer", { name: "Until the next attempt" });
    this.url = page.getByRole("textbox", { name: "Server url" });
    this.events = page.getByRole("region", { name: "Events" }).getByRole("listitem");
    this.messages = page.getByRole("region", { name: "Message log" }).getByRole("listitem");
    this.composer = page.getByRole("textbox", { name: "Message" });
  }

  /** Opens the page, which connects by itself. */
  async open(): Promise<void> {
    await this.page.goto("/?own");
    await this.expectPhase("Open");
  }

  async expectPhase(phase: Phase): Promise<void> {
    await expect(this.phase.getByText(phase, { exact: true })).toBeVisible();
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async press(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.button(name).click();
  }

  /** Connects anew with endless retries, one a second. */
  async useQuickRetries(): Promise<void> {
    await this.page.getByRole("radio", { name: "Quick retries" }).check();
    await this.press("Connect with changes");
    await this.expectPhase("Open");
  }

  /** An event of the timeline, e.g. `event("client", "retry", /in 5 s/)`. */
  event(source: "you" | "client" | "server", name: string, text: string | RegExp): Locator {
    return this.events.filter({ hasText: new RegExp(`${source}\\s+${name}\\b`) }).filter({ hasText: text });
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** A message of the log by what became of it. */
  message(outcome: "in" | "out" | "queued" | "not sent", text: string): Locator {
    return this.messages.filter({ hasText: new RegExp(`^${outcome}${text}\\d`) });
  }

  async expectEcho(text: string): Promise<void> {
    await this.send(text);
    await expect(this.message("out", text)).toHaveCount(1);
    await expect(this.message("in", text)).toHaveCount(1);
  }
}

interface Fixtures {
  /** In a tab that its worker's tests share: each test loads the page anew, and the page keeps nothing. */
  readonly playground: Playground;
  /** In a browser context of its own, for a test that changes more than the page. */
  readonly secluded: Playground;
}

interface WorkerFixtures {
  readonly tab: Page;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  // A browser takes longer to make a context than most tests take.
  tab: [
    async ({ browser }, use, { project }) => {
      const { baseURL, viewport, contextOptions } = project.use;
      const context = await browser.newContext({ ...contextOptions, baseURL: baseURL!, viewport: viewport! });
      await use(await context.newPage());
      await context.close();
    },
    { scope: "worker" },
  ],
  playground: async ({ tab }, use) => {
    const viewport = tab.viewportSize()!;
    await use(new Playground(tab));
    await tab.setViewportSize(viewport);
    // Where the page's own server ends.
    await tab.goto("about:blank");
  },
  secluded: async ({ page }, use) => {
    await use(new Playground(page));
  },
});

export { expect };
