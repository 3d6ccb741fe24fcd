import { expect, test } from "./playground.ts";

test("the page connects by itself, and nothing goes wrong on the console", async ({ playground }) => {
  const { page } = playground;
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) troubles.push(message.text());
  });
  await playground.open();
  await expect(playground.url).toHaveValue(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
  await expect(playground.event("client", "phase", "open took")).toHaveCount(1);
  await expect(playground.event("client", "connect", "the opening handshake succeeded")).toHaveCount(1);
  await expect(page.getByText("Listening, 1 connection")).toBeVisible();
  await playground.expectEcho("hello");
  expect(troubles).toEqual([]);
});

test("a message goes out and comes back, with its size", async ({ playground }) => {
  await playground.open();
  await playground.expectEcho("grüße");
  await expect(playground.message("in", "grüße")).toContainText("7 B");
});

test("a url that cannot work is refused beside its field", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await playground.url.fill("ftp://example.org");
  await playground.press("Connect with changes");
  await expect(page.getByRole("alert")).toContainText("url");
  await expect(playground.url).toHaveAttribute("aria-invalid", "true");
  await playground.expectPhase("Open");
});
