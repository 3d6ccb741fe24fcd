// The incidents that can be played, on the page's own clock where the server is in the page, and one for real; and what the
// page is made to go through.

import { addressOf, expect, quickly, test, unstable } from "./playground.ts";

const incidents = [
  { label: "Deploy", told: ["client", "disconnect", "closed by the server with code 1012"], connects: 3 },
  { label: "Train tunnel", told: ["client", "disconnect", "lost without a Close frame"], connects: 3 },
  { label: "Flaky café", told: ["server", "told to", "send 40 bytes a second"], connects: 4 },
  { label: "Accepts, then drops", told: ["server", "told to", "accept connections, then drop"], connects: 3 },
] as const;

for (const { label, told, connects } of incidents) {
  // One of them is enough for a first look.
  const tag = label === "Train tunnel" ? [] : "@slow";
  test(`${label}: played to its end, and the client has come through`, { tag }, async ({
    secluded: playground,
  }) => {
    const { page } = playground;
    await page.clock.install();
    await page.goto(addressOf("server=in-page&preset=resilient"));
    await page.clock.runFor(100);
    await playground.expectState("open");
    await playground.break(label);
    await page.clock.runFor(100);
    const steps = page.getByRole("list", { name: `Steps of ${label}` }).getByRole("listitem");
    await expect(steps.first()).toBeVisible();
    // In leaps, for to draw each frame of it takes long. What takes any time at all takes one of them.
    for (let leap = 0; leap < 27; leap++) await page.clock.fastForward(500);
    await expect(page.getByText(`${label}: played to its end.`)).toBeVisible();
    // As long as any wait is.
    await page.clock.fastForward(20_000);
    await page.clock.runFor(1000);
    await playground.expectState("open");
    await expect(playground.event(told[0], told[1], told[2]).first()).toBeAttached();
    await expect(playground.event("client", "connect", "succeeded").nth(connects - 1)).toBeAttached();
    await expect(playground.page.getByText("listening, 1 connection")).toBeVisible();
  });
}

test("a deploy for real, stopped on the way: the server behaves again", async ({ playground }) => {
  await playground.open("preset=resilient");
  await playground.break("Deploy");
  await expect(playground.event("client", "disconnect", "code 1012")).toHaveCount(1);
  await expect(playground.fault("Deploy")).toHaveAttribute("aria-pressed", "true");
  await playground.break("Deploy");
  await expect(playground.fault("Deploy")).toHaveAttribute("aria-pressed", "false");
  // Before it and after it.
  await expect(playground.event("server", "told to", "behave again")).toHaveCount(2);
  await playground.press("Reconnect");
  await playground.expectEcho("deployed");
});

test("offline, nothing gets through; back online what waited arrives, and a lost client retries now", async ({
  playground,
}) => {
  await playground.open(`${unstable}&retryTimeout=600000`);
  await playground.break("Offline");
  await playground.send("on its way");
  await playground.expectOutcome("on its way", "sent");
  await playground.break("Offline");
  await playground.expectOutcome("on its way", "flushed");
  await expect(playground.message("in", "on its way")).toHaveCount(1);

  await playground.break("Offline", "Drop it");
  await playground.press("Reconnect");
  await expect(playground.event("client", "error", "the page is offline")).toHaveCount(1);
  await playground.expectState("waiting");
  await playground.break("Offline");
  await playground.expectState("open");
});

test("offline, nobody learns that the connection has ended; back online what is sent waits for the next one @slow", async ({
  playground,
}) => {
  await playground.open(`server=in-page&${quickly}`);
  await playground.break("Offline", "Close, keep TCP up");
  await playground.send("on its way");
  await playground.expectOutcome("on its way", "sent");
  await playground.expectState("open");
  await playground.break("Offline");
  await playground.expectOutcome("on its way", "unknown");
  await playground.expectState("open");
  await playground.expectEcho("over the next one");
});

test("back online, an attempt that hangs is begun anew, and has cost nothing", async ({ playground }) => {
  await playground.open(quickly);
  await playground.break("Stall the handshake");
  await playground.press("Reconnect");
  await expect(playground.event("server", "answers", "nothing to the upgrade request")).toHaveCount(1);
  await playground.break("Behave");
  await playground.expectState("connecting");
  await playground.break("Offline", "Offline");
  await playground.expectState("open");
  await playground.expectEcho("online");
  await expect(playground.event("client", "error", "")).toHaveCount(0);
  await expect(playground.event("client", "retry", "")).toHaveCount(0);
});

test("a hidden tab retries half a minute apart, and at once when it is shown", async ({ playground }) => {
  await playground.open("preset=resilient");
  await playground.break("Hidden tab", "Drop it");
  await expect(playground.event("client", "retry", "in 30 s")).toHaveCount(1);
  await playground.break("Hidden tab");
  await playground.expectState("open");
});
