import type { Page } from "@playwright/test";
import { addressOf, expect, test } from "./playground.ts";

test("a message goes out and comes back, with its size and its outcome", async ({ playground }) => {
  await playground.open();
  await playground.expectEcho("grüße");
  await expect(playground.message("in", "grüße")).toContainText("7 B");
});

test("what was sent is gone through as in a shell, and a message may have several lines", async ({
  playground,
}) => {
  const { page, composer } = playground;
  await playground.open("server=in-page");
  await playground.expectEcho("first");
  await composer.pressSequentially("two");
  await composer.press("Shift+Enter");
  await composer.pressSequentially("lines");
  const height = async () => (await composer.boundingBox())!.height;
  const twoLines = await height();
  await composer.press("Enter");
  await playground.expectOutcome("two↵lines", "flushed");
  await expect.poll(height).toBeLessThan(twoLines);

  await composer.fill("draft");
  await composer.press("ArrowUp");
  await expect(composer).toHaveValue("two\nlines");
  await composer.press("ArrowUp");
  await expect(composer).toHaveValue("first");
  await composer.press("ArrowUp");
  await expect(composer).toHaveValue("first");
  // First to the message's last line.
  for (const value of ["two\nlines", "draft", "draft"]) {
    await composer.press("ArrowDown");
    await expect(composer).toHaveValue(value);
  }
  await page.getByRole("link", { name: "Storm" }).click();
  await page.getByRole("link", { name: "Connection" }).click();
  await expect(composer).toHaveValue("draft");
});

test("bytes go out and come back, from hex and from a file; what is none, or is too much, is refused @slow", async ({
  playground,
}) => {
  const { page, composer } = playground;
  await playground.open();
  const sendAs = (kind: string) =>
    page.getByRole("group", { name: "Send as" }).getByRole("radio", { name: kind }).check();
  const note = page.getByRole("status", { name: "What becomes of messages" });
  await sendAs("Hex");
  await playground.send("de ad be e");
  await expect(note).toHaveText("Not sent: a byte has two hex digits, and 7 are no whole number of bytes.");
  await expect(composer).toHaveAttribute("aria-invalid", "true");
  await composer.press("f");
  await expect(note).toHaveText("");
  await composer.press("Enter");
  await playground.expectOutcome("de ad be ef", "flushed");
  await expect(playground.message("in", "de ad be ef")).toContainText("4 B");
  await playground.message("in", "de ad be ef").click();
  await expect(page.getByRole("region", { name: "Message", exact: true })).toHaveText(
    /^0000 +de ad be ef +····$/,
  );

  await sendAs("File");
  const file = page.getByLabel("File for client A");
  const send = page.getByRole("button", { name: "Send", exact: true });
  await send.click();
  await expect(note).toHaveText("Not sent: choose a file first.");
  const choose = (name: string, size: number) =>
    file.setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.alloc(size, 7) });
  await choose("large.bin", 4_000_001);
  await send.click();
  await expect(note).toHaveText("Not sent: large.bin has 4.0 MB, and 4.0 MB is the most from here.");
  await choose("small.bin", 3);
  await send.click();
  await playground.expectOutcome("07 07 07", "flushed");
  await expect(playground.message("in", "07 07 07")).toHaveCount(1);

  await sendAs("Hex");
  await composer.press("ArrowUp");
  await expect(composer).toHaveValue("de ad be ef");
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

test("a client that keeps talking shows its round trips, and what it sends and gets a second @slow", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await page.getByRole("checkbox", { name: "one each second" }).check();
  await expect(playground.messages.nth(3)).toContainText('"tick":2');
  await expect(page.getByRole("img", { name: /^Round-trip time .*: \d+ ms last$/ })).toBeVisible();
  await expect(page.getByText(/^Round trip \d+ ms$/)).toBeVisible();
  await expect(page.getByText(/^In this life 1 connection, \d+ sent, \d+ received\.$/)).toBeVisible();
  await page.getByRole("group", { name: "Count" }).getByRole("radio", { name: "Messages" }).check();
  await expect(
    page.getByRole("img", { name: /^Messages a second .*: [12] msg\/s in and [12] msg\/s out last$/ }),
  ).toBeVisible();
});

test("a client talks from the start unless it is told to be quiet, and only while somebody looks", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  await page.clock.install({ time: 0 });
  await page.goto(addressOf("server=in-page").replace("quiet&", ""));
  await playground.expectState("open");
  await page.clock.pauseAt(600_000);
  await page.clock.runFor(2500);
  const said = async () => JSON.parse((await playground.messages.last().locator(".body").textContent())!);
  const { tick } = await said();
  expect(tick).toBeGreaterThan(1);
  await page.getByRole("link", { name: "Storm" }).click();
  await expect(page.getByRole("button", { name: "Start the storm" })).toBeVisible();
  await page.clock.runFor(5000);
  await page.getByRole("link", { name: "Connection" }).click();
  await expect(playground.composer).toBeVisible();
  await page.clock.runFor(1500);
  expect(await said()).toMatchObject({ tick: tick + 1 });

  // Nor to nobody.
  await playground.press("Close");
  await page.clock.runFor(3000);
  await playground.expectState("closed");
  await expect(page.getByRole("status", { name: "What becomes of messages" })).toHaveText(
    "There is no connection to send on.",
  );
});

test("a flood of 30,000 leaves the page responsive, and a log that is bounded", { tag: "@slow" }, async ({
  playground,
}) => {
  const { page } = playground;
  test.slow();
  await playground.open();
  await playground.showAllFaults();
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
