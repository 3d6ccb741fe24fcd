import { checkViews } from "./axe.ts";
import { expect, test } from "./playground.ts";

test.use({
  colorScheme: "dark",
  // A Firefox that speaks BiDi is not to be told by Playwright.
  launchOptions: async ({ launchOptions }, use) => {
    const dark = { "layout.css.prefers-color-scheme.content-override": 0 };
    await use({ ...launchOptions, firefoxUserPrefs: { ...launchOptions.firefoxUserPrefs, ...dark } });
  },
});

test("axe finds nothing to mend in the dark", { tag: "@slow" }, async ({ secluded: playground }) => {
  const { page } = playground;
  // The light has shown the rest.
  await checkViews(playground, "dark", ["color-contrast"]);
  await expect(page.locator("html")).toHaveCSS("background-color", "rgb(14, 17, 22)");
});
