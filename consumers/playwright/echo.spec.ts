import { expect, test, type WebSocketRoute } from "@playwright/test";

test("comes back after a loss", async ({ page }) => {
  const connections: WebSocketRoute[] = [];
  await page.routeWebSocket("ws://127.0.0.1:5301/", (connection) => {
    connections.push(connection);
    connection.onMessage((message) => connection.send(`you said ${message}`));
  });
  await page.goto("/");
  await expect(page.getByText("received you said hello")).toBeVisible();

  await connections[0]?.close({ code: 1011, reason: "out of order" });
  await expect(page.getByText("lost 1011")).toBeVisible();
  await expect.poll(() => connections.length).toBe(2);
});
