// permessage-deflate (RFC 7692): zlib answers later, and what is not compressed keeps its turn all the same.

import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Deflate, frame, opcodes, type PerMessageDeflate } from "../src/index.ts";
import { draw, immediate, pattern, type Side, settled, side } from "./sides.ts";

const { text, binary, continuation, close, ping, pong } = opcodes;
const RSV1 = 4;

/** §7.2.1: a message by itself, without the empty block's end. */
function deflated(data: string | Uint8Array): Buffer {
  return deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** §7.2.2. */
function inflated(data: Uint8Array): Buffer {
  const ended = Buffer.concat([data, Buffer.of(0, 0, 0xff, 0xff)]);
  return inflateRawSync(ended, { finishFlush: constants.Z_SYNC_FLUSH });
}

const compressed = (data: string | Uint8Array, opcode: number = text) =>
  frame(opcode, deflated(data), { reserved: RSV1 });

/** zlib as a stub: who called, and whom an answer is owed. */
function slowZlib() {
  const owed: Array<(error: Error | null, bytes?: Uint8Array) => void> = [];
  const extension = {
    cleanups: 0,
    owed,
    compress: (_data: unknown, _fin: boolean, done: (typeof owed)[0]) => void owed.push(done),
    decompress: (_data: unknown, _fin: boolean, done: (typeof owed)[0]) => void owed.push(done),
    cleanup: () => void extension.cleanups++,
  };
  return extension satisfies PerMessageDeflate;
}

/** The messages told, once zlib is done. */
async function told(one: Side): Promise<unknown[]> {
  await settled(one);
  return one.told.filter(([event]) => event !== "inflated");
}

describe("a compressed message", () => {
  test("is told inflated, with memory of its own", async () => {
    const one = side("client", { threshold: 0 });
    one.read(compressed("Hello"), compressed(pattern(100_000), binary), compressed(""));
    const [first, second, third] = (await told(one)) as [string, Uint8Array | string][];
    expect([first, third]).toEqual([
      ["message", "Hello"],
      ["message", ""],
    ]);
    const bytes = second![1] as Uint8Array;
    expect(bytes.constructor).toBe(Uint8Array);
    expect(bytes.buffer.byteLength).toBe(100_000);
    expect(Buffer.from(bytes.buffer).equals(pattern(100_000))).toBe(true);
  });

  test("in fragments, with control frames between them, is told when it is whole", async () => {
    const bytes = deflated("Hello, Hello, Hello");
    const one = side("client", { threshold: 0 });
    one.read(
      frame(text, bytes.subarray(0, 4), { reserved: RSV1, fin: false }),
      frame(ping, "between"),
      frame(continuation, bytes.subarray(4, 6), { fin: false }),
      frame(continuation, bytes.subarray(6)),
      frame(text, "behind"),
    );
    expect(await told(one)).toEqual([
      ["ping", new Uint8Array(Buffer.from("between"))],
      ["message", "Hello, Hello, Hello"],
      ["message", "behind"],
    ]);
  });

  test("keeps its turn among those that are not, messages, pings and Close", async () => {
    const one = side("client", { threshold: 0 });
    one.read(
      Buffer.concat([
        frame(text, "1"),
        compressed("2"),
        frame(ping, "3"),
        compressed("4".repeat(100_000)),
        frame(text, "5"),
        frame(pong, "6"),
        compressed("7"),
      ]),
    );
    one.read(Buffer.concat([frame(close, Buffer.of(3, 232)), frame(text, "behind")]));
    const first = (fact: unknown) =>
      typeof fact === "string" ? fact[0] : Buffer.from(fact as Uint8Array).toString();
    const all = ((await told(one)) as [string, unknown][]).map(([event, fact]) => [
      event,
      event === "closed" ? fact : first(fact),
    ]);
    expect(all).toEqual([
      ["message", "1"],
      ["message", "2"],
      ["ping", "3"],
      ["message", "4"],
      ["message", "5"],
      ["pong", "6"],
      ["message", "7"],
      ["closed", 1000],
    ]);
  });

  test("takes over the context of those before it, unless that was agreed otherwise", async () => {
    const message = "what repeats itself is short the second time".repeat(3);
    for (const isContextTaken of [true, false]) {
      const server = side("server", { threshold: 0, isContextTaken });
      const client = side("client", { threshold: 0, isContextTaken });
      for (let i = 0; i < 3; i++) server.protocol.send(message);
      await settled(server);
      const sent = server.sent();
      const [first, second] = draw(sent).map(({ payload }) => payload.length);
      expect(second! < first! / 2).toBe(isContextTaken);
      client.read(sent);
      expect(await told(client)).toEqual([1, 2, 3].map(() => ["message", message]));
    }
  });

  test("that is not UTF-8 is 1007", async () => {
    const one = side("client", { threshold: 0 });
    one.read(compressed(Buffer.of(0x61, 0xff)), frame(text, "behind"));
    expect(await told(one)).toEqual([["failed", 1007, "Invalid WebSocket frame: invalid UTF-8 sequence"]]);
  });

  test("that zlib cannot read is 1007, and nothing behind it is told", async () => {
    const one = side("client", { threshold: 0 });
    one.read(Buffer.concat([frame(text, Buffer.from([6, 6, 6]), { reserved: RSV1 }), frame(text, "behind")]));
    expect(await told(one)).toEqual([["failed", 1007, expect.stringContaining("invalid")]]);
  });

  test("has a bad frame behind it: both in their turn, and nothing behind", async () => {
    const one = side("client", { threshold: 0 });
    one.read(compressed("slow".repeat(100_000)), frame(3), frame(text, "behind"));
    one.read(frame(text, "further behind"));
    expect(one.told).toEqual([]);
    const all = await told(one);
    expect(all).toHaveLength(2);
    expect(all[1]).toEqual(["failed", 1002, "Invalid WebSocket frame: invalid opcode 3"]);
    expect(one.protocol.receiver.heldBytes > 0).toBe(false);
  });

  test("beyond maxPayload is 1009, though its frame is small", async () => {
    const one = side("client", { threshold: 0, maxPayload: 100_000 });
    const bomb = compressed(Buffer.alloc(50 * 1024 * 1024), binary);
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().arrayBuffers;
    one.read(compressed("x".repeat(100_000)), frame(binary, "x"));
    one.read(bomb, frame(text, "behind"));
    const all = await told(one);
    expect(all.slice(2)).toEqual([["failed", 1009, "Max payload size exceeded"]]);
    expect(all).toHaveLength(3);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  });

  test("is 1009 when only its fragments together are beyond maxPayload", async () => {
    const one = side("client", { threshold: 0, maxPayload: 1500 });
    const part = deflateRawSync(Buffer.alloc(1000), { finishFlush: constants.Z_SYNC_FLUSH });
    one.read(frame(binary, part, { reserved: RSV1, fin: false }), frame(continuation, part.subarray(0, -4)));
    expect(await told(one)).toEqual([["failed", 1009, "Max payload size exceeded"]]);
  });

  test("may end with a block that says it is the last: §7.2.3.4", async () => {
    const one = side("client", { threshold: 0 });
    const final = (data: string) => Buffer.concat([deflateRawSync(data), Buffer.of(0)]);
    for (const word of ["one", "two", "three"]) one.read(frame(text, final(word), { reserved: RSV1 }));
    one.read(compressed("four"));
    expect(await told(one)).toEqual(["one", "two", "three", "four"].map((word) => ["message", word]));
  });

  test("tells of each that it is inflated, when what had to wait for it is read", async () => {
    const one = side("client", { threshold: 0 });
    const { receiver } = one.protocol;
    one.read(compressed("a"));
    expect(receiver.isInflating).toBe(true);
    expect(receiver.heldBytes > 0).toBe(false);
    one.read(Buffer.concat([frame(text, "b"), compressed("c"), frame(text, "d")]));
    expect(receiver.heldBytes > 0).toBe(true);
    await settled(one);
    expect(one.told.map(([event, fact]) => fact ?? event)).toEqual([
      "a",
      "b",
      "inflated",
      "c",
      "d",
      "inflated",
    ]);
    expect(receiver.heldBytes > 0).toBe(false);
  });

  test("stays behind what is paused, but for the one that is being inflated", async () => {
    const one = side("client", { threshold: 0 });
    const { receiver } = one.protocol;
    one.read(Buffer.concat([compressed("a"), compressed("b"), frame(text, "c")]));
    receiver.pause();
    await settled(one);
    expect(one.told).toEqual([["message", "a"], ["inflated"]]);
    expect(receiver.heldBytes > 0).toBe(true);
    receiver.resume();
    receiver.proceed();
    expect(await told(one)).toEqual(["a", "b", "c"].map((word) => ["message", word]));
  });
});

describe("what is sent", () => {
  test("is within what was framed, byte by byte, just when all of its frame is", async () => {
    const one = side("client", { threshold: 100 });
    const { protocol } = one;
    const marks: number[] = [];
    const send = (message: string | Uint8Array) => {
      protocol.send(message);
      marks.push(protocol.mark);
    };
    send("at once");
    for (const message of ["x".repeat(5000), "behind it", randomBytes(300), "é".repeat(60), "last"])
      send(message);
    protocol.ping(Buffer.from("ping"));
    marks.push(protocol.mark);
    await settled(one);
    send("at once again");
    expect(marks).toEqual([...marks].sort((a, b) => a - b));
    expect(marks.at(-1)).toBe(protocol.mark);
    // Two bytes, maybe two of length, and a key of four stand before each payload.
    let end = 0;
    const ends = draw(one.sent()).map(({ payload: { length } }) => {
      end += length + (length < 126 ? 6 : 8);
      return end;
    });
    for (let bytes = 0; bytes <= end; bytes++) {
      const within = marks.map((mark) => protocol.isWithin(bytes, mark));
      expect(within).toEqual(ends.map((end) => bytes >= end));
    }
  });

  test("is compressed from the threshold on, and carries RSV1 then", async () => {
    const one = side("client", { threshold: 100 });
    for (const size of [0, 99, 100, 5000]) one.protocol.send("x".repeat(size));
    one.protocol.send("é".repeat(50));
    for (const size of [99, 100]) one.protocol.send(Buffer.alloc(size, 1));
    await settled(one);
    const drawn = draw(one.sent());
    expect(drawn.map(({ reserved }) => reserved)).toEqual([0, 0, RSV1, RSV1, RSV1, 0, RSV1]);
    expect(drawn.map(({ opcode }) => opcode)).toEqual([text, text, text, text, text, binary, binary]);
    expect(drawn[3]!.payload.length).toBeLessThan(100);
  });

  test("is a peer's to inflate, empty messages too", async () => {
    const one = side("client", { threshold: 0, isContextTaken: false });
    const messages = ["", "", "Hello", "é".repeat(1000), "", "x".repeat(200_000)];
    for (const message of messages) one.protocol.send(message);
    await settled(one);
    expect(draw(one.sent()).map(({ payload }) => inflated(payload).toString())).toEqual(messages);
  });

  test("keeps its order: short, long, ping and Close", async () => {
    const one = side("client", { threshold: 100 });
    one.protocol.send("x".repeat(100_000));
    one.protocol.send("short");
    one.protocol.ping(Buffer.of(1));
    one.protocol.send(Buffer.alloc(1000));
    one.protocol.send("short");
    one.protocol.close(1000);
    one.protocol.send("late");
    one.protocol.ping(Buffer.of(2));
    expect(one.protocol.frames.byteLength).toBe(0);
    expect(one.protocol.waiting).toBe(6);
    expect(one.protocol.waitingBytes).toBe(100_000 + 5 + 1 + 1000 + 5 + 2);
    await settled(one);
    expect(one.protocol.waitingBytes).toBe(0);
    const drawn = draw(one.sent()).map(({ opcode, reserved }) => [opcode, reserved]);
    expect(drawn).toEqual([
      [text, RSV1],
      [text, 0],
      [ping, 0],
      [binary, RSV1],
      [text, 0],
      [close, 0],
    ]);
    expect(one.told.filter(([event]) => event === "framed")).toHaveLength(2);
  });

  test("at once when nothing is compressed before it", () => {
    const one = side("client", { threshold: 100 });
    one.protocol.send("short");
    one.protocol.ping(Buffer.of(1));
    one.protocol.close(1000);
    expect(draw(one.sent()).map(({ opcode }) => opcode)).toEqual([text, ping, close]);
  });

  test("may be passed by a pong", async () => {
    const one = side("client", { threshold: 0 });
    one.protocol.send("x".repeat(1000));
    one.protocol.pong(Buffer.of(1));
    expect(draw(one.sent()).map(({ opcode }) => opcode)).toEqual([pong]);
    await settled(one);
  });

  test("is cut into fragments once it is compressed, of which the first has RSV1: §6.1", async () => {
    const one = side("client", { threshold: 0, maxFrameSize: 1000 });
    const message = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31) >> 3));
    one.protocol.send(message);
    await settled(one);
    const drawn = draw(one.sent());
    expect(drawn.length).toBeGreaterThan(1);
    expect(drawn.map(({ reserved }) => reserved)).toEqual(drawn.map((_, i) => (i === 0 ? RSV1 : 0)));
    expect(drawn.map(({ opcode }) => opcode)).toEqual(drawn.map((_, i) => (i === 0 ? binary : continuation)));
    expect(inflated(Buffer.concat(drawn.map(({ payload }) => payload))).equals(message)).toBe(true);
  });

  test("goes on at once behind it, thousands of messages too", () => {
    const zlib = slowZlib();
    const one = side("client", { deflate: new Deflate(zlib, 100) });
    one.protocol.send("x".repeat(100));
    const sent = Array.from({ length: 100_000 }, (_, i) => String(i));
    for (const message of sent) one.protocol.send(message);
    const began = performance.now();
    zlib.owed[0]!(null, Buffer.from("deflated"));
    // Shifted out of an array, they take three seconds.
    expect(performance.now() - began).toBeLessThan(1000);
    const drawn = draw(one.sent()).map(({ payload }) => payload.toString());
    expect(drawn.slice(1).join() === sent.join()).toBe(true);
  });

  test("is the caller's again at once, while zlib works", async () => {
    const one = side("client", { threshold: 0 });
    const messages = [pattern(1000), pattern(2000)];
    for (const message of messages) one.protocol.send(message);
    for (const message of messages) message.fill(0);
    await settled(one);
    const other = side("server", { threshold: 0 });
    other.read(one.sent());
    const read = (await told(other)) as [string, Uint8Array][];
    expect(read.map(([, message]) => Buffer.from(message).equals(pattern(message.length)))).toEqual([
      true,
      true,
    ]);
  });
});

