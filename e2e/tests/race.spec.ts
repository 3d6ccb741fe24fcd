// The race: one click from the first sight of the page to a verdict, and figures that are the server's own counts.

import type { StreamRecord } from "@gundam/testing/streams";
import type { Page, Response } from "@playwright/test";
import { expect, test, troublesOf } from "./playground.ts";

const clients = ["Twelve lines", "partysocket", "reconnecting-websocket", "Gundam"];

class RaceOnPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get verdict() {
    return this.page.getByRole("status", { name: "Verdict" });
  }

  button(name: string) {
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
      await this.page.clock.runFor(500);
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
        return [await row.getByRole("rowheader").textContent(), Object.fromEntries(written)];
      }),
    );
    return Object.fromEntries(figures);
  }
}

for (const place of ["the dev server", "a static host"] as const) {
  test.describe(`from ${place}`, () => {
    if (place === "a static host") {
      test.use({ baseURL: `http://127.0.0.1:${process.env.GUNDAM_E2E_STATIC_PORT}` });
    }

    test("from first sight to a verdict in one click, with a server in the page", async ({ page }) => {
      const troubles = troublesOf(page);
      const race = new RaceOnPage(page);
      await race.open(place === "a static host" ? "/" : "/?server=in-page");
      await expect(race.verdict).toHaveText("One click, ten seconds, and an answer.");

      await race.button("Run the race").click();
      await race.runToTheEnd();

      await expect(race.verdict).toHaveText(
        /^Twelve lines lost 10 of \d+ messages and spent 1 s cut off; Gundam lost nothing and spent 0\.\d+ s cut off\./,
      );
      const figures = await race.figures();
      expect(Object.keys(figures)).toEqual(clients);
      expect(figures).toMatchObject({
        "Twelve lines": { "Lost to server": "10 of 100", Refused: "0", Attempts: "1", "Cut off": "1 s" },
        partysocket: { "Lost to server": "0 of 100", Attempts: "1", "Cut off": "3 s" },
        Gundam: { "Lost to server": "0 of 100", Attempts: "1", "Sockets at once": "1", Waiting: "0" },
      });
      expect(troubles).toEqual([]);
    });
  });
}

test("a race that is lost says so, and who has won it; cancelled, there is no verdict", async ({ page }) => {
  const race = new RaceOnPage(page);
  await race.open("/?server=in-page");
  await page.getByRole("radio", { name: "Stalled handshakes" }).check();
  await page.getByRole("button", { name: "Run the race" }).press("Enter");
  await race.runToTheEnd();
  // Its first handshake begins within 100 ms, and may take 20 s; the others give up theirs after 4 s, or begin later.
  await expect(race.verdict).toHaveText(/^partysocket did better than Gundam: back in time\./);
  expect(await race.figures()).toMatchObject({
    Gundam: { "Lost to server": "0 of 100", Waiting: "80", "Cut off": expect.stringContaining("not back") },
  });

  await race.button("Run it again").click();
  await race.runUntil(() =>
    expect(race.verdict).toContainText("Running: Stalled handshakes.", { timeout: 1 }),
  );
  await race.button("Cancel").press("Space");
  await expect(race.button("Run the race")).toBeFocused();
  await expect(race.verdict).toHaveText("One click, ten seconds, and an answer.");
});

test("the figures are what the server has counted, on real sockets @slow", async ({ page }) => {
  const race = new RaceOnPage(page);
  let counted: Readonly<Record<string, StreamRecord>> = {};
  const note = async (response: Response) => {
    if (/\/streams$/.test(response.url())) counted = await response.json();
  };
  page.on("response", (response) => void note(response).catch(() => {}));
  await page.goto("/");
  await expect(page.getByRole("radio", { name: "Real sockets" })).toBeChecked();
  await race.button("Run the race").click();
  await expect(race.button("Run it again")).toBeVisible({ timeout: 20_000 });

  const figures = await race.figures();
  expect(Object.keys(figures)).toEqual(clients);
  const ids = ["twelve-lines", "partysocket", "reconnecting-websocket", "gundam"];
  for (const [index, id] of ids.entries()) {
    const { received, sent, mostOpen, opened } = counted[id]!;
    const shown = figures[clients[index]!]!;
    const [lost, of] = shown["Lost to server"]!.split(" of ").map(Number);
    expect(of! - lost! - Number(shown.Refused) - Number(shown.Waiting)).toBe(received.arrived);
    expect(shown["Lost to client"]).toMatch(new RegExp(` of ${sent}$`));
    expect(shown.Doubled).toBe(String(received.doubled));
    expect(shown["Sockets at once"]).toBe(String(mostOpen));
    expect(Number(shown.Attempts)).toBeGreaterThanOrEqual(opened - 1);
  }
  // A second in which it sends to a closed socket.
  expect(Number(figures["Twelve lines"]!["Lost to server"]!.split(" ")[0])).toBeGreaterThanOrEqual(5);
  await expect(race.verdict).toContainText("Twelve lines lost");
});
