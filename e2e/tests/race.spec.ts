// The race: one click from the first sight of the page to a verdict.

import { expect, test, troublesOf } from "./playground.ts";
import { clients, RaceOnPage } from "./race-on-page.ts";

for (const place of ["the dev server", "a static host"] as const) {
  test.describe(`from ${place}`, { tag: place === "a static host" ? "@slow" : [] }, () => {
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
