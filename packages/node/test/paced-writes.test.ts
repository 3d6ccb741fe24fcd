// Paced writes, over a socket that takes bytes only when the test says so.

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { PacedWrites } from "../src/paced-writes.ts";

const KiB = 1024;

/** A socket whose kernel takes what was written when `take` is called. */
function setUp() {
  const written: Buffer[] = [];
  const events: string[] = [];
  let taken: (() => void) | undefined;
  const socket = new Duplex({
    read() {},
    writev(chunks, callback) {
      written.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
      taken = callback;
    },
    final(callback) {
      events.push("ended");
      callback();
    },
  }) as Socket;
  let now = 0;
  const writes = new PacedWrites(socket, () => now, {
    filled: () => events.push("filled"),
    moved: () => {},
    drained: () => events.push("drained"),
  });
  const take = async (at: number) => {
    now = at;
    const callback = taken;
    taken = undefined;
    callback?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { socket, writes, written, events, take };
}

test("a large message leaves in pieces of at most 64 KiB, each of which shows that it moves", async () => {
  const { socket, writes, written, events, take } = setUp();
  const message = Buffer.alloc(300 * KiB).map((_, i) => i % 251);
  socket.cork();
  socket.write(Buffer.from("header"));
  socket.write(message);
  socket.uncork();
  expect(writes.bufferedAmount).toBe(6 + message.length);
  expect([events, writes.movedAt]).toEqual([["filled"], 0]);
  for (let time = 1; writes.filled; time++) {
    await take(time);
    expect(writes.movedAt).toBe(time);
  }
  expect(events).toEqual(["filled", "drained"]);
  expect(Math.max(...written.map(({ length }) => length))).toBeLessThanOrEqual(64 * KiB);
  expect(Buffer.concat(written).equals(Buffer.concat([Buffer.from("header"), message]))).toBe(true);
});

test("small messages behind it leave together, in order, and their callbacks are called", async () => {
  const { socket, writes, written, take } = setUp();
  const done: number[] = [];
  socket.write(Buffer.alloc(65 * KiB));
  for (let i = 0; i < 100; i++) socket.write(Buffer.from([i]), () => done.push(i));
  for (let time = 1; writes.filled; time++) await take(time);
  expect(written.length).toBeLessThanOrEqual(3);
  expect([...written.at(-1)!.subarray(-100)]).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(done).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test("the chunks that wait are counted, until the last piece of each is on its way", async () => {
  const { socket, writes, take } = setUp();
  socket.write(Buffer.alloc(60 * KiB));
  expect(writes.waiting).toBe(0);
  socket.write(Buffer.alloc(100 * KiB));
  for (let i = 0; i < 100; i++) socket.write(Buffer.from([i]));
  expect(writes.waiting).toBe(101);
  await take(1);
  expect(writes.waiting).toBe(101);
  await take(2);
  expect(writes.waiting).toBe(0);
});

test("the socket is ended when all has left", async () => {
  const { socket, writes, events, take } = setUp();
  socket.write(Buffer.alloc(200 * KiB));
  writes.end();
  await take(1);
  expect(events).toEqual(["filled"]);
  for (let time = 2; writes.filled; time++) await take(time);
  await take(9);
  expect(events).toEqual(["filled", "drained", "ended"]);
});

test("nothing is told of a socket that was destroyed", async () => {
  const { socket, events, take } = setUp();
  socket.on("error", () => {});
  socket.write(Buffer.alloc(200 * KiB));
  socket.destroy(new Error("reset"));
  await take(1);
  expect(events).toEqual(["filled"]);
});
