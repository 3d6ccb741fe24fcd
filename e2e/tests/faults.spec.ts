// Every button that breaks something, against the real server and against the one inside the page.

import { expect, type Playground, quickly, test } from "./playground.ts";

interface Trial {
  readonly button: string;
  /** What is to be seen afterwards; the client is then open again, or is helped to be. */
  readonly outcome: (playground: Playground) => Promise<void>;
}

const unclean = "lost without a Close frame (1006); will try again";

async function expectLoss(playground: Playground, told: string): Promise<void> {
  await expect(playground.event("client", "disconnect", told)).toHaveCount(1);
}

/** Each is tried on an open connection, and an event log that was cleared. */
const trials: readonly Trial[] = [
  { button: "Drop it", outcome: (playground) => expectLoss(playground, unclean) },
  { button: "Reset it", outcome: (playground) => expectLoss(playground, unclean) },
  {
    button: "Close it with",
    outcome: (playground) =>
      expectLoss(
        playground,
        "closed by the server with code 4001 “closed in the playground”; will try again",
      ),
  },
  {
    button: "Close, keep TCP up",
    async outcome(playground) {
      await expect(playground.event("server", "Close read", "code 4001")).toHaveCount(1);
      await playground.send("for the next one");
      await expectLoss(playground, "closed by the server with code 4001");
      await expect(playground.message("in", "for the next one")).toHaveCount(1);
    },
  },
  { button: "Send garbage", outcome: (playground) => expectLoss(playground, "will try again") },
  {
    button: "Flood with",
    async outcome(playground) {
      await expect(playground.messages.last()).toContainText("flood 10000");
    },
  },
  {
    button: "Slow link",
    async outcome(playground) {
      await expect(playground.page.locator(".standing")).toHaveText("send 20 bytes a second");
      await playground.send("x".repeat(30));
      await expect(playground.message("in", "x".repeat(30))).toHaveCount(1);
      await expect(playground.page.getByText(/^Round trip (1\.\d|[2-9]|\d\d)/)).toBeVisible();
    },
  },
  {
    button: "Go silent",
    async outcome(playground) {
      await expect(playground.note).toContainText("A browser cannot tell");
      await playground.send("anybody there?");
      await playground.expectState("open");
      await playground.press("Reconnect");
      await expect(playground.event("client", "connect", "succeeded")).toHaveCount(1);
      await expect(playground.message("in", "anybody there?")).toHaveCount(0);
    },
  },
  {
    button: "Stall the handshake",
    async outcome(playground) {
      await playground.press("Reconnect");
      await expect(playground.event("server", "answers", "nothing to the upgrade request")).toHaveCount(1);
      await playground.expectState("connecting");
      await playground.break("Behave");
      await playground.press("Terminate", "Connect");
    },
  },
  { button: "Answer garbage", outcome: (playground) => expectRefusal(playground, "garbage") },
  { button: "Refuse with", outcome: (playground) => expectRefusal(playground, "HTTP status 503") },
  {
    button: "Accept, then drop",
    async outcome(playground) {
      await playground.break("Drop it");
      // Firefox may not even tell that a connection had opened which is dropped at once.
      await expect(playground.event("client", "error", "ConnectError: ").nth(2)).toBeAttached();
      await playground.break("Behave");
    },
  },
  {
    button: "Restart",
    outcome: (playground) => expectLoss(playground, "closed by the server with code 1012 “service restart”"),
  },
  {
    button: "Go away for",
    async outcome(playground) {
      await expect(playground.page.getByText("Server: away")).toBeVisible();
      await expect(playground.event("server", "back", "listening again")).toHaveCount(1);
    },
  },
  {
    button: "Go away",
    async outcome(playground) {
      await expect(playground.event("client", "error", "ConnectError: not opened").first()).toBeAttached();
      await playground.break("Come back");
    },
  },
];

