// The playground as a user meets it. Each page has an echo server of its own, so that tests may break theirs side by side.

import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";

export type StateName =
  | "idle"
  | "settling"
  | "preparing"
  | "connecting"
  | "greeting"
  | "open"
  | "ending"
  | "deciding"
  | "waiting"
  | "closing"
  | "closed";

/** Endless retries, five a second. */
export const quickly = "retry=Infinity&retryTimeout=200";

/** No connection counts as stable, however long a slow machine leaves it open: each loss is waited for. */
export const unstable = "stableAfter=600000";

/** One of the clients on the page. */
export class ClientOnPage {
  readonly page: Page;
  readonly name: string;
  readonly events: Locator;
  readonly messages: Locator;
  readonly composer: Locator;
  readonly attempts: Locator;

  constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
    this.events = page.getByRole("region", { name: `Event log of client ${name}` }).getByRole("listitem");
    this.messages = page.getByRole("listbox", { name: `Message log of client ${name}` }).getByRole("option");
    this.composer = page.getByRole("textbox", { name: `Message for client ${name}` });
    this.attempts = page
      .getByRole("region", { name: `Attempts of client ${name}` })
      .locator("tbody")
      .getByRole("row");
  }

  /** What is happening now: the state, the sentence, the buttons. Alone on the page a client needs no name. */
  get status(): Locator {
    const alone = this.name === "A" ? "Now|" : "";
    return this.page.getByRole("region", { name: new RegExp(`^(${alone}Client ${this.name}: now)$`) });
  }

  async expectState(state: StateName): Promise<void> {
    await expect(this.status.getByText(state, { exact: true })).toBeVisible();
  }

  async press(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.status.getByRole("button", { name, exact: true }).click();
  }

  /** An event of the log, e.g. `event("client", "retry", /in 5 s/)`. */
  event(source: "you" | "page" | "client" | "server", name: string, text: string | RegExp): Locator {
    return this.events.filter({ hasText: new RegExp(`${source}\\s+${name}\\b`) }).filter({ hasText: text });
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  message(direction: "in" | "out", text: string): Locator {
    return this.messages
      .filter({ has: this.page.locator(`[data-direction="${direction}"]`) })
      .filter({ has: this.page.getByText(text, { exact: true }) });
  }

  async expectOutcome(text: string, outcome: string): Promise<void> {
    await expect(this.message("out", text)).toContainText(outcome);
  }

  async expectEcho(text: string): Promise<void> {
    await this.send(text);
    await this.expectOutcome(text, "flushed");
    await expect(this.message("in", text)).toHaveCount(1);
  }
}

export class Playground extends ClientOnPage {
  /** The second client. */
  readonly second: ClientOnPage;
  readonly url: Locator;
  readonly note: Locator;

  constructor(page: Page) {
    super(page, "A");
    this.second = new ClientOnPage(page, "B");
    this.url = page.getByRole("textbox", { name: "url", exact: true });
    this.note = page.getByRole("status", { name: "What the fault did" });
  }

  /**
   * Opens the view of one connection, which connects by itself and says nothing until it is told to; `query`: more of the
   * address, e.g. `retry=3`. Without a preset in it the defaults are the library's own.
   */
  async open(query = ""): Promise<void> {
    await this.page.goto(addressOf(query));
    await this.expectState("open");
  }

  /** A button of what can be broken. */
  fault(name: string): Locator {
    return this.page.getByRole("region", { name: "Break it" }).getByRole("button", { name, exact: true });
  }

  async break(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      if (!(await this.fault(name).isVisible())) await this.showAllFaults();
      await this.fault(name).click();
    }
  }

  /** And not only those of first sight. */
  async showAllFaults(): Promise<void> {
    await this.page.getByText("More ways to break it").click();
    await expect(this.fault("Reset it")).toBeVisible();
  }
}

/** Of the view of one connection; by default with the library's own defaults, and with nothing sent. */
export function addressOf(query = ""): string {
  const preset = /(^|&)preset=/.test(query) ? "" : "preset=faithful&";
  return `/?quiet&${preset}${query}#connection`;
}

interface Fixtures {
  /** In a tab that its worker's tests share: each test loads the page anew, and the page keeps nothing. */
  readonly playground: Playground;
  /** In a browser context of its own, for a test that changes more than the page. */
  readonly secluded: Playground;
}

interface WorkerFixtures {
  readonly tab: SharedTab;
}

/** A tab that the tests of a worker share: a browser takes longer to make a context than most tests take. */
class SharedTab {
  readonly #context: BrowserContext;
  #page: Page | undefined;

  constructor(context: BrowserContext) {
    this.#context = context;
  }

  async page(): Promise<Page> {
    // The window of another test may have taken the focus along, and Firefox gives it to no other: no key would arrive.
    if (!(await this.#page?.evaluate(() => document.hasFocus()))) {
      await this.#page?.close();
      this.#page = await this.#context.newPage();
    }
    return this.#page!;
  }
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  tab: [
    async ({ browser }, use, { project }) => {
      const { baseURL, viewport, contextOptions } = project.use;
      const context = await browser.newContext({ ...contextOptions, baseURL: baseURL!, viewport: viewport! });
      await use(new SharedTab(context));
      await context.close();
    },
    { scope: "worker" },
  ],
  playground: async ({ tab }, use) => {
    const page = await tab.page();
    const viewport = page.viewportSize()!;
    await use(new Playground(page));
    await page.setViewportSize(viewport);
    // Where the page's own server ends.
    await page.goto("about:blank");
  },
  secluded: async ({ page }, use) => {
    await use(new Playground(page));
  },
});

/** What the page says on its console that it should not, and what it throws. */
export function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) troubles.push(message.text());
  });
  return troubles;
}

export { expect };
