import { connect, expect, received, test } from "./page.ts";

test.describe("drain while hidden", () => {
  test("is not held up by timers that are throttled", async ({ tab, server, running }) => {
    await connect(tab, server.url);
    server.mute();
    const show = await running.hide(tab);
    const order = await tab.evaluate(async () => {
      const order: string[] = [];
      // A hidden page's timers come once a second: eight awaited messages, or ten drains, would take eight ticks.
      const timer = setInterval(() => order.push("tick"), 20);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      order.length = 0;
      const part = new Uint8Array(65_536);
      for (let sent = 0; sent < 10; sent++) {
        if (!client.send(part)) await new Promise((resolve) => client.once("drain", resolve as () => void));
      }
      order.push("drained");
      for (let sent = 0; sent < 8; sent++) await gundam.deliver(client, `message ${sent}`);
      order.push("delivered");
      clearInterval(timer);
      return order;
    });
    await show();
    await server.until(({ counts }) => counts.messages === 18);
    expect(order.filter((entry) => entry !== "tick")).toEqual(["drained", "delivered"]);
    expect(order.length - 2).toBeLessThanOrEqual(3);
  });
});

test.describe("hidden for minutes", { tag: "@slow" }, () => {
  test("keeps its connection, though it runs once a minute", async ({ tab, server, running }) => {
    test.setTimeout(360_000);
    await connect(tab, server.url);
    await tab.evaluate(() => {
      globalThis.gaps = [];
      let last = performance.now();
      setInterval(() => {
        gaps.push(performance.now() - last);
        last = performance.now();
      }, 100);
      client.on("message", () => client.send("answer"));
    });
    const show = await running.hide(tab);
    // Nothing comes that would wake it.
    await new Promise((resolve) => setTimeout(resolve, 160_000));
    server.mute();
    server.push("question");
    await server.until(({ counts }) => counts.messages === 1);
    const longest = await tab.evaluate(() => Math.max(...gaps));
    // What was to be shown did happen: a timer a minute in Chromium, one a second in Firefox.
    expect(longest).toBeGreaterThan(running.name === "chromium" ? 50_000 : 900);
    await show();
    expect(received(server)).toEqual(["answer"]);
    expect(await tab.evaluate(() => told)).toEqual(["connect"]);
    expect(server.record.counts.opens).toBe(1);
  });
});

declare global {
  /** Between two ticks of a timer of 100 ms, in ms. */
  var gaps: number[];
}
