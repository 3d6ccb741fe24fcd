// The dev server's side of the page: whom it listens to.

import { request as httpRequest } from "node:http";
import { expect, test } from "./playground.ts";

/** The status of a request as any program on this machine, or a browser for any site, could make it. */
function statusOf(url: string, method: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers }, (response) => {
      resolve(response.statusCode);
      response.destroy();
    })
      .on("error", reject)
      .end(method === "POST" ? '{"name":"drop"}' : "");
  });
}

test("only the playground's own page may watch or break the server", async ({ baseURL }) => {
  const watch = `${baseURL}/__gundam/server`;
  const { host } = new URL(watch);
  const own = { "Content-Type": "application/json" };
  expect(await statusOf(watch, "GET", {})).toBe(200);
  expect(await statusOf(watch, "GET", { Origin: "http://evil.example" })).toBe(403);
  expect(await statusOf(watch, "GET", { Host: "evil.example" })).toBe(403);
  expect(await statusOf(watch, "GET", { "Sec-Fetch-Site": "cross-site" })).toBe(403);
  const streams = `${watch}/none/streams`;
  expect(await statusOf(streams, "GET", { Origin: "http://evil.example" })).toBe(403);
  expect(await statusOf(streams, "POST", {})).toBe(403);
  const faults = `${watch}/none/faults`;
  expect(await statusOf(faults, "POST", own)).toBe(403);
  expect(await statusOf(faults, "POST", { ...own, Origin: "http://localhost:1" })).toBe(403);
  expect(await statusOf(faults, "POST", { ...own, Origin: "null" })).toBe(403);
  expect(await statusOf(faults, "POST", { ...own, Origin: `http://${host}` })).toBe(404);
});
