import type { EchoServer } from "@gundam/testing/server";
import type { Page } from "@playwright/test";
import { connect, expect, received, test } from "./page.ts";

/** A page of the site in a frame has a connection, across a loss, until the frame is removed. */
async function expectConnection(
  attributes: { readonly src: string; readonly sandbox?: string },
  { tab, server }: { tab: Page; server: EchoServer },
): Promise<void> {
  await tab.evaluate(async (attributes) => {
    const frame = document.createElement("iframe");
    for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
    document.body.append(frame);
    await loaded;
  }, attributes);
  const frame = tab.frames()[1]!;
  await connect(frame, server.url, { retryTimeout: 100 });
  server.drop("fin");
  await server.until(({ counts }) => counts.opens === 2);
  await frame.evaluate(() => client.send("from the frame"));
  await server.until(({ counts }) => counts.messages === 1);
  expect(received(server)).toEqual(["from the frame"]);
  await tab.evaluate(() => document.querySelector("iframe")!.remove());
  await server.until(({ counts }) => counts.disconnects === 2);
}

test.describe("a frame of another origin", () => {
  test("keeps a connection until it is removed", async ({ tab, server, site }) => {
    await expectConnection({ src: site.otherOrigin }, { tab, server });
    expect(server.record.upgrades[0]!.headers.origin).toBe(site.otherOrigin);
  });
});

test.describe("a sandboxed frame", () => {
  test("keeps a connection, of no origin, until it is removed", async ({ tab, server, site }) => {
    await expectConnection({ src: site.origin, sandbox: "allow-scripts" }, { tab, server });
    expect(server.record.upgrades[0]!.headers.origin).toBe("null");
  });
});
