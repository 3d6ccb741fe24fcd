// The command as a process of its own: signals, pipes, and what the shell sees.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../node/test/dialling.ts";
import { bundleCommand, type Running, start, startInShell } from "./process.ts";
import { echoServer, gather } from "./world.ts";

bundleCommand();

async function printed(running: Running, stdin: string | Buffer = ""): Promise<Buffer> {
  const stdout = gather(running.child.stdout!);
  running.child.stdin!.end(stdin);
  await running.ended;
  return stdout();
}

test("lines in, lines out; the rest goes to stderr", async () => {
  const server = await echoServer();
  const running = start(server.url);
  expect(String(await printed(running, "one\ntwo\n"))).toBe("one\ntwo\n");
  expect(running.stderr()).toMatch(/^connected to .+ in \d+ ms\nclosed \(1000 normal closure\)\n$/);
  expect(await running.ended).toBe(0);
});

test("megabytes come back as they went", async () => {
  const server = await echoServer();
  const bytes = Buffer.alloc(16 * 1024 * 1024, "gundam");
  const back = await printed(start("--binary", server.url), bytes);
  const hash = (data: Buffer) => createHash("sha256").update(data).digest("hex");
  expect(hash(back)).toBe(hash(bytes));
});

test("a reader that comes late gets all of it", async () => {
  const server = await echoServer();
  const lines = `${"x".repeat(1023)}\n`.repeat(75);
  // A pipe holds 64 KiB; what is over it waits in the process, and is not enough to make it wait for the reader by itself.
  const running = startInShell('"$@" | { sleep 1; wc -c; }', "-q", server.url);
  expect(Number(await printed(running, lines))).toBe(lines.length);
});

test("a reader that has seen enough ends it, without a word of that", async () => {
  const server = await echoServer();
  const running = start("-q", server.url);
  await server.until(({ counts }) => counts.opens === 1);
  server.flood(1000);
  await once(running.child.stdout!, "data");
  running.child.stdout!.destroy();
  const flooding = setInterval(() => server.flood(10), 5);
  onTestFinished(() => clearInterval(flooding));
  expect(await running.ended).toBe(0);
  expect(running.stderr()).toBe("");
});

test("Ctrl-C once while connected, and twice", async () => {
  const server = await echoServer();
  const polite = start(server.url);
  await polite.told("connected");
  polite.child.kill("SIGINT");
  expect(await polite.ended).toBe(0);
  server.ignoreClose();
  const hasty = start(server.url);
  await hasty.told("connected");
  hasty.child.kill("SIGINT");
  await server.until(({ counts }) => counts.closes === 2);
  hasty.child.kill("SIGINT");
  expect(await hasty.ended).toBe(130);
});

test("SIGTERM while there is no connection", async () => {
  const running = start("--retry", "forever", `ws://127.0.0.1:${await freePort()}/`);
  await running.told("trying again");
  running.child.kill("SIGTERM");
  expect(await running.ended).toBe(143);
});

test("it ends, though stdin does not", async () => {
  const server = await echoServer();
  expect(await start("-n", "2", `${server.url}?push=hello&close=1000`).ended).toBe(5);
});

test("--version is that of the package", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(String(await printed(start("--version")))).toBe(`${version}\n`);
});
