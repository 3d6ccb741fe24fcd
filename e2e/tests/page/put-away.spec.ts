import type { EchoServer } from "@gundam/testing/server";
import { closeCodes, connect, expect, received, test } from "./page.ts";

/** On a busy machine `pageshow` may find the attempt that `resume` has begun, which Chromium then ends with 1001. */
function closesBy(server: EchoServer, code: number): number {
  return closeCodes(server).filter((read) => read === code).length;
}

test.describe("put away and shown again", () => {
  test("it is closed with 1000, and back at once with what was sent meanwhile", { tag: "@chromium" }, async ({
    tab,
    server,
    running,
    site,
  }) => {
    await connect(tab, server.url, { retry: 1, retryTimeout: 60_000 });
    await tab.evaluate(() => {
      addEventListener("pageshow", ({ persisted }) => told.push(`shown again ${persisted}`));
      document.addEventListener("freeze", () => client.send("while put away"));
    });
    const session = await running.context.newCDPSession(tab);
    for (const times of [1, 2]) {
      await tab.goto(`${site.origin}/elsewhere`);
      await server.until(() => closesBy(server, 1000) === times);
      // page.goBack() waits for a page that is loaded.
      const { currentIndex, entries } = await session.send("Page.getNavigationHistory");
      await session.send("Page.navigateToHistoryEntry", { entryId: entries[currentIndex - 1]!.id });
      await tab.waitForURL(`${site.origin}/`, { waitUntil: "commit" });
      await server.until(({ counts }) => counts.messages === times);
    }
    expect(received(server)).toEqual(["while put away", "while put away"]);
    const again = ["disconnect", "shown again true", "connect"];
    expect(await tab.evaluate(() => told)).toEqual(["connect", ...again, ...again]);
    expect(await tab.evaluate(() => gundam.info(client).retriesLeft)).toBe(1);
  });

  test("Firefox does not keep it: it is loaded anew, and the server has read a Close on each connection", {
    tag: "@firefox",
  }, async ({ tab, server, site }) => {
    await connect(tab, server.url);
    await tab.evaluate(() => client.on("connect", () => client.send("back")));
    // Firefox ends the first connection when the navigation begins, and the page has another before it is put away.
    const isBack = server.until(({ counts }) => counts.messages === 1);
    site.pages.set("/elsewhere", { body: isBack.then(() => "elsewhere") });
    await tab.goto(`${site.origin}/elsewhere`);
    await server.until(({ counts }) => counts.closes === 2);
    await tab.goBack();
    expect(await tab.evaluate(() => "client" in globalThis)).toBe(false);
    expect(closeCodes(server)).toEqual([1001, 1000]);
  });
});

test.describe("frozen and resumed", () => {
  test("it is closed with 1000, and back at once with what was sent meanwhile", { tag: "@chromium" }, async ({
    tab,
    server,
    running,
  }) => {
    await connect(tab, server.url, { retry: 1, retryTimeout: 60_000 });
    await tab.evaluate(() => document.addEventListener("freeze", () => client.send("while frozen")));
    const session = await running.context.newCDPSession(tab);
    const show = await running.hide(tab);
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    await server.until(({ counts }) => counts.closes === 1);
    expect(server.record.counts.messages).toBe(0);
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await server.until(({ counts }) => counts.messages === 1);
    await show();
    expect(closeCodes(server)).toEqual([1000]);
    expect(received(server)).toEqual(["while frozen"]);
    expect(await tab.evaluate(() => told)).toEqual(["connect", "disconnect", "connect"]);
    expect(await tab.evaluate(() => gundam.info(client).retriesLeft)).toBe(1);
  });
});
