import { connect, expect, received, test } from "./page.ts";

test.describe("a sleep", { tag: "@slow" }, () => {
  test("a connection that died meanwhile is replaced before anything is sent into it", async ({
    tab,
    server,
    running,
  }) => {
    test.setTimeout(120_000);
    await connect(tab, server.url, { retry: 1 });
    // Nothing of what is sent from here on is read, and nobody is told: a NAT that has forgotten the connection.
    server.silence();
    const sleeping = running.sleep(35_000);
    // Whatever runs first when the browser goes on, it sends.
    const sent = tab.evaluate(async () => {
      client.send("after the sleep");
      return gundam.deliver(client, "and told");
    });
    await sleeping;
    await server.until(({ counts }) => counts.messages === 2);
    expect(await sent).toBe("flushed");
    expect(received(server)).toEqual(["after the sleep", "and told"]);
    expect(await tab.evaluate(() => told)).toEqual(["connect", "disconnect", "connect"]);
    expect(await tab.evaluate(() => gundam.info(client).retriesLeft)).toBe(1);
  });
});
