import { startEchoServer } from "@gundam/testing/server";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFeed } from "./feed.ts";

const api = setupServer(http.get("https://example.org/token", () => HttpResponse.text("secret")));
beforeAll(() => api.listen({ onUnhandledRequest: "error" }));
afterAll(() => api.close());

test("connects to a real server while MSW answers what is HTTP", async () => {
  const server = await startEchoServer();
  const response = await fetch("https://example.org/token");
  const feed = openFeed(`${server.url}?token=${await response.text()}`, () => {});
  await feed.ready();
  expect(server.record.upgrades[0]?.url).toBe("/?token=secret");
  await feed.close();
  await server.stop();
});
