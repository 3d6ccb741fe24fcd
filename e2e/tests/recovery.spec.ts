import { expect, quickly, test, unstable } from "./playground.ts";

test("the server goes away and comes back: the client waits, counts down and reconnects", async ({
  playground,
}) => {
  await playground.open(unstable);
  await playground.break("Go away");
  await playground.expectState("waiting");
  await expect(playground.status).toContainText(/Waiting [0-4]\.\d s before attempt 2 of 6/);
  await expect(playground.event("client", "retry", "in 5 s, 4 retries left")).toHaveCount(1);
  await playground.break("Come back");
  await expect(playground.event("server", "back", "listening again")).toHaveCount(1);
  await playground.expectState("open");
  await playground.expectEcho("still there");
});

test("a refused client tells its error, the server its status, and the client retries @slow", async ({
  playground,
}) => {
  await playground.open(quickly);
  await playground.break("Refuse with");
  await expect(playground.note).toContainText("From the next attempt on");
  await playground.break("Drop it");
  // The browser keeps the status to itself; the server's side of the log tells it.
  const refusals = playground.event("server", "answers", "HTTP status 503");
  await expect(refusals.nth(1)).toBeAttached();
  await expect(playground.event("client", "error", "ConnectError: ").nth(1)).toBeAttached();
  await playground.break("Behave");
  await playground.expectState("open");
  await playground.expectEcho("forgiven");
});

test("a client that is refused for good gives up and says why", async ({ secluded: playground }) => {
  const { page } = playground;
  await page.clock.install();
  await playground.open();
  await playground.break("Refuse with");
  await playground.press("Reconnect");
  // Five retries, five seconds apart: the clock need not take that long.
  const refusals = playground.event("server", "answers", "HTTP status 503");
  for (const count of [1, 2, 3, 4, 5]) {
    await expect(refusals).toHaveCount(count);
    await playground.expectState("waiting");
    await page.clock.fastForward(5000);
  }
  await playground.expectState("closed");
  await expect(refusals).toHaveCount(6);
  await expect(playground.status).toContainText("Given up, because the connection could not be opened.");
  await expect(playground.event("client", "close", "over, with code 1006")).toHaveCount(1);
  await expect(playground.attempts).toHaveCount(7);
  await expect(playground.attempts.last()).toContainText("gave up");
  await expect(playground.status.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
});

test("what is sent while there is no connection is queued, and delivered after the reconnect", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await playground.break("Go away");
  await playground.expectState("waiting");
  await playground.send("first");
  await playground.send("second");
  await playground.expectOutcome("first", "queued");
  await expect(page.getByText("2 messages wait for the connection.")).toBeVisible();
  await expect(page.getByRole("meter", { name: "Queue" })).toHaveAttribute("value", "2");
  await playground.break("Come back");
  await playground.press("Reconnect");
  await expect(playground.message("in", "second")).toHaveCount(1);
  await expect(playground.messages).toHaveText([/first/, /second/, /first/, /second/]);
  await playground.expectOutcome("first", "flushed");
  await playground.expectOutcome("second", "flushed");
  await expect(page.getByText("wait for the connection.")).toHaveCount(0);
});

test("two clients go through the same fault, each by its own settings", async ({ playground }) => {
  const { second } = playground;
  await playground.open(`two&${unstable}&retryTimeout=600000&b.preset=resilient`);
  await second.expectState("open");
  await playground.break("Drop it");
  await playground.expectState("waiting");
  await expect(second.event("client", "connect", "succeeded")).toHaveCount(2);
  await second.expectState("open");
  await second.expectEcho("back first");
  await playground.expectState("waiting");
  await playground.page.getByRole("checkbox", { name: "Two clients" }).uncheck();
  await expect(second.status).toHaveCount(0);
  await expect(playground.page.getByText("listening, 0 connections")).toBeVisible();
  await playground.page.getByRole("checkbox", { name: "Two clients" }).check();
  await second.expectState("open");
});
