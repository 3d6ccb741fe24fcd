// Whatever becomes of a connection, nothing is left of it that keeps a process alive or ends it: each test is a process
// that has nothing else to do.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { echoServer, identity, pem } from "./dialling.ts";

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

/** What the program said; rejects when it crashed. */
async function run(url: string, moment: string, options: object = {}): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    program,
    url,
    moment,
    JSON.stringify(options),
  ]);
  expect(stderr).toBe("");
  return stdout.trim();
}

test.each([
  ["dialled", "a host that is looked up", "localhost"],
  ["phase lookup", "a host that is looked up", "localhost"],
  ["phase tcp", "a host that was looked up", "localhost"],
  ["dialled", "an address", "127.0.0.1"],
  ["phase tcp", "an address", "127.0.0.1"],
  ["phase upgrade", "an address", "127.0.0.1"],
  ["opened", "an address", "127.0.0.1"],
  ["opened 1001", "an address", "127.0.0.1"],
  ["sent", "an address", "127.0.0.1"],
  ["closing", "an address", "127.0.0.1"],
])("abandoned when %s, at %s", async (moment, _, host) => {
  const server = await echoServer();
  await run(`ws://${host}:${server.port}/`, moment);
});

test.each(["phase tls", "phase upgrade", "opened", "opened 1001", "sent", "closing"])(
  "abandoned when %s, over TLS",
  async (moment) => {
    const server = await echoServer({ tls: identity("server") });
    await run(server.url, moment, { tlsOpts: { ca: pem("authority") } });
  },
);

test("abandoned while TLS stalls", async () => {
  const server = await echoServer({ tls: identity("server") });
  server.stallAtAccept();
  expect(await run(server.url, "phase tls")).toBe("phase tls");
});

test("abandoned while the upgrade stalls", async () => {
  const server = await echoServer();
  server.stallAtUpgrade();
  expect(await run(server.url, "phase upgrade")).toBe("phase upgrade");
});

test("lost for the peer's Close frame, while the peer keeps TCP up", async () => {
  const server = await echoServer();
  server.keepTcp();
  server.closeAtOpen(1012);
  expect(await run(server.url, "lost close")).toBe("lost close");
});

test("lost for a broken protocol", async () => {
  const server = await echoServer();
  server.wrongAcceptAtUpgrade();
  expect(await run(server.url, "lost protocol")).toBe("lost protocol");
});

test("lost for a refusal whose body does not end", async () => {
  const server = await echoServer();
  server.refuse(503, { headers: { "Content-Length": "1000000" }, body: "" });
  expect(await run(server.url, "lost response")).toBe("lost response");
});

test("lost for a certificate", async () => {
  const server = await echoServer({ tls: identity("self-signed") });
  expect(await run(server.url, "lost certificate")).toBe("lost certificate");
});

test("lost for options that cannot be used", async () => {
  const server = await echoServer({ tls: identity("server") });
  expect(await run(server.url, "lost blocked", { tlsOpts: { key: "none", cert: "none" } })).toBe(
    "lost blocked",
  );
});
