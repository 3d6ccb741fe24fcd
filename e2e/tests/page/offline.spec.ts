import { connect, expect, received, test } from "./page.ts";

test.describe("offline and online", () => {
  test("an open connection stays, and a lost one is retried as soon as the page is online", async ({
    tab,
    server,
    running,
  }) => {
    await connect(tab, server.url, { retryTimeout: 600_000 });
    await running.context.setOffline(true);
    await tab.waitForFunction(() => !navigator.onLine);
    expect(await tab.evaluate(() => client.phase)).toBe("open");
    server.drop("fin");
    await tab.waitForFunction(() => client.phase === "waiting");
    await tab.evaluate(() => client.send("while lost"));
    await running.context.setOffline(false);
    await server.until(({ counts }) => counts.messages === 1);
    expect(received(server)).toEqual(["while lost"]);
  });

  test("an attempt that hangs is given up for another when the page is online", async ({
    tab,
    server,
    running,
  }) => {
    await connect(tab, server.url, { retryTimeout: 100 });
    server.stallAtUpgrade({ times: 1 });
    server.drop("fin");
    await server.until(({ counts }) => counts.upgrades === 2);
    await running.context.setOffline(true);
    await running.context.setOffline(false);
    await server.until(({ counts }) => counts.opens === 2);
    expect(server.record.counts.upgrades).toBe(3);
  });
});

test.describe("an outage of two minutes", { tag: "@slow" }, () => {
  test("it is back by itself, with what was sent meanwhile", async ({ tab, server }) => {
    test.setTimeout(420_000);
    await connect(tab, server.url);
    const away = server.goAwayFor(120_000);
    const lost = tab.evaluate(() => {
      client.send("while away");
      return client.phase;
    });
    await away;
    expect(["waiting", "connecting"]).toContain(await lost);
    await server.until(({ counts }) => counts.messages === 1);
    expect(received(server)).toEqual(["while away"]);
  });
});
