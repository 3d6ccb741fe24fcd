import { checkFirstSight, checkViews } from "./axe.ts";
import { expect, test } from "./playground.ts";

const look = { name: "light" };

test("axe finds nothing to mend in the light", { tag: "@slow" }, async ({ playground }) => {
  const { page } = playground;
  await checkViews(playground, look);
  await expect(page.locator("html")).toHaveCSS("background-color", "rgb(243, 242, 238)");
});

test("axe finds nothing to mend at first sight @slow", async ({ playground }) => {
  await checkFirstSight(playground, look);
});
