import { expect, test } from "./playground.ts";

test("a url that is missing is asked for, one that cannot work is refused, and what is dialled is said", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  await page.getByRole("radio", { name: "Any url" }).check();
  await expect(page.getByRole("alert").filter({ hasText: /^Type a url$/ })).toBeVisible();
  const connect = playground.status.getByRole("button", { name: "Connect with changes" });
  await expect(connect).toHaveAccessibleDescription("This cannot be started: see url.");
  await connect.click();
  // Whether or not the window has the focus, as one of two that Firefox shows may not.
  const hasFocus = () => playground.url.evaluate((element) => element === document.activeElement);
  await expect.poll(hasFocus).toBe(true);
  await expect(playground.url).toHaveAttribute("aria-invalid", "true");

  await playground.url.fill("ftp://example.org");
  await expect(page.getByRole("alert").filter({ hasText: "url must be a ws:, wss:" })).toContainText(
    "it has another scheme",
  );
  await expect(playground.url).toHaveAttribute("aria-invalid", "true");

  await playground.url.fill("/feed");
  await expect(playground.url).toHaveAccessibleDescription(
    `Dials ws://${new URL(page.url()).host}/feed. Several urls, one a line, are endpoints of one service.`,
  );
  await expect(connect).toHaveAccessibleDescription("");
  await expect(playground.event("you", "connect", "")).toHaveCount(1);
  await playground.expectState("open");
});

test("each field that is wrong says so itself, and whoever connects is led to the first of them", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open("server=in-page");
  const form = page.getByRole("region", { name: "Connect" });
  const options = form.locator("summary");
  const retry = form.getByLabel("retry", { exact: true });
  const heartbeat = form.getByLabel("wsOpts.heartbeat");
  await options.click();
  await retry.fill("-1");
  await heartbeat.fill("{");
  await form.getByLabel("sendQueue.pace.per").fill("0");
  await expect(form.getByRole("alert").filter({ hasText: /./ })).toHaveText([
    "retry must be a whole number, 0 or more, or Infinity, not -1",
    "heartbeat must be an object, not this string: it is no JSON",
    "sendQueue.pace.per must be a number of ms, more than 0, not 0",
  ]);
  await expect(heartbeat).toHaveAccessibleDescription(/"message": "ping", "interval": 20000 \}/);
  const apply = page.getByRole("button", { name: "Apply and connect" });
  await expect(apply).toHaveAccessibleDescription(
    "This cannot be started: see retry, wsOpts.heartbeat and sendQueue.pace.per.",
  );

  await options.click();
  await playground.press("Connect with changes");
  await expect(retry).toBeFocused();
  await retry.fill("");
  await expect(retry).toBeVisible();
  await apply.click();
  await expect(heartbeat).toBeFocused();
  await heartbeat.fill('{ "message": "ping", "interval": 20000 }');
  await form.getByLabel("sendQueue.pace.per").fill("");
  await expect(apply).toHaveAccessibleDescription("");
  await expect(playground.event("you", "connect", "")).toHaveCount(1);
  await apply.click();
  await expect(playground.event("client", "connect", "succeeded")).toHaveCount(2);
});

test("an option that cannot be is refused beside its field, and what can be is started, linked and written as code", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  const form = page.getByRole("region", { name: "Connect" });
  await form.locator("summary").click();
  const retry = form.getByLabel("retry", { exact: true });
  await retry.fill("-1");
  await expect(form.getByText("retry must be a whole number, 0 or more, or Infinity, not -1")).toBeVisible();
  await expect(retry).toHaveAttribute("aria-invalid", "true");
  await retry.fill("many");
  await expect(
    form.getByText("retry must be a whole number, 0 or more, or Infinity, not this string"),
  ).toBeVisible();
  await playground.press("Connect with changes");
  await expect(playground.event("client", "connect", "")).toHaveCount(1);

  await retry.fill("2");
  await expect(retry).toHaveAttribute("aria-invalid", "false");
  await form.getByLabel("wsOpts.protocols").fill("chat, news");
  await form.getByLabel("retryFun").selectOption("backoff()");
  await form.getByLabel("pageSignals").uncheck();
  const heartbeat = form.getByLabel("wsOpts.heartbeat");
  await heartbeat.fill('{"message":"?","interval":-1,"timeout":500}');
  await expect(form.getByText("interval must be a number of ms, more than 0, not -1")).toBeVisible();
  await expect(heartbeat).toHaveAttribute("aria-invalid", "true");
  await heartbeat.fill('{"message":"?","interval":1000,"timeout":500}');
  await expect(form.getByRole("region", { name: "Code" })).toHaveText(
    [
      "// Echoes while the playground's page is open.",
      'import { backoff, connect, heartbeat } from "gundam";',
      "",
      "const client = connect({",
      `  url: "${await playground.url.inputValue()}",`,
      "  retry: 2,",
      '  wsOpts: { protocols: ["chat", "news"], heartbeat: heartbeat({ message: "?", interval: 1000, timeout: 500 }) },',
      "  retryFun: backoff(),",
      "  pageSignals: false,",
      '  onConnect: () => console.log("connected"),',
      '  onMessage: (message) => console.log("received", message),',
      "  onError: (error) => console.error(error.message),",
      '  onClose: (code, reason) => console.log("closed", code, reason),',
      "});",
      'client.send("hello");',
    ].join("\n"),
    { useInnerText: true },
  );
  await page.getByRole("button", { name: "Apply and connect" }).click();
  await expect(playground.event("client", "connect", "with the subprotocol chat")).toHaveCount(1);

  const address = new URL(page.url());
  expect(address.search).toContain(
    "retry=2&wsOpts.protocols=chat,%20news&retryFun=backoff()&pageSignals=false",
  );
  await page.goto("about:blank");
  await page.goto(address.href);
  await playground.expectState("open");
  await expect(playground.event("client", "connect", "with the subprotocol chat")).toHaveCount(1);
  await expect(form.getByLabel("retry", { exact: true })).toHaveValue("2");
  await expect(form.getByText("5 of your own")).toBeVisible();
});

