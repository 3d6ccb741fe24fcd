import { expect, test, troublesOf, unstable } from "./playground.ts";

test("the page connects by itself, and nothing goes wrong on the console", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  const troubles = troublesOf(page);
  await playground.open();
  await expect(playground.url).toHaveValue(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
  await expect(playground.event("client", "phase", "open took")).toHaveCount(1);
  await expect(playground.event("client", "connect", "the opening handshake succeeded")).toHaveCount(1);
  await expect(page.getByText("listening, 1 connection")).toBeVisible();
  await playground.expectEcho("hello");
  expect(troubles).toEqual([]);
});

test("from the first sight of the page to a recovery it takes one click, and what happens is said", async ({
  playground,
}) => {
  // All within the time that a test may take, which is half a minute.
  await playground.open(unstable);
  await playground.break("Drop it");
  await expect(playground.status).toContainText(
    /Waiting \d\.\d s before attempt 2 of 6, because the connection was lost without a Close frame\./,
  );
  await expect(
    playground.page.getByRole("img", { name: "The lifecycle, in the state waiting" }),
  ).toBeVisible();
  await playground.expectState("open");
  await expect(playground.status).toContainText("Connected: messages go both ways.");
  await expect(playground.attempts).toHaveText([
    /^1opened in .*, open .*; lost without a Close frame; next in 5 s$/,
    /^2opened in /,
  ]);
});