describe("closing while zlib works", () => {
  test("tells nothing more, and cleans up when zlib is done, once", () => {
    const zlib = slowZlib();
    const one = side("client", { deflate: new Deflate(zlib, 0) });
    one.protocol.send("deflated");
    one.read(compressed("inflated"), frame(text, "behind"));
    one.protocol.end();
    one.protocol.end();
    expect(zlib.cleanups).toBe(0);
    zlib.owed[1]!(null, Buffer.from("inflated"));
    expect(zlib.cleanups).toBe(0);
    zlib.owed[0]!(null, Buffer.from("deflated"));
    expect(zlib.cleanups).toBe(1);
    expect(one.told).toEqual([]);
    expect(one.protocol.frames.byteLength).toBe(0);
    expect(one.protocol.waiting).toBe(0);
  });

  test("tells nothing when it is only reading that has ended", () => {
    const zlib = slowZlib();
    const one = side("client", { deflate: new Deflate(zlib, 0) });
    one.read(compressed("inflated"), frame(text, "behind"));
    one.protocol.receiver.end();
    zlib.owed[0]!(null, Buffer.from("inflated"));
    expect(one.told).toEqual([]);
  });

  test("cleans up at once when zlib has nothing to do", () => {
    const zlib = slowZlib();
    const one = side("client", { deflate: new Deflate(zlib, 0) });
    one.protocol.end();
    one.protocol.end();
    expect(zlib.cleanups).toBe(1);
  });

  test("does not throw, whatever zlib's thread is at", async () => {
    for (let i = 0; i < 50; i++) {
      const one = side("client", { threshold: 0 });
      for (let j = 0; j < 5; j++) {
        one.protocol.send(pattern(20_000 + i));
        one.read(compressed("x".repeat(10_000)));
      }
      for (let j = 0; j < i % 10; j++) await immediate();
      const before = one.told.length;
      one.protocol.end();
      await immediate();
      expect(one.told.length).toBe(before);
    }
  });
});
