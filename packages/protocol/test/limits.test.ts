// What a peer can cost: a message's length is checked before memory is taken for it.

import { Buffer, constants } from "node:buffer";
import { describe, expect, test } from "vitest";
import { frame, type Role } from "../src/index.ts";
import { side } from "./sides.ts";

const tooBig = ["failed", 1009, "Max payload size exceeded"];

/** A head that announces so many bytes. */
function announcing(length: number | bigint, opcode = 2, fin = true): Buffer {
  const head = Buffer.alloc(10);
  head[0] = (fin ? 0x80 : 0) | opcode;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** How many bytes of memory more than before there are. */
function growth(work: () => void): number {
  const before = process.memoryUsage().arrayBuffers;
  work();
  return process.memoryUsage().arrayBuffers - before;
}

test("a message of just maxPayload is read, and one byte more is 1009", () => {
  for (const length of [10, 125, 126, 65_536]) {
    const one = side("client", { maxPayload: length });
    one.read(frame(2, Buffer.alloc(length)), frame(2, Buffer.alloc(length + 1)));
    expect(one.told.map(([event]) => event)).toEqual(["message", "failed"]);
    expect(one.told[1]).toEqual(tooBig);
  }
});

test("what is announced beyond maxPayload is 1009 before its bytes come", () => {
  const one = side("client", { maxPayload: 1000 });
  one.read(announcing(1001));
  expect(one.told).toEqual([tooBig]);
});

test("a message's fragments count together, and control frames between them do not", () => {
  const one = side("client", { maxPayload: 100 });
  one.read(frame(2, Buffer.alloc(60), { fin: false }), frame(9, Buffer.alloc(125)));
  one.read(frame(0, Buffer.alloc(40), { fin: false }));
  expect(one.told.map(([event]) => event)).toEqual(["ping"]);
  one.read(announcing(1, 0));
  expect(one.told[1]).toEqual(tooBig);
});

test("each message counts by itself", () => {
  const one = side("client", { maxPayload: 10 });
  for (let i = 0; i < 5; i++)
    one.read(frame(2, Buffer.alloc(8)), frame(1, "ab", { fin: false }), frame(0, "cd"));
  expect(one.told).toHaveLength(10);
});

test.each<Role>(["client", "server"])("a %s fails lengths from 2^53 on with 1009", (role) => {
  for (const length of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
    const one = side(role, { maxPayload: Number.MAX_SAFE_INTEGER });
    const head = announcing(length);
    if (role === "server") head[1]! |= 0x80;
    one.read(head);
    expect(one.told).toEqual([["failed", 1009, "Unsupported WebSocket frame: payload length > 2^53 - 1"]]);
  }
  const one = side(role);
  const head = announcing(2 ** 53 - 1);
  if (role === "server") head[1]! |= 0x80;
  one.read(head, Buffer.alloc(4));
  expect(one.told).toEqual([tooBig]);
});

test("text beyond what a string can hold is 1009, whatever is allowed", () => {
  const most = constants.MAX_STRING_LENGTH;
  const one = side("client", { maxPayload: 2 * most });
  one.read(announcing(most, 1, false));
  expect(one.told).toEqual([]);
  const other = side("client", { maxPayload: 2 * most });
  other.read(announcing(most + 1, 1, false));
  expect(other.told).toEqual([tooBig]);
  const bytes = side("client", { maxPayload: 2 * most });
  bytes.read(announcing(most + 1, 2, false));
  expect(bytes.told).toEqual([]);
});

test("a message may have 16384 fragments, and with one more it is 1008", () => {
  const fragment = frame(0, "x", { fin: false });
  const most = [frame(1, "x", { fin: false }), ...Array.from({ length: 16_382 }, () => fragment)];
  const one = side("client");
  one.read(Buffer.concat([...most, frame(0, "x")]));
  expect(one.told).toEqual([["message", "x".repeat(16_384)]]);
  one.read(Buffer.concat([...most, fragment]));
  expect(one.told).toHaveLength(1);
  one.read(frame(0));
  expect(one.told[1]).toEqual(["failed", 1008, "Too many message fragments"]);
});

describe("memory", () => {
  const maxPayload = 200 * 1024 * 1024;
  const announced = 100 * 1024 * 1024;

  test("is not taken for what is only announced", () => {
    for (const fin of [true, false]) {
      const one = side("client", { maxPayload });
      const grown = growth(() => {
        one.read(announcing(announced, 2, fin), Buffer.alloc(10));
        // What a transport asks for before it reads on.
        expect(one.protocol.receiver.destination!.length).toBeLessThan(1024 * 1024);
      });
      expect(grown).toBeLessThan(1024 * 1024);
      expect(one.told).toEqual([]);
    }
  });

  test("is not more than about twice what has come", () => {
    const one = side("client", { maxPayload });
    one.read(announcing(announced));
    const chunk = Buffer.alloc(1024 * 1024);
    const grown = growth(() => {
      for (let i = 0; i < 5; i++) one.protocol.receiver.receive(chunk, 0, chunk.length);
    });
    // Those it has outgrown may not be collected yet.
    expect(grown).toBeLessThan(20 * 1024 * 1024);
  });

  test("is not taken for what is refused, and nothing more is read into it", () => {
    const one = side("client", { maxPayload: 1000 });
    one.read(announcing(announced));
    expect(one.protocol.receiver.destination).toBeUndefined();
    expect(one.told).toEqual([tooBig]);
  });
});
