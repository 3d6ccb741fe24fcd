// A gigabyte through the command takes it no memory, either way.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { bundleCommand, type Running, start } from "./process.ts";
import { echoServer } from "./world.ts";

bundleCommand();

const chunk = Buffer.alloc(1024 * 1024, `${"x".repeat(1023)}\n`);
const gigabyte = 1024;

/** The most memory that it has taken so far, in MiB: proc(5), Linux alone. */
function peak({ child }: Running): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))!;
  return Number(kib) / 1024;
}

async function feed({ child }: Running): Promise<number> {
  let most = 0;
  for (let i = 0; i < gigabyte; i++) {
    if (!child.stdin!.write(chunk)) await once(child.stdin!, "drain");
    if (i % 64 === 0) most = Math.max(most, peak({ child } as Running));
  }
  child.stdin!.end();
  return most;
}

test.each([
  ["lines", []],
  ["bytes", ["--binary"]],
])("%s to a server that pauses now and then", async (_, args) => {
  const server = await echoServer();
  server.mute();
  const running = start("-q", ...args, server.url);
  let isOver = false;
  const pausing = (async () => {
    while (!isOver) {
      server.stopReading();
      await sleep(200);
      server.resumeReading();
      await sleep(500);
      server.record.clear();
    }
  })();
  const most = await feed(running);
  expect(await running.ended).toBe(0);
  isOver = true;
  await pausing;
  expect(most).toBeGreaterThan(30);
  expect(most).toBeLessThan(250);
});

test("there and back, to a reader that is slow", async () => {
  const server = await echoServer();
  const clearing = setInterval(() => server.record.clear(), 100);
  const running = start("-q", "--binary", server.url);
  let read = 0;
  const reading = (async () => {
    for await (const bytes of running.child.stdout!) {
      read += bytes.length;
      if (read % 64 === 0) await sleep(1);
    }
  })();
  const most = await feed(running);
  await reading;
  clearInterval(clearing);
  expect(read).toBe(gigabyte * chunk.length);
  expect(most).toBeLessThan(250);
});
