// Where messages lie: each in memory of its own, long ones where they were read to.

import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { frame, type Role } from "../src/index.ts";
import { pattern, type Side, side } from "./sides.ts";

/** Reads to where the receiver wants it, as a transport that can does. */
function readInto({ protocol: { receiver } }: Side, bytes: Uint8Array, most = Infinity): number {
  let placed = 0;
  for (let at = 0; at < bytes.length; ) {
    const place = receiver.destination;
    const room = place ?? new Uint8Array(1000);
    const size = Math.min(room.length, bytes.length - at, most);
    const memory = Buffer.from(room.buffer, room.byteOffset, room.length);
    memory.set(bytes.subarray(at, at + size));
    receiver.receive(memory, 0, size);
    if (place !== undefined) placed += size;
    else memory.fill(0xee);
    at += size;
  }
  return placed;
}

function expectOwn(message: unknown, length: number): void {
  expect((message as Uint8Array).constructor).toBe(Uint8Array);
  const { byteOffset, byteLength, buffer } = message as Uint8Array;
  expect({ byteOffset, byteLength, own: buffer.byteLength }).toEqual({
    byteOffset: 0,
    byteLength: length,
    own: length,
  });
  expect(Buffer.from(buffer).equals(pattern(length))).toBe(true);
}

const lengths = [0, 1, 16, 64, 65, 125, 126, 1000, 4095, 4096, 40_000, 65_536, 300_000, 1_000_000];

describe.each<Role>(["client", "server"])("a binary message read by a %s", (role) => {
  const mask = role === "server";

  test.each(lengths)("of %i bytes has memory of its own, just as long", (length) => {
    const whole = frame(2, pattern(length), { mask });
    const half = length >> 1;
    const fragments = [
      frame(2, pattern(length).subarray(0, half), { mask, fin: false }),
      frame(0, pattern(length).subarray(half), { mask }),
    ];
    const one = side(role);
    one.read(whole);
    one.read(whole.subarray(0, 1 + whole.length / 3), whole.subarray(1 + whole.length / 3));
    one.read(...fragments);
    readInto(one, whole);
    readInto(one, whole, 33_333);
    for (const fragment of fragments) readInto(one, fragment);
    expect(one.told).toHaveLength(6);
    for (const [, message] of one.told) expectOwn(message, length);
  });

  test("that is long is read into its own memory, but for its first bytes", () => {
    const one = side(role);
    expect(one.protocol.receiver.destination).toBeUndefined();
    expect(readInto(one, frame(2, pattern(1_000_000), { mask }))).toBeGreaterThan(960_000);
    expect(one.protocol.receiver.destination).toBeUndefined();
    expectOwn(one.told[0]![1], 1_000_000);
  });

  test("that is read into its own memory at once is not copied out of it", () => {
    const one = side(role);
    const whole = frame(2, pattern(100_000), { mask });
    const head = whole.length - 100_000;
    one.read(whole.subarray(0, head));
    const place = one.protocol.receiver.destination!;
    expect(place).toHaveLength(100_000);
    readInto(one, whole.subarray(head));
    expect((one.told[0]![1] as Uint8Array).buffer).toBe(place.buffer);
    expectOwn(one.told[0]![1], 100_000);
  });

  test("is read all the same where a destination was asked for and not used", () => {
    const one = side(role);
    const whole = frame(2, pattern(100_000), { mask });
    const head = whole.length - 100_000;
    one.read(whole.subarray(0, head));
    expect(one.protocol.receiver.destination).toBeDefined();
    one.read(whole.subarray(head));
    one.read(
      frame(2, pattern(10).subarray(0, 5), { mask, fin: false }),
      frame(0, pattern(10).subarray(5), { mask }),
    );
    expectOwn(one.told[0]![1], 100_000);
    expectOwn(one.told[1]![1], 10);
  });

  test("is read to another place than the one that was given and not used", () => {
    const one = side(role);
    const whole = frame(2, pattern(100_000), { mask });
    const head = whole.length - 100_000;
    const places = [1, 2].map(() => {
      one.read(whole.subarray(0, head));
      const place = one.protocol.receiver.destination!;
      one.read(whole.subarray(head));
      return place.buffer;
    });
    expect(places[1]).not.toBe(places[0]);
  });

  test("in many fragments has memory that is just as long", () => {
    const one = side(role);
    const bytes = pattern(100_003);
    for (let at = 0; at < 100_000; at += 10_000) {
      one.read(frame(at === 0 ? 2 : 0, bytes.subarray(at, at + 10_000), { mask, fin: false }));
    }
    one.read(frame(0, bytes.subarray(100_000), { mask }));
    expectOwn(one.told[0]![1], 100_003);
  });

  test("keeps what was read into it while it was paused", () => {
    const one = side(role);
    const whole = frame(2, pattern(100_000), { mask });
    const { receiver } = one.protocol;
    readInto(one, whole.subarray(0, 50_000));
    receiver.pause();
    readInto(one, whole.subarray(50_000));
    expect(receiver.destination).toBeUndefined();
    expect(one.told).toEqual([]);
    receiver.resume();
    receiver.proceed();
    expectOwn(one.told[0]![1], 100_000);
  });
});

test("control frames' payloads have memory of their own", () => {
  const one = side("server");
  one.read(frame(9, pattern(100), { mask: true }), frame(10, pattern(3), { mask: true }));
  expectOwn(one.told[0]![1], 100);
  expectOwn(one.told[1]![1], 3);
});

test("no destination is given between messages, for short ones, or for control frames", () => {
  const one = side("client");
  const { receiver } = one.protocol;
  for (const bytes of [
    Buffer.of(0x82),
    Buffer.of(10),
    pattern(9),
    pattern(1),
    Buffer.of(0x89, 100),
    pattern(50),
  ]) {
    one.read(bytes);
    expect(receiver.destination).toBeUndefined();
  }
  expect(one.told).toHaveLength(1);
});

test("long text may be read into memory of its own too", () => {
  const text = "日".repeat(100_000);
  const one = side("client");
  expect(readInto(one, frame(1, text))).toBeGreaterThan(200_000);
  expect(one.told[0]![1] === text).toBe(true);
});
