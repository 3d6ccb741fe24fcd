// RFC 6455 §5.4, §5.5 and §6.1: messages in fragments, and what may pass what waits.

import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { opcodes } from "../src/index.ts";
import { draw, pattern, side, takePiece } from "./sides.ts";

const { concat } = Buffer;
const { text, binary, continuation, close, ping, pong } = opcodes;
const opcodesOf = (bytes: Uint8Array) => draw(bytes).map(({ opcode }) => opcode);
const long = pattern(300_000);

describe("a message longer than maxFrameSize", () => {
  test.each([1, 2, 7, 125, 126, 1000, 65_536, 70_000])("is sent in fragments of %i bytes", (maxFrameSize) => {
    for (const times of [1, 2, 3]) {
      for (const off of [-1, 0, 1]) {
        const length = maxFrameSize * times + off;
        const one = side("client", { maxFrameSize });
        one.protocol.send(pattern(length));
        const drawn = draw(one.sent());
        const lengths = drawn.map(({ payload }) => payload.length);
        expect(drawn).toHaveLength(Math.max(1, Math.ceil(length / maxFrameSize)));
        expect(lengths.slice(0, -1).every((size) => size === maxFrameSize)).toBe(true);
        expect(drawn.map(({ opcode }) => opcode)).toEqual([
          binary,
          ...lengths.slice(1).map(() => continuation),
        ]);
        expect(drawn.map(({ fin }) => fin)).toEqual([...lengths.slice(1).map(() => false), true]);
        expect(concat(drawn.map(({ payload }) => payload)).equals(pattern(length))).toBe(true);
      }
    }
  });

  test("is measured in bytes if it is text, and may be cut within a character", () => {
    for (const length of [1, 5, 6, 39, 41, 1000, 30_000]) {
      const message = "日".repeat(length);
      for (const maxFrameSize of [4, 15, 16, 100, 40_000]) {
        const one = side("client", { maxFrameSize });
        one.protocol.send(message);
        const drawn = draw(one.sent());
        expect(drawn).toHaveLength(Math.ceil((length * 3) / maxFrameSize));
        expect(drawn[0]!.opcode).toBe(text);
        expect(concat(drawn.map(({ payload }) => payload)).toString() === message).toBe(true);
      }
    }
  });

  test("masks each of its frames with a key of its own", () => {
    const one = side("client", { maxFrameSize: 1000 });
    one.protocol.send(long);
    const keys = draw(one.sent()).map(({ key }) => key!.toString("hex"));
    expect(new Set(keys).size).toBeGreaterThan(298);
  });
});

describe("pings that go along", () => {
  test("come after so many bytes, between two frames, and no message is the other for them", () => {
    for (const maxFrameSize of [1000, 65_536, 131_072]) {
      const one = side("client", { maxFrameSize, pingEvery: 65_536 });
      one.protocol.send(long);
      one.protocol.send("between");
      one.protocol.send(long);
      const drawn = draw(one.sent());
      const isPing = ({ opcode }: { opcode: number }) => opcode === ping;
      const gaps: number[] = [];
      let since = 0;
      for (const frame of drawn) {
        if (!isPing(frame)) since += frame.payload.length;
        else gaps.push(since);
        if (isPing(frame)) since = 0;
      }
      expect(gaps.length).toBeGreaterThanOrEqual(3);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(65_536 + 2 * Math.max(maxFrameSize, 65_536));
      expect(new Set(drawn.filter(isPing).map(({ payload }) => payload.toString())).size).toBe(1);
      const others = drawn.filter((frame) => !isPing(frame));
      expect(
        concat(others.map(({ payload }) => payload)).equals(concat([long, Buffer.from("between"), long])),
      ).toBe(true);
    }
  });

  test("do not come unless they are asked for", () => {
    const one = side("client", { maxFrameSize: 1000 });
    one.protocol.send(long);
    expect(opcodesOf(one.sent())).not.toContain(ping);
  });
});

