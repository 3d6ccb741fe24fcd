import { checkViews } from "./axe.ts";
import { expect, test } from "./playground.ts";

test("axe finds nothing to mend in the light", async ({ playground }) => {
  const { page } = playground;
  await checkViews(playground, "light");
  await expect(page.locator("html")).toHaveCSS("background-color", "rgb(243, 242, 238)");
});
