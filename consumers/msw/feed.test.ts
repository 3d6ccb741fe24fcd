import { ws } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFeed } from "./feed.ts";

let connections = 0;
const prices = ws.link("wss://example.org/feed");
const server = setupServer(
  prices.addEventListener("connection", ({ client }) => {
    connections += 1;
    client.addEventListener("message", ({ data }) => {
      if (connections === 1) client.close(3001, "please come again");
      else client.send(`you said: ${data}`);
    });
  }),
);
beforeAll(() => server.listen());
afterAll(() => server.close());

test("subscribes again after a loss", async () => {
  const lines: string[] = [];
  const feed = openFeed("wss://example.org/feed", (line) => lines.push(line));
  await expect.poll(() => lines).toEqual(["offline", "you said: subscribe prices"]);
  await feed.close();
});
