// The page as it is built: one bundle with gundam in it, and no server of ours behind it.

import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { expect, test } from "./playground.ts";

test.use({ baseURL: `http://127.0.0.1:${process.env.GUNDAM_E2E_STATIC_PORT}` });

let server: EchoServer;

test.beforeEach(async () => {
  server = await startEchoServer();
});

test.afterEach(async () => {
  await server.stop();
});

test("the built page has no server to break, but connects to any, and reconnects to it", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => troubles.push(message.text()));
  await page.goto("/");
  await playground.expectPhase("Idle");
  await playground.press("Go away");
  await expect(page.getByRole("status", { name: "What the fault did" })).toContainText("no embedded server");

  await page.getByRole("radio", { name: "Quick retries" }).check();
  await playground.url.fill(server.url);
  await playground.url.press("Enter");
  await playground.expectPhase("Open");
  await playground.expectEcho("from a bundle");
  server.closeAll(1001, "bye");
  await expect(playground.event("client", "disconnect", "closed by the server with code 1001")).toHaveCount(
    1,
  );
  await expect(playground.event("client", "connect", "succeeded")).toHaveCount(2);
  await playground.expectEcho("again");
  expect(troubles).toEqual([]);
});
