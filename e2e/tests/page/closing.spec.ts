import { connect, expect, received, test } from "./page.ts";

declare global {
  /** Each socket that the page has opened. */
  var sockets: WebSocket[];
}

test.describe("the server's Close while TCP is held", () => {
  for (const [held, ms] of [
    ["for a moment", 300],
    ["for ever", undefined],
  ] as const) {
    test(`${held}: what is sent meanwhile waits for the next connection`, async ({ tab, site, server }) => {
      await tab.addInitScript(() => {
        globalThis.sockets = [];
        globalThis.WebSocket = class extends WebSocket {
          constructor(url: string | URL, protocols?: string | string[]) {
            super(url, protocols);
            sockets.push(this);
          }
        };
      });
      await tab.goto(site.origin);
      await connect(tab, server.url, { retryTimeout: 100 });
      const [held] = server.connections;
      // Not one of the codes that everybody is told, after which it waits for seconds.
      server.closeAllWithoutFin(1000);
      if (ms !== undefined) setTimeout(() => held!.drop("fin"), ms);
      const { sent, crossing } = await tab.evaluate(async () => {
        const sent: string[] = [];
        let crossing = 0;
        while (!(told.length >= 3 && told.at(-1) === "connect") || sent.length < 50) {
          sent.push(`message ${sent.length + 1}`);
          // The browser has read the Close before it says so; what it is given until then it throws away.
          if (sockets[0]!.readyState === WebSocket.OPEN) crossing = sent.length;
          client.send(sent.at(-1)!);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return { sent, crossing };
      });
      const later = sent.slice(crossing);
      await expect.poll(() => received(server).slice(-later.length)).toEqual(later);
      const crossed = received(server).slice(0, -later.length);
      expect(crossed).toEqual(sent.slice(0, crossing).filter((message) => crossed.includes(message)));
      expect(await tab.evaluate(() => told.filter((word) => !/^drop .* unknown$/.test(word)))).toEqual([
        "connect",
        "disconnect 1000",
        "connect",
      ]);
    });
  }
});
