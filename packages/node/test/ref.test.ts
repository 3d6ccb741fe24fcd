// ref() and unref(): a client keeps its process alive, unless it is told not to.

import { describe, expect, test, vi } from "vitest";
import { echoServer, freePort, fullServer, identity, pem, tcpServer } from "./dialling.ts";
import { program } from "./program.ts";
import { connectProxy, socksProxy } from "./proxies.ts";

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

describe("one that is connecting, with a deadline, while", () => {
  const ca = { tlsOpts: { ca: pem("authority") } };
  const mute = () => tcpServer((socket) => socket.resume());
  const through = (scheme: string, port: number) => ({ tcpOpts: { proxy: `${scheme}://127.0.0.1:${port}` } });

  async function expectEnd(url: string, phase: string, options: object = {}) {
    const given = JSON.stringify({ openTimeout: 3_600_000, ...ca, ...options });
    for (const act of ["unref", "unref in between"]) {
      const { code, lines } = await run([url, phase, act, given]).ended();
      expect([act, code, lines]).toEqual([act, 0, [phase, "exit while connecting"]]);
    }
  }

  test("nobody answers there", async () => {
    const port = await freePort();
    await fullServer("127.0.0.1", port);
    await expectEnd(`ws://127.0.0.1:${port}/`, "tcp");
    await expectEnd(`ws://localhost:${port}/`, "tcp", { tcpOpts: { family: 4 } });
    await expectEnd("ws://127.0.0.2/", "tcp", through("http", port));
  });

  test("the server does not answer", async () => {
    const server = await echoServer();
    server.stallAtUpgrade();
    await expectEnd(server.url, "upgrade");
  });

  test("the server does not answer, over TLS", async () => {
    const server = await echoServer({ tls: identity("server") });
    server.stallAtUpgrade();
    await expectEnd(server.url, "upgrade");
  });

  test("the TLS handshake stalls", async () => {
    await expectEnd(`wss://127.0.0.1:${await mute()}/`, "tls");
  });

  test.each(["http", "https", "socks5", "socks5h"])("a proxy stalls, %s:", async (scheme) => {
    await expectEnd("ws://127.0.0.2/", "proxy", through(scheme, await mute()));
  });

  test.each(["http", "https", "socks5h"])("the TLS handshake stalls behind a proxy, %s:", async (scheme) => {
    const proxy = scheme === "socks5h" ? socksProxy() : connectProxy({ tls: scheme === "https" });
    await expectEnd(`wss://127.0.0.1:${await mute()}/`, "tls", through(scheme, (await proxy).port));
  });
});

describe("one that is closing while the peer does not answer", () => {
  const patient = JSON.stringify({
    wsOpts: { closingTimeout: 3_600_000 },
    tlsOpts: { ca: pem("authority") },
  });

  test.each(["unref and close", "close and unref"])("%s", async (act) => {
    const server = await echoServer();
    server.ignoreClose();
    const { code, lines } = await run([server.url, "open", act, patient]).ended();
    expect([code, lines]).toEqual([0, ["open", "exit while closing"]]);
  });

  test("over TLS", async () => {
    const server = await echoServer({ tls: identity("server") });
    server.ignoreClose();
    const { code, lines } = await run([server.url, "open", "unref and close", patient]).ended();
    expect([code, lines]).toEqual([0, ["open", "exit while closing"]]);
  });
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
