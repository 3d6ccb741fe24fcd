// Fetch, "Port blocking": the same ports as Node's own fetch refuses, and 0, which the standard has since.

import { expect, test } from "vitest";
import { isBadPort } from "../src/dial/bad-ports.ts";

const ports = Array.from({ length: 65_536 }, (_, port) => port);
const bad = ports.filter((port) => isBadPort(new URL(`ws://127.0.0.1:${port}/`)));

test("each is refused by fetch, too", async () => {
  for (const port of bad.filter((port) => port > 0)) {
    const refusal = await fetch(`http://127.0.0.1:${port}/`).catch((error) => error.cause.message);
    expect([port, refusal]).toEqual([port, "bad port"]);
  }
});

test("there are as many as the standard lists", () => {
  expect(bad).toHaveLength(83);
  expect(bad[0]).toBe(0);
});

test("a url without a port has none", () => {
  expect(isBadPort(new URL("ws://127.0.0.1/"))).toBe(false);
  expect(isBadPort(new URL("wss://127.0.0.1:443/"))).toBe(false);
});
