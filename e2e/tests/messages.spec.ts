import type { Page } from "@playwright/test";
import { expect, test } from "./playground.ts";

test("a message goes out and comes back, with its size and its outcome", async ({ playground }) => {
  await playground.open();
  await playground.expectEcho("grüße");
  await expect(playground.message("in", "grüße")).toContainText("7 B");
});

test("messages are filtered, paused, looked into and exported", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  for (const text of ["plain", '{"price": 3}', "other"]) await playground.expectEcho(text);

  await page.getByRole("searchbox", { name: "Filter the messages" }).fill("PRICE");
  await expect(playground.messages).toHaveCount(2);
  await page.getByRole("group", { name: "Direction" }).getByRole("radio", { name: "In" }).check();
  await expect(playground.messages).toHaveCount(1);
  await playground.messages.first().click();
  const detail = page.getByRole("region", { name: "Message", exact: true });
  await expect(detail).toHaveText('{ "price": 3 }');
  await page.getByRole("group", { name: "View as" }).getByRole("radio", { name: "Hex" }).check();
  await expect(detail).toContainText("7b 22 70 72");
  await expect(detail).toContainText('{"price": 3}');

  const exported = await exportedBy(page);
  await page.getByRole("button", { name: "Export" }).click();
  const lines = (await exported()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { direction: "in", text: '{"price": 3}', bytes: 12 },
  ]);

  await page.getByRole("searchbox", { name: "Filter the messages" }).fill("");
  await page.getByRole("button", { name: "Pause" }).click();
  await playground.send("while paused");
  await expect(page.getByRole("button", { name: "Resume (2 new)" })).toBeVisible();
  await expect(playground.message("in", "while paused")).toHaveCount(0);
  await page.getByRole("button", { name: "Resume (2 new)" }).click();
  await expect(playground.message("in", "while paused")).toHaveCount(1);
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await expect(playground.messages).toHaveCount(0);
});

test("a client that keeps talking shows its round trips", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await page.getByRole("checkbox", { name: "one each second" }).check();
  await expect(playground.messages.nth(3)).toContainText('"tick":2');
  await expect(page.getByRole("img", { name: /^Round-trip time .*: \d+ ms last$/ })).toBeVisible();
  await expect(page.getByText(/^Round trip \d+ ms$/)).toBeVisible();
  await expect(page.getByText(/^In this life 1 connection, \d+ sent, \d+ received\.$/)).toBeVisible();
});

test("a flood of 30,000 leaves the page responsive, and a log that is bounded", async ({ playground }) => {
  const { page } = playground;
  test.slow();
  await playground.open();
  await page.getByRole("textbox", { name: "Messages of the flood" }).fill("30000");
  await playground.break("Flood with");
  // While it comes in, the page answers.
  await playground.press("Close");
  await playground.press("Connect");
  await playground.expectState("open");
  await playground.break("Flood with");
  // A busy machine's server takes its time.
  await expect(playground.messages.last()).toContainText("flood 30000", { timeout: 60_000 });
  await expect(page.getByText("20,000, the newest")).toBeVisible();
  expect(await playground.messages.count()).toBeLessThan(60);
  const list = page.getByRole("listbox");
  await list.focus();
  await page.keyboard.press("Home");
  await expect(playground.messages.filter({ hasText: "flood 10001" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
});

/** What the page gives the user to save: a Firefox that speaks BiDi does not tell Playwright of downloads. */
async function exportedBy(page: Page): Promise<() => Promise<string>> {
  const saved = await page.evaluateHandle(() => {
    const found: { text?: Promise<string> } = {};
    const createObjectURL = URL.createObjectURL;
    URL.createObjectURL = (blob: Blob) => {
      found.text = blob.text();
      return createObjectURL.call(URL, blob);
    };
    return found;
  });
  return () => saved.evaluate(({ text }) => text ?? "");
}
