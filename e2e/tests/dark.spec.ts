import { checkFirstSight, checkViews } from "./axe.ts";
import { expect, test } from "./playground.ts";

test.use({
  colorScheme: "dark",
  // A Firefox that speaks BiDi is not to be told by Playwright.
  launchOptions: async ({ launchOptions }, use) => {
    const dark = { "layout.css.prefers-color-scheme.content-override": 0 };
    await use({ ...launchOptions, firefoxUserPrefs: { ...launchOptions.firefoxUserPrefs, ...dark } });
  },
});

// The light has shown the rest.
const look = { name: "dark", rules: ["color-contrast"] };

test("axe finds nothing to mend in the dark", { tag: "@slow" }, async ({ secluded: playground }) => {
  const { page } = playground;
  await checkViews(playground, look);
  await expect(page.locator("html")).toHaveCSS("background-color", "rgb(14, 17, 22)");
});

test("axe finds nothing to mend at first sight in the dark", { tag: "@slow" }, async ({
  secluded: playground,
}) => {
  await checkFirstSight(playground, look);
});
