import { expect, test } from "./playground.ts";

test("closed by us: the code is told, and it stays closed", async ({ secluded: playground }) => {
  const { page } = playground;
  await page.clock.install();
  await playground.open();
  await playground.press("Close");
  await playground.expectPhase("Closed");
  await expect(playground.phase).toContainText("Code 1000");
  await expect(playground.event("client", "close", "over, with code 1000")).toHaveCount(1);
  await expect(playground.event("server", "Close read", "code 1000")).toHaveCount(1);
  await page.clock.fastForward("10:00");
  await playground.press("Come back");
  await expect(playground.event("server", "told to", "come back")).toHaveCount(1);
  await playground.expectPhase("Closed");
  await expect(playground.event("client", "attempt", "")).toHaveCount(1);
});

test("closed by us while waiting: there is no further attempt", async ({ secluded: playground }) => {
  const { page } = playground;
  await page.clock.install();
  await playground.open();
  await playground.press("Go away");
  await playground.expectPhase("Waiting");
  await playground.send("too late");
  await playground.press("Close");
  await playground.expectPhase("Closed");
  await expect(playground.message("not sent", "too late")).toHaveCount(1);
  await page.clock.fastForward("10:00");
  await playground.expectPhase("Closed");
  await expect(playground.event("client", "attempt", "")).toHaveCount(1);
});

test("a closed client sends nothing, says so, and connects again when asked", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await playground.press("Terminate");
  await playground.expectPhase("Closed");
  await expect(playground.button("Close")).toBeDisabled();
  await playground.send("into the void");
  await expect(page.getByText("Not sent. Connect first.")).toBeVisible();
  await expect(playground.composer).toHaveValue("into the void");
  await playground.press("Connect");
  await playground.expectPhase("Open");
  await playground.expectEcho("back");
});
