import { expect, test, unstable } from "./playground.ts";

test("closed by us: the code is told, and it stays closed", async ({ secluded: playground }) => {
  const { page } = playground;
  await page.clock.install();
  await playground.open();
  await playground.press("Close");
  await playground.expectState("closed");
  await expect(playground.status).toContainText("Closed, as you asked.");
  await expect(playground.event("client", "close", "over, with code 1000")).toHaveCount(1);
  await expect(playground.event("server", "Close read", "code 1000")).toHaveCount(1);
  await page.clock.fastForward("10:00");
  await playground.break("Come back");
  await expect(playground.event("server", "told to", "come back")).toHaveCount(1);
  await playground.expectState("closed");
  await expect(playground.event("client", "attempt", "")).toHaveCount(1);
});

test("closed by us while waiting: there is no further attempt, and what waited is dropped @slow", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  await page.clock.install();
  await playground.open(unstable);
  await playground.break("Go away");
  await playground.expectState("waiting");
  await playground.send("too late");
  await playground.press("Close");
  await playground.expectState("closed");
  await playground.expectOutcome("too late", "dropped");
  await playground.message("out", "too late").click();
  await expect(page.getByText("It will never be sent. Why: ")).toBeVisible();
  await page.clock.fastForward("10:00");
  await playground.expectState("closed");
  await expect(playground.event("client", "attempt", "")).toHaveCount(1);
});

test("a closed client sends nothing, says so, and connects again when asked", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await playground.press("Terminate");
  await playground.expectState("closed");
  await expect(playground.status.getByRole("button", { name: "Close", exact: true })).toBeDisabled();
  await playground.send("into the void");
  await expect(page.getByText("Not sent: there is no connection to send on.")).toBeVisible();
  await expect(playground.composer).toHaveValue("into the void");
  await playground.press("Connect");
  await playground.expectState("open");
  await playground.expectEcho("back");
});
