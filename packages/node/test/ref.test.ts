// ref() and unref(): a client keeps its process alive, unless it is told not to.

import { expect, test, vi } from "vitest";
import { echoServer, identity, pem } from "./dialling.ts";
import { program } from "./program.ts";

const run = program("unref");

vi.setConfig({ testTimeout: 30_000 });

const waiting = { retryTimeout: 3_600_000 };

test("an open client that is unref'd lets its process end", async () => {
  const server = await echoServer();
  const { code, lines } = await run([server.url, "open", "unref", "{}"]).ended();
  expect([code, lines]).toEqual([0, ["open", "exit while open"]]);
});

test("over TLS too", async () => {
  const server = await echoServer({ tls: identity("server") });
  const options = JSON.stringify({ tlsOpts: { ca: pem("authority") } });
  const { code, lines } = await run([server.url, "open", "unref", options]).ended();
  expect([code, lines]).toEqual([0, ["open", "exit while open"]]);
});

test("so does one that waits for its next attempt", async () => {
  const server = await echoServer();
  server.refuse(503);
  const { code, lines } = await run([server.url, "waiting", "unref", JSON.stringify(waiting)]).ended();
  expect([code, lines]).toEqual([0, ["waiting", "exit while waiting"]]);
});

test("and one that is connecting, with a deadline", async () => {
  const server = await echoServer();
  server.stallAtUpgrade();
  const options = JSON.stringify({ openTimeout: 3_600_000 });
  const { code, lines } = await run([server.url, "connecting", "unref", options]).ended();
  expect([code, lines]).toEqual([0, ["connecting", "exit while connecting"]]);
});

test("one that is unref'd before it is connected stays so", async () => {
  const server = await echoServer();
  const { code, lines } = await run([server.url, "started", "unref", "{}"]).ended();
  expect(code).toBe(0);
  expect(lines[0]).toBe("started");
  expect(lines[1]).toMatch(/^exit while (connecting|open)$/);
});

test("ref() takes it back", async () => {
  const server = await echoServer();
  const client = run([server.url, "open", "ref again", JSON.stringify({ retryTimeout: 10 })]);
  expect(await client.line()).toBe("open");
  // It lives on for as long as its connection does: what ends it is this loss, and that no retry may follow.
  server.push("still there?");
  server.refuse(404);
  server.drop();
  expect(await client.ended()).toMatchObject({ code: 0, lines: ["exit while closed"] });
});
