// Whatever becomes of a connection, nothing is left of it that keeps a process alive or ends it: each test is a process
// that has nothing else to do.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { badFrames } from "@gundam/testing/server";
import { build } from "vite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { echoServer, identity, pem, tcpServer, upgradingServer } from "./dialling.ts";
import { connectProxy, socksProxy } from "./proxies.ts";

// Where it finds ws.
const folder = mkdtempSync(join(import.meta.dirname, "../node_modules/.abandoning-"));
const conditions = ["@gundam/source", "node", "import"];
const program = join(folder, "abandon.mjs");

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: "silent",
    root: import.meta.dirname,
    build: {
      ssr: join(import.meta.dirname, "programs/abandon.ts"),
      outDir: folder,
      rolldownOptions: { output: { entryFileNames: "abandon.mjs" } },
    },
    resolve: { conditions },
    ssr: { noExternal: [/^@gundam/], resolve: { conditions } },
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

// Shorter than the default closingTimeout: a connection that only its backstop ends has been left behind.
vi.setConfig({ testTimeout: 12_000, hookTimeout: 30_000 });

/** Rejects when the program crashed; fails when it did not come to the moment. */
async function run(url: string, moment: string, act: string, options: object = {}): Promise<void> {
  const args = [program, url, moment, act, JSON.stringify(options)];
  expect(await promisify(execFile)(process.execPath, args)).toEqual({ stdout: `${moment}\n`, stderr: "" });
}

test.each([
  ["localhost", "dialled", "abandon"],
  ["localhost", "phase lookup", "abandon"],
  ["localhost", "phase tcp", "abandon"],
  ["127.0.0.1", "dialled", "abandon"],
  ["127.0.0.1", "phase tcp", "abandon"],
  ["127.0.0.1", "phase upgrade", "abandon"],
  ["127.0.0.1", "opened", "abandon"],
  ["127.0.0.1", "opened", "abandon with 1001"],
  ["127.0.0.1", "opened", "send and abandon"],
  ["127.0.0.1", "opened", "close and abandon"],
])("ws://%s, %s: %s", async (host, moment, act) => {
  const server = await echoServer();
  await run(`ws://${host}:${server.port}/`, moment, act);
});

test.each([
  ["phase tls", "abandon"],
  ["phase upgrade", "abandon"],
  ["opened", "abandon"],
  ["opened", "abandon with 1001"],
  ["opened", "send and abandon"],
  ["opened", "close and abandon"],
])("wss://localhost, %s: %s", async (moment, act) => {
  const server = await echoServer({ tls: identity("server") });
  await run(server.url, moment, act, { tlsOpts: { ca: pem("authority") } });
});

test.each([
  ["http", "phase tls", "abandon"],
  ["https", "phase tls", "abandon"],
  ["https", "opened", "send and abandon"],
  ["socks5", "phase tls", "abandon"],
  ["socks5h", "opened", "send and abandon"],
])("wss://localhost through a proxy, %s:, %s: %s", async (scheme, moment, act) => {
  const proxy = scheme.startsWith("socks") ? socksProxy() : connectProxy({ tls: scheme === "https" });
  const server = await echoServer({ tls: identity("server") });
  await run(server.url, moment, act, {
    tlsOpts: { ca: pem("authority") },
    tcpOpts: { proxy: `${scheme}://127.0.0.1:${(await proxy).port}` },
  });
});

test.each(["http", "https", "socks5h"])("abandoned while a proxy stalls, %s:", async (scheme) => {
  const port = await tcpServer((socket) => socket.resume());
  const tcpOpts = { proxy: `${scheme}://127.0.0.1:${port}` };
  await run("ws://127.0.0.2/", "phase proxy", "abandon later", { tcpOpts });
});

test.each([
  ["http", () => connectProxy({ status: 403 })],
  ["https", () => connectProxy({ status: 403, tls: true })],
  ["socks5h", () => socksProxy({ reply: 2 })],
] as const)("lost for a proxy's refusal, %s:", async (scheme, startProxy) => {
  const proxy = await startProxy();
  await run("ws://target.example/", "lost proxy", "nothing", {
    tlsOpts: { ca: pem("authority") },
    tcpOpts: { proxy: `${scheme}://127.0.0.1:${proxy.port}` },
  });
});

test("abandoned while TLS stalls", async () => {
  const server = await echoServer({ tls: identity("server") });
  server.stallAtAccept();
  await run(server.url, "phase tls", "abandon");
});

test("abandoned while the upgrade stalls", async () => {
  const server = await echoServer();
  server.stallAtUpgrade();
  await run(server.url, "phase upgrade", "abandon");
});

test("lost for the peer's Close frame, while the peer keeps TCP up", async () => {
  const server = await echoServer();
  server.keepTcp();
  server.closeAtOpen(1012);
  await run(server.url, "lost close", "nothing");
});

test.each(["abandon with 1001", "abandon with 1006"])(
  "opened, %s: while the peer keeps TCP up",
  async (act) => {
    await run(await upgradingServer((socket) => void socket.pause()), "opened", act);
  },
);

test("lost for a bad frame, while the peer keeps TCP up", async () => {
  const url = await upgradingServer((socket) => void socket.write(badFrames["reserved-bit"]));
  await run(url, "lost protocol", "nothing");
});

test("lost for a broken protocol", async () => {
  const server = await echoServer();
  server.wrongAcceptAtUpgrade();
  await run(server.url, "lost protocol", "nothing");
});

test("lost for a refusal whose body does not end", async () => {
  const server = await echoServer();
  server.refuse(503, { headers: { "Content-Length": "1000000" }, body: "" });
  await run(server.url, "lost response", "nothing");
});

test("lost for a certificate", async () => {
  const server = await echoServer({ tls: identity("self-signed") });
  await run(server.url, "lost certificate", "nothing");
});

test("lost for options that cannot be used", async () => {
  const server = await echoServer({ tls: identity("server") });
  await run(server.url, "lost blocked", "nothing", { tlsOpts: { key: "none", cert: "none" } });
});
