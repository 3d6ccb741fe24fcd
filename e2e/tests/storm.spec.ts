import { expect, test } from "./playground.ts";

test("a storm draws its curves, ends in figures, and can be cancelled", async ({ playground }) => {
  const { page } = playground;
  await page.goto("/#storm");
  await page.getByRole("combobox", { name: "Clients" }).selectOption("1000");
  await page.getByRole("textbox", { name: "Handshakes a second" }).fill("500");
  await page.getByRole("textbox", { name: "Outage in seconds" }).fill("5");
  await page.getByRole("checkbox", { name: "gun", exact: true }).check();
  await page.getByRole("button", { name: "Start the storm" }).click();
  const storm = page.getByRole("status", { name: "Storm" });
  await expect(storm).toHaveText("All policies have had their storm.");
  const rows = page.getByRole("region", { name: "Figures", exact: true }).locator("tbody").getByRole("row");
  await expect(rows).toHaveCount(5);
  await expect(rows.filter({ hasText: "resilient" })).toHaveText(/^resilient\d+(\.\d)? s[1-4]\.\d\d ×/);
  await expect(page.getByRole("img", { name: /connected, by time: .*resilient 100 %/ })).toBeVisible();

  await page.getByRole("combobox", { name: "Clients" }).selectOption("1000000");
  await page.getByRole("button", { name: "Start the storm" }).click();
  await expect(storm).toContainText("still trying");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(storm).toHaveText("Cancelled.");
  await expect(page.getByRole("button", { name: "Start the storm" })).toBeVisible();
});

test("a storm that cannot be says which option is to blame", async ({ playground }) => {
  const { page } = playground;
  await page.goto("/#storm");
  await page.getByRole("textbox", { name: "Handshakes a second" }).fill("-5");
  await page.getByRole("button", { name: "Start the storm" }).click();
  await expect(page.getByRole("alert")).toHaveText(/capacity is -5: it must be a finite number above 0/);
});
