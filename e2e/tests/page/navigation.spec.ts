import { closeCodes, connect, expect, received, test } from "./page.ts";

test.describe("a navigation that stays", () => {
  const ways = {
    "a download": "/download",
    "204 No Content": "/no-content",
  };
  for (const [way, path] of Object.entries(ways)) {
    test(`${way}: nothing is lost, and it is connected again soon`, async ({ tab, server, running }) => {
      // The longest that a retry may wait.
      await tab.evaluate(() => {
        Math.random = () => 0.999;
      });
      await connect(tab, server.url);
      // Chromium keeps the connection: there it would never come, and fail when the tab is closed.
      const retry =
        running.name === "firefox" &&
        tab.evaluate(
          () => new Promise<number>((resolve) => client.once("retry", ({ delay }) => resolve(delay))),
        );
      await tab.evaluate((path) => {
        // In the task that begins to navigate, in those until the browser has ended the sockets, and later.
        let sent = 0;
        const send = () => client.send(`message ${++sent}`);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          send();
          if (sent < 200) setTimeout(() => port2.postMessage(undefined));
        };
        port2.postMessage(undefined);
        location.assign(path);
        send();
      }, path);
      if (retry) expect(await retry).toBeLessThan(1500);
      await server.until(({ counts }) => counts.messages === 200);
      expect(received(server)).toEqual(Array.from({ length: 200 }, (_, n) => `message ${n + 1}`));
      expect(closeCodes(server)).toEqual(running.name === "firefox" ? [1001] : []);
    });
  }

  test("window.stop() while nothing loads: it is connected again soon", async ({ tab, server, running }) => {
    await connect(tab, server.url);
    await tab.evaluate(() => {
      window.stop();
      client.send("after the stop");
    });
    await server.until(({ counts }) => counts.messages === 1);
    expect(closeCodes(server)).toEqual(running.name === "firefox" ? [1001] : []);
  });

  test("window.stop() while a page is awaited: it is connected again, twice", async ({
    tab,
    server,
    running,
  }) => {
    await connect(tab, server.url);
    await tab.evaluate(async (endsSockets) => {
      location.assign("/endless");
      await (endsSockets
        ? new Promise((resolve) => client.once("connect", resolve))
        : new Promise((resolve) => setTimeout(resolve)));
      window.stop();
      client.send("after the stop");
    }, running.name === "firefox");
    await server.until(({ counts }) => counts.messages === 1);
    expect(closeCodes(server)).toEqual(running.name === "firefox" ? [1001, 1001] : []);
  });
});

test.describe("a navigation that leaves", () => {
  test("a last word of the page arrives before the Close", async ({ tab, server, running, site }) => {
    await connect(tab, server.url);
    // Firefox has ended the sockets of the page when it hides it.
    const last = running.name === "firefox" ? "beforeunload" : "pagehide";
    await tab.evaluate((last) => addEventListener(last, () => client.send("last word")), last);
    await tab.goto(`${site.origin}/elsewhere`);
    // In Firefox there may be another connection before the page is gone, and another Close.
    await server.until(({ counts }) => counts.closes > 0);
    expect(received(server)).toEqual(["last word"]);
  });
});
