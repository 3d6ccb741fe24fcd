import { connect, expect, received, test } from "./page.ts";

test.describe("the server's Close while TCP is held", () => {
  for (const [held, ms] of [
    ["for a moment", 300],
    ["for ever", undefined],
  ] as const) {
    test(`${held}: what is sent meanwhile waits for the next connection`, async ({ tab, server }) => {
      await connect(tab, server.url, { retryTimeout: 100 });
      const [held] = server.connections;
      // Not one of the codes that everybody is told, after which it waits for seconds.
      server.closeAllWithoutFin(1000);
      if (ms !== undefined) setTimeout(() => held!.drop("fin"), ms);
      const sent = await tab.evaluate(async () => {
        const sent: string[] = [];
        while (told.length < 3 || sent.length < 50) {
          sent.push(`message ${sent.length + 1}`);
          client.send(sent.at(-1)!);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return sent;
      });
      await server.until(({ counts }) => counts.messages >= sent.length);
      expect(received(server)).toEqual(sent);
      expect(await tab.evaluate(() => told)).toEqual(["connect", "disconnect 1000", "connect"]);
    });
  }
});