describe("what waits", () => {
  test("is counted in bytes, frames' heads included, until it is taken", () => {
    const one = side("client");
    const { frames } = one.protocol;
    one.protocol.send("Hello");
    one.protocol.send(long);
    one.protocol.ping(Buffer.alloc(3));
    one.protocol.send("x".repeat(200));
    for (let i = 0; i < 10; i++) one.protocol.pong(Buffer.alloc(125));
    const whole = 11 + (14 + long.length) + 9 + 208 + 10 * 131;
    expect(frames.byteLength).toBe(whole);
    let taken = 0;
    while (frames.byteLength > 0) {
      taken += takePiece(one).length;
      expect(frames.byteLength).toBe(whole - taken);
    }
    expect(taken).toBe(whole);
    expect(frames.waiting).toBe(0);
  });

  test("leaves in pieces of about 64 KiB, whatever its messages are", () => {
    for (const length of [10, 1000, 40_000, 65_536, 1_000_000]) {
      const one = side("client");
      for (let left = 1_000_000; left > 0; left -= length) one.protocol.send(pattern(length));
      const { frames } = one.protocol;
      while (frames.byteLength > 100_000) {
        const { length } = takePiece(one);
        expect(length).toBeLessThanOrEqual(68 * 1024);
        expect(length).toBeGreaterThan(28 * 1024);
      }
    }
  });

  test("keeps its order, taken at any time", () => {
    const one = side("client");
    const messages = Array.from({ length: 400 }, (_, i) => pattern(i % 50 === 0 ? 100_000 + i : i * 3));
    const parts: Buffer[] = [];
    for (const [i, message] of messages.entries()) {
      one.protocol.send(message);
      if (i % 3 === 0 && one.protocol.frames.byteLength > 0) parts.push(takePiece(one));
    }
    const drawn = draw(concat([...parts, one.sent()]));
    expect(drawn).toHaveLength(400);
    for (const [i, { payload }] of drawn.entries()) expect(payload.equals(messages[i]!)).toBe(true);
  });

  test("is not what the caller makes of its bytes after send, ping or pong", () => {
    const one = side("client");
    const { protocol } = one;
    protocol.send(long);
    for (const length of [10, 100, 70_000]) {
      const bytes = pattern(length);
      protocol.send(bytes);
      bytes.fill(0);
    }
    for (const word of ["ping", "pong"] as const) {
      const bytes = Buffer.from(word);
      protocol[word](bytes);
      bytes.fill(0);
    }
    const drawn = draw(one.sent());
    const of = (code: number) => drawn.filter(({ opcode }) => opcode === code).map(({ payload }) => payload);
    expect(of(binary).map((payload) => payload.equals(pattern(payload.length)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(concat([...of(ping), ...of(pong)]).toString()).toBe("pingpong");
  });

  test("is gone with TCP, and so is what is sent then", () => {
    const one = side("client");
    one.protocol.send(long);
    one.protocol.ping(Buffer.alloc(1));
    one.protocol.pong(Buffer.alloc(1));
    one.protocol.end();
    one.protocol.send("late");
    one.protocol.pong(Buffer.alloc(1));
    one.protocol.close();
    expect(one.protocol.frames.byteLength).toBe(0);
    expect(one.told).toEqual([]);
  });
});

describe("a pong", () => {
  test("passes what waits, but stands in no other frame", () => {
    const one = side("client");
    one.protocol.send(long);
    one.protocol.send("behind");
    const first = takePiece(one);
    one.protocol.pong(Buffer.from("at once"));
    // A piece of the long frame has left: the rest of it comes first.
    expect(opcodesOf(concat([first, one.sent()]))).toEqual([binary, pong, text]);
  });

  test("passes a message of which nothing has left", () => {
    const one = side("client");
    one.protocol.send(long);
    one.protocol.pong(Buffer.from("at once"));
    expect(opcodesOf(one.sent())).toEqual([pong, binary]);
  });

  test("passes between two frames of a long message", () => {
    const one = side("client", { maxFrameSize: 100_000 });
    one.protocol.send(long);
    const first = takePiece(one);
    one.protocol.pong(Buffer.from("at once"));
    expect(opcodesOf(concat([first, one.sent()]))).toEqual([binary, pong, continuation, continuation]);
  });

  test("stands in no frame, whenever it is asked for", () => {
    const other = side("server");
    other.protocol.send(long);
    const pieces = [];
    while (other.protocol.frames.byteLength > 0) pieces.push(takePiece(other));
    for (let when = 0; when <= pieces.length; when++) {
      const one = side("server", { maxFrameSize: 130_000 });
      one.protocol.send(long);
      one.protocol.send("behind");
      const parts: Buffer[] = [];
      for (let i = 0; i < when; i++) parts.push(takePiece(one));
      one.protocol.pong(Buffer.from("at once"));
      parts.push(one.sent());
      const drawn = draw(concat(parts));
      expect(drawn.map(({ opcode }) => opcode).filter((opcode) => opcode !== pong)).toEqual([
        binary,
        0,
        0,
        text,
      ]);
      expect(drawn.find(({ opcode }) => opcode === pong)!.payload.toString()).toBe("at once");
    }
  });

  test("passes no Close frame that was sent before it: it is not sent at all", () => {
    const one = side("client");
    one.protocol.send(long);
    one.protocol.close(1000);
    one.protocol.pong(Buffer.from("too late"));
    expect(opcodesOf(one.sent())).toEqual([binary, close]);
  });

  test("leaves before a Close frame that was sent after it", () => {
    const one = side("client");
    one.protocol.send(long);
    one.protocol.pong(Buffer.from("in time"));
    one.protocol.close(1000);
    expect(opcodesOf(one.sent()).at(-1)).toBe(close);
  });

  test("is the answer to the newest ping, where a peer pings on and does not read: §5.5.3", () => {
    const one = side("client");
    const { protocol } = one;
    protocol.send(long);
    takePiece(one);
    const before = protocol.frames.byteLength;
    for (let i = 0; i < 100_000; i++) protocol.pong(Buffer.from(String(i).padStart(125)));
    expect(protocol.frames.byteLength - before).toBe(1000 * 131);
    const pongs = draw(concat([pattern(0), one.sent()]).subarray(before)).filter(
      ({ opcode }) => opcode === pong,
    );
    expect(pongs).toHaveLength(1000);
    expect(pongs.at(-1)!.payload.toString().trim()).toBe("99999");
    expect(protocol.frames.byteLength).toBe(0);
  });

  test("is bounded with all others, where nothing else waits", () => {
    const one = side("client");
    for (let i = 0; i < 10_000; i++) one.protocol.pong(Buffer.alloc(125));
    expect(one.protocol.frames.byteLength).toBeLessThan(2 * 68 * 1024 + 1000 * 131);
  });

  test("is masked with a key of its own", () => {
    const one = side("client");
    one.protocol.send(long);
    for (let i = 0; i < 100; i++) one.protocol.pong(pattern(i));
    const pongs = draw(one.sent()).filter(({ opcode }) => opcode === pong);
    expect(pongs.every(({ payload }, i) => payload.equals(pattern(i)))).toBe(true);
    expect(new Set(pongs.map(({ key }) => key!.toString("hex"))).size).toBeGreaterThan(98);
  });
});

test("a ping does not overtake: its pong says that all before it was read", () => {
  const one = side("client");
  one.protocol.send(long);
  one.protocol.send("before");
  one.protocol.ping(Buffer.from("1"));
  one.protocol.send("behind");
  expect(opcodesOf(one.sent())).toEqual([binary, text, ping, text]);
});

describe("a Close frame", () => {
  test("is the last that is sent: §5.5.1", () => {
    const one = side("client");
    one.protocol.send(long);
    one.protocol.close(1000, "bye");
    expect(one.protocol.isCloseSent).toBe(true);
    one.protocol.send("late");
    one.protocol.send(long);
    one.protocol.ping(Buffer.of(1));
    one.protocol.close(1001);
    const drawn = draw(one.sent());
    expect(drawn.map(({ opcode }) => opcode)).toEqual([binary, close]);
    expect(drawn[1]!.payload).toEqual(Buffer.concat([Buffer.of(3, 232), Buffer.from("bye")]));
  });

  test("has no body for 1005, and any other code", () => {
    for (const [code, body] of [
      [1005, ""],
      [undefined, ""],
      [1000, "03e8"],
      [4999, "1387"],
      [1006, "03ee"],
    ] as const) {
      const one = side("server");
      one.protocol.close(code);
      expect(one.sent().subarray(2).toString("hex")).toBe(body);
    }
  });

  test("has its reason in UTF-8, given as text or as bytes", () => {
    for (const reason of ["später", Buffer.from("später")]) {
      const one = side("client");
      one.protocol.close(1001, reason);
      expect(draw(one.sent())[0]!.payload.subarray(2).toString()).toBe("später");
    }
  });
});
