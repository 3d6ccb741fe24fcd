import { connect, expect, received, test } from "./page.ts";

test.describe("the server's Close while TCP is held", () => {
  for (const held of ["for a moment", "for ever"]) {
    test(`${held}: what is sent meanwhile waits for the next connection`, async ({ tab, server }) => {
      await connect(tab, server.url, { retryTimeout: 100 });
      // Not one of the codes that everybody is told, after which it waits for seconds.
      server.closeAllWithoutFin(1000);
      const sent = await tab.evaluate(async () => {
        const sent: string[] = [];
        while (!told.includes("connect", 1)) {
          sent.push(`message ${sent.length + 1}`);
          client.send(sent.at(-1)!);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return sent;
      });
      await server.until(({ counts }) => counts.opens === 2);
      if (held === "for a moment") server.drop("fin");
      await server.until(({ counts }) => counts.messages >= sent.length);
      expect(received(server)).toEqual(sent);
    });
  }
});
