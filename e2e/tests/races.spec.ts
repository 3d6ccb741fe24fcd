// Races that end otherwise, that are embedded, and one on real sockets, whose figures are the server's own counts.

import type { StreamRecord } from "@gundam/testing/streams";
import type { Response } from "@playwright/test";
import { expect, test } from "./playground.ts";
import { clients, RaceOnPage } from "./race-on-page.ts";

test("a race that is lost says so, and who has won it; cancelled, there is no verdict", {
  tag: "@slow",
}, async ({ page }) => {
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

test("embedded at 640 × 360 it fits, shows a race that was, and runs one", { tag: "@slow" }, async ({
  page,
}) => {
  await page.setViewportSize({ width: 640, height: 360 });
  const race = new RaceOnPage(page);
  await race.open("/?embed=race");
  const expectToFit = async () => {
    const excess = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth - window.innerWidth, scrollHeight - window.innerHeight];
    });
    expect(excess).toEqual([0, 0]);
  };
  await expect(race.verdict).toContainText("Twelve lines lost 10 of 191 messages");
  await expectToFit();
  await race.button("Run the race").click();
  await race.runToTheEnd();
  await expect(race.verdict).toContainText(
    /^Twelve lines lost 10 of \d+ messages and spent 1 s cut off; Gundam/,
  );
  await expectToFit();
});

test("the figures are what the server has counted, on real sockets", { tag: "@slow" }, async ({ page }) => {
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