async function expectRefusal(playground: Playground, answer: string): Promise<void> {
  await expect(playground.note).toContainText("From the next attempt on");
  await playground.press("Reconnect");
  await expect(playground.event("server", "answers", answer).first()).toBeAttached();
  await expect(playground.event("client", "error", "ConnectError: not opened").first()).toBeAttached();
  await playground.break("Behave");
}

async function tryEach(playground: Playground, some: readonly Trial[]): Promise<void> {
  for (const { button, outcome } of some) {
    await test.step(button, async () => {
      await playground.page.getByRole("button", { name: "Clear the events" }).click();
      await playground.break(button);
      await outcome(playground);
      await playground.expectState("open");
      await playground.break("Behave");
      await playground.expectEcho(`after “${button}”`);
    });
  }
}

// In thirds, so that two workers share them.
for (const [first, second] of [
  [0, 5],
  [5, 10],
  [10, 16],
] as const) {
  const some = trials.slice(first, second);
  test(`the real server: ${some.map(({ button }) => button).join(", ")}`, { tag: "@slow" }, async ({
    playground,
  }) => {
    test.slow();
    await playground.open(quickly);
    await tryEach(playground, some);
  });
}

test("the server in the page: every button", { tag: "@slow" }, async ({ playground }) => {
  test.slow();
  await playground.open(`server=in-page&${quickly}`);
  await expect(playground.url).toHaveValue("ws://in-page/");
  await tryEach(playground, trials);
});

test("a few faults are there at first sight, and the others, once asked for, for as long as the page lives", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await expect(playground.fault("Drop it")).toBeVisible();
  await expect(playground.fault("Reset it")).toBeHidden();
  await playground.showAllFaults();
  await page.getByRole("link", { name: "Storm" }).click();
  await expect(page.getByRole("button", { name: "Start the storm" })).toBeVisible();
  await page.getByRole("link", { name: "Connection" }).click();
  await expect(playground.fault("Reset it")).toBeVisible();
});

test("each button is tried", async ({ playground }) => {
  await playground.open();
  await playground.showAllFaults();
  const buttons = playground.page
    .getByRole("region", { name: "Break it" })
    .getByRole("group", { name: /Begin with|This connection|The next attempts|The server itself/ })
    .getByRole("button");
  const tried = [...trials.map(({ button }) => button), "Come back"];
  expect((await buttons.allTextContents()).sort()).toEqual(tried.sort());
});

test("a live fault that strikes nobody says so, and a fault that cannot be is refused in words", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await playground.showAllFaults();
  await page.getByRole("textbox", { name: "HTTP status" }).fill("99");
  await playground.break("Refuse with");
  await expect(playground.note).toContainText("Not done: refuse.status must be an integer from 200 to 599");
  await playground.expectState("open");
  await playground.press("Close");
  await expect(page.getByText("listening, 0 connections")).toBeVisible();
  await playground.break("Drop it");
  await expect(playground.note).toContainText("Nobody is connected, so nothing happened.");
});

test("whatever is pressed, what can be pressed stays where it is @slow", async ({ playground }) => {
  const { page } = playground;
  test.slow();
  await page.setViewportSize({ width: 1440, height: 2000 });
  await playground.open(quickly);
  await playground.showAllFaults();
  const panel = page.getByRole("region", { name: "Break it" });
  const before = await placesOf(playground);
  const names = await panel.getByRole("button").allTextContents();
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    await playground.break(name);
    await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(await placesOf(playground), `after “${name}”`).toEqual(before);
  }
});

/** Where the buttons and fields are of all that is not made of what happens. */
function placesOf({ page }: Playground): Promise<string[]> {
  return page
    .locator(".break :is(button, input, summary), .settings :is(button, input, summary), .statuses button")
    .evaluateAll((elements) =>
      elements.map((element) => {
        const { x, y } = element.getBoundingClientRect();
        return `${element.textContent || element.ariaLabel} at ${Math.round(x)}, ${Math.round(y)}`;
      }),
    );
}
