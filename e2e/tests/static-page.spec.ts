// The page as it is built: one bundle with gundam in it, and no server of ours behind it.

import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { addressOf, expect, test, troublesOf } from "./playground.ts";

test.use({ baseURL: `http://127.0.0.1:${process.env.GUNDAM_E2E_STATIC_PORT}` });

let server: EchoServer;

test.beforeEach(async () => {
  server = await startEchoServer();
});

test.afterEach(async () => {
  await server.stop();
});

test("the built page breaks a server of its own, has its storms, and connects to any other", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  const troubles = troublesOf(page);
  await page.goto(addressOf());
  await playground.expectState("open");
  await expect(page.getByRole("radio", { name: "Embedded" })).toHaveCount(0);
  await playground.expectEcho("from this very page");
  await playground.break("Close it with");
  await expect(playground.event("client", "disconnect", "closed by the server with code 4001")).toHaveCount(
    1,
  );
  await playground.press("Reconnect");
  await playground.expectEcho("again");

  await page.getByRole("radio", { name: "Any url" }).check();
  await playground.url.fill(server.url);
  await playground.url.press("Enter");
  await playground.press("Connect with changes");
  await expect(playground.event("you", "connect", `to ${server.url}`)).toHaveCount(1);
  await playground.expectState("open");
  await expect(page.getByText("This server is not ours to break.")).toBeVisible();
  await playground.expectEcho("from a bundle");
  server.closeAll(1001, "bye");
  await expect(playground.event("client", "disconnect", "closed by the server with code 1001")).toHaveCount(
    1,
  );
  await playground.press("Reconnect");
  await playground.expectEcho("once more");

  await page.getByRole("link", { name: "Storm" }).click();
  await page.getByRole("combobox", { name: "Clients" }).selectOption("1000");
  await page.getByRole("button", { name: "Start the storm" }).click();
  await expect(page.getByRole("status", { name: "Storm" })).toHaveText("All policies have had their storm.");
  expect(troubles).toEqual([]);
});
