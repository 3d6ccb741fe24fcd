import { expect, test } from "./playground.ts";

test("the server goes away and comes back: the client waits, counts down and reconnects", async ({
  playground,
}) => {
  await playground.open();
  await playground.press("Go away");
  await playground.expectPhase("Waiting");
  await expect(playground.countdown).toHaveText(/^[0-4]\.\d s$/);
  await expect(playground.event("client", "retry", "in 5 s, 4 retries left")).toHaveCount(1);
  await playground.press("Come back");
  await expect(playground.event("server", "back", "listening again")).toHaveCount(1);
  await playground.expectPhase("Open");
  await expect(playground.countdown).toHaveCount(0);
  await playground.expectEcho("still there");
});

test("a refused client tells its error, the server its status, and the client retries", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await playground.useQuickRetries();
  await playground.press("Refuse with");
  await expect(page.getByText("From the next attempt on")).toBeVisible();
  await playground.press("Drop (FIN)");
  // The browser keeps the status to itself; the server's side of the timeline tells it.
  const refusals = playground.event("server", "answers", "HTTP status 503");
  await expect(refusals.nth(1)).toBeAttached();
  await expect(playground.event("client", "error", "ConnectError: ").nth(1)).toBeAttached();
  await playground.press("Behave again");
  await playground.expectPhase("Open");
  await playground.expectEcho("forgiven");
});

test("a client that is refused for good gives up and says why", async ({ secluded: playground }) => {
  const { page } = playground;
  await page.clock.install();
  await playground.open();
  await playground.press("Refuse with", "Reconnect");
  // Five retries, five seconds apart: the clock need not take that long.
  const refusals = playground.event("server", "answers", "HTTP status 503");
  for (const count of [1, 2, 3, 4, 5]) {
    await expect(refusals).toHaveCount(count);
    await playground.expectPhase("Waiting");
    await page.clock.fastForward(5000);
  }
  await playground.expectPhase("Closed");
  await expect(refusals).toHaveCount(6);
  await expect(playground.phase).toContainText("Code 1006");
  await expect(playground.button("Connect")).toBeVisible();
});

test("the server restarts: it closes with 1012, and the client is back by itself", async ({ playground }) => {
  await playground.open();
  await playground.useQuickRetries();
  await playground.press("Restart (1012)");
  await expect(playground.event("client", "disconnect", "closed by the server with code 1012")).toHaveCount(
    1,
  );
  await expect(playground.event("client", "connect", "succeeded")).toHaveCount(3);
  await playground.expectPhase("Open");
  await playground.expectEcho("after the restart");
});

test("each way of losing the connection is told, and survived", async ({ playground }) => {
  await playground.open();
  await playground.useQuickRetries();
  const unclean = "lost without a Close frame (1006); will try again";
  const clean = "closed by the server with code 4001 “closed in the playground”; will try again";
  const losses = [
    { fault: "Drop (FIN)", told: unclean, times: 1, message: "dropped" },
    { fault: "Reset (RST)", told: unclean, times: 2, message: "reset" },
    { fault: "Close with", told: clean, times: 1, message: "closed" },
  ];
  for (const { fault, told, times, message } of losses) {
    await playground.press(fault);
    await expect(playground.event("client", "disconnect", told)).toHaveCount(times);
    await playground.expectPhase("Open");
    await playground.expectEcho(message);
  }
});

test("a stalled handshake stays connecting until you reconnect to a server that behaves", async ({
  playground,
}) => {
  await playground.open();
  await playground.press("Stall", "Reconnect");
  await expect(playground.event("server", "answers", "nothing to the upgrade request")).toHaveCount(1);
  await playground.expectPhase("Connecting");
  await playground.press("Behave again", "Terminate");
  await playground.expectPhase("Closed");
  await playground.press("Connect");
  await playground.expectEcho("answered");
});

test("a silent server leaves the client open, and reconnecting helps", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await playground.press("Go silent");
  await expect(page.getByText("A browser cannot tell")).toBeVisible();
  await playground.send("anybody there?");
  await playground.expectPhase("Open");
  await playground.press("Reconnect");
  await expect(playground.event("client", "connect", "succeeded")).toHaveCount(2);
  await playground.expectEcho("yes");
  await expect(playground.message("in", "anybody there\\?")).toHaveCount(0);
});

test("what is sent while there is no connection is queued, and delivered after the reconnect", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await playground.press("Go away");
  await playground.expectPhase("Waiting");
  await playground.send("first");
  await playground.send("second");
  await expect(playground.message("queued", "first")).toHaveCount(1);
  await expect(page.getByText("2 messages wait for the connection.")).toBeVisible();
  await playground.press("Come back", "Reconnect");
  await expect(playground.message("in", "second")).toHaveCount(1);
  await expect(playground.messages).toHaveText([/^outfirst/, /^outsecond/, /^infirst/, /^insecond/]);
  await expect(page.getByText("wait for the connection.")).toHaveCount(0);
});
