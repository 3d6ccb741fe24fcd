// The race as a visitor meets it, on the page's own clock where ten seconds need not be waited for.

import { expect, type Locator, type Page } from "@playwright/test";

/** In the order of their lanes. */
export const clients = ["Twelve lines", "partysocket", "reconnecting-websocket", "Gundam"];

export class RaceOnPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get verdict(): Locator {
    return this.page.getByRole("status", { name: "Verdict" });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Opens the page, whose time goes on only when it is told to. */
  async open(path: string): Promise<void> {
    const { clock } = this.page;
    await clock.install({ time: 0 });
    await this.page.goto(path);
    await expect(this.button("Run the race")).toBeVisible();
    await clock.pauseAt(3_600_000);
  }

  /** Lets the page's time go on until it is so. */
  async runUntil(isSo: () => Promise<void>): Promise<void> {
    await expect(async () => {
      await this.page.clock.runFor(1000);
      await isSo();
    }).toPass({ intervals: [1] });
  }

  async runToTheEnd(): Promise<void> {
    await this.runUntil(() => expect(this.button("Run it again")).toBeVisible({ timeout: 1 }));
  }

  /** Of each client, by the figures' names. */
  async figures(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
    const table = this.page.getByRole("region", { name: "Table of figures" });
    const [, ...labels] = await table.getByRole("columnheader").allInnerTexts();
    const rows = await table.locator("tbody").getByRole("row").all();
    const figures = await Promise.all(
      rows.map(async (row) => {
        const cells = await row.getByRole("cell").allInnerTexts();
        const written = labels.map((label, index) => [label, cells[index]!]);
        const header = await row.getByRole("rowheader").textContent();
        // Without its version.
        return [header!.replace(/ [\d.]*$/, ""), Object.fromEntries(written)];
      }),
    );
    return Object.fromEntries(figures);
  }
}
