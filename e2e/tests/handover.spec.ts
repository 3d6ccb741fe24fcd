import { expect, test } from "./playground.ts";

test("a hand-over leads to a new connection, and the old one is sent Close", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await playground.press("Hand over");
  await expect(playground.event("client", "handover", "to a new connection, without a gap")).toHaveCount(1);
  await expect(playground.event("server", "opened", "connection #2")).toHaveCount(1);
  await expect(playground.event("server", "Close read", "code 1000 on connection #1")).toHaveCount(1);
  await expect(playground.event("client", "disconnect", "")).toHaveCount(0);
  await expect(playground.attempts).toHaveCount(2);
  await expect(playground.attempts.filter({ hasText: "handed over to the next" })).toHaveCount(1);
  // No countdown of what has given way.
  await expect(page.getByRole("region", { name: "Lifecycle of client A" })).not.toContainText(/\d s/);
  await playground.expectState("open");
  await playground.expectEcho("over there");
});

test("a hand-over that comes to nothing says why, and the connection goes on", async ({ playground }) => {
  await playground.open();
  await playground.break("Refuse with");
  await playground.press("Hand over");
  await expect(playground.event("client", "handover", "came to nothing: ")).toHaveCount(1);
  await playground.expectState("open");
  await playground.expectEcho("still here");
});

test("without an open connection there is no hand-over, and the button says so", async ({ playground }) => {
  const button = playground.status.getByRole("button", { name: "Hand over" });
  await playground.open();
  await expect(button).toHaveAttribute("aria-disabled", "false");
  await playground.press("Close");
  await playground.expectState("closed");
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription("There is no open connection to hand over.");
  await button.click({ force: true });
  await expect(playground.event("you", "handover", "")).toHaveCount(0);
});

test("when the connection is lost meanwhile, the page shows the attempt that the new one has become @slow", async ({
  playground,
}) => {
  await playground.open();
  await playground.break("Stall the handshake");
  await playground.press("Hand over");
  const button = playground.status.getByRole("button", { name: "Hand over" });
  await expect(button).toHaveAccessibleDescription("A hand-over is under way.");
  await playground.expectState("open");
  await playground.expectEcho("meanwhile");
  await playground.break("Close it with");
  await playground.expectState("connecting");
  await expect(playground.event("client", "disconnect", /with code 4001.*; will try again/)).toHaveCount(1);
  await playground.press("Close");
  await playground.expectState("closed");
  await expect(playground.event("client", "handover", "came to nothing: ")).toHaveCount(1);
});