test("a heartbeat finds out a server that has gone silent", async ({ playground }) => {
  await playground.open('preset=resilient&wsOpts.heartbeat={"message":"?","interval":500,"timeout":500}');
  await playground.break("Go silent");
  await expect(playground.event("client", "error", "DeadPeerError: ")).toHaveCount(1);
  await expect(playground.event("client", "connect", "succeeded")).toHaveCount(2);
});

test("a heartbeat beats when it is told to, and a time that is none is refused", async ({ playground }) => {
  const { page } = playground;
  const beat = (when: string) => `{"message":"beat","interval":400,"when":"${when}"}`;
  await playground.open(`wsOpts.heartbeat=${beat("always")}`);
  await expect.poll(() => playground.message("in", "beat").count()).toBeGreaterThan(1);
  const form = page.getByRole("region", { name: "Connect" });
  const heartbeat = form.getByLabel("wsOpts.heartbeat");
  await heartbeat.fill(beat("sometimes"));
  await expect(form.getByText('when must be "silent" or "idle" or "always"')).toBeVisible();
  await heartbeat.fill(beat("idle"));
  await expect(form.getByRole("region", { name: "Code" })).toContainText(
    'heartbeat({ message: "beat", interval: 400, when: "idle" })',
  );
});

test("several urls, one a line, are endpoints: one that refuses is followed by the next @slow", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  const form = page.getByRole("region", { name: "Connect" });
  const embedded = await playground.url.inputValue();
  await page.getByRole("radio", { name: "Any url" }).check();
  await playground.url.fill("ws://127.0.0.1:9/\nftp://example.org/");
  await expect(form.getByRole("alert").filter({ hasText: "endpoints[1] must be a ws:" })).toBeVisible();
  await expect(playground.url).toHaveAttribute("aria-invalid", "true");
  await playground.url.press("ControlOrMeta+a");
  await playground.url.pressSequentially(`ws://127.0.0.1:9/\n${embedded}`);
  await expect(playground.url).toHaveAttribute("aria-invalid", "false");
  await expect(form.getByRole("region", { name: "Code" })).toContainText(
    `url: endpoints(["ws://127.0.0.1:9/", "${embedded}"]),`,
  );
  await expect(form.getByRole("region", { name: "Code" })).toContainText(
    'import { connect, endpoints } from "gundam";',
  );
  await page.getByRole("button", { name: "Apply and connect" }).click();
  await expect(playground.event("client", "retry", "at once")).toHaveCount(1);
  await playground.expectState("open");

  const { href } = new URL(page.url());
  await page.goto("about:blank");
  await page.goto(href);
  await expect(playground.url).toHaveValue(`ws://127.0.0.1:9/\n${embedded}`);
});

test("a pace is given in two fields, and what is over it waits", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  const form = page.getByRole("region", { name: "Connect" });
  await form.locator("summary").click();
  await form.getByLabel("sendQueue.pace.messages").fill("1");
  await form.getByLabel("sendQueue.pace.per").fill("0");
  await expect(form.getByText("sendQueue.pace.per must be a number of ms, more than 0, not 0")).toBeVisible();
  await form.getByLabel("sendQueue.pace.per").fill("600000");
  await form.getByLabel("sendQueue.overflow").selectOption("drop-oldest");
  await expect(form.getByRole("region", { name: "Code" })).toContainText(
    'sendQueue: { pace: { messages: 1, per: 600000 }, overflow: "drop-oldest" },',
  );
  await page.getByRole("button", { name: "Apply and connect" }).click();
  await expect(playground.event("client", "connect", "succeeded")).toHaveCount(2);
  await playground.expectEcho("within the pace");
  await playground.send("over it");
  await playground.expectOutcome("over it", "queued");
});

test("the code is copied @slow", async ({ secluded: playground, browserName }) => {
  const { page } = playground;
  // Only Chromium lets a test read the clipboard.
  if (browserName === "chromium")
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open("preset=resilient");
  await page.getByRole("button", { name: "Copy code" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  if (browserName === "chromium") {
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("connect(resilient({");
  }
});
