// RFC 6455 §8.1: text is UTF-8, in and out.

import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { frame } from "../src/index.ts";
import { draw, side } from "./sides.ts";

const notUtf8 = ["failed", 1007, "Invalid WebSocket frame: invalid UTF-8 sequence"];

/** With text of each length around where another way of decoding is taken. */
const before = ["", "x", "é", "x".repeat(299), "x".repeat(1000), "é".repeat(400), "日".repeat(30_000)];

const valid = {
  ASCII: "Hello",
  "two bytes": "\u0080é\u07ff",
  "three bytes": "\u0800日\uffff",
  "four bytes": "\u{10000}😀\u{10ffff}",
  "the code points around the surrogates": "\ud7ff\ue000",
  "U+FFFD itself": "a\ufffdb",
  "a byte order mark": "\ufeffa",
  "a null": "a\0b",
};

const invalid = {
  "a byte that is never in UTF-8": [0xff],
  "a continuation by itself": [0x80],
  "a start by itself": [0xc3],
  "three bytes cut short": [0xe6, 0x97],
  "four bytes cut short": [0xf0, 0x9f, 0x98],
  "a start where a continuation must be": [0xe6, 0x97, 0x41],
  "two bytes where one will do": [0xc0, 0x80],
  "three bytes where two will do": [0xe0, 0x80, 0x80],
  "four bytes where three will do": [0xf0, 0x80, 0x80, 0x80],
  "a surrogate": [0xed, 0xa0, 0x80],
  "two surrogates": [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  "a code point beyond the last": [0xf4, 0x90, 0x80, 0x80],
};

describe("received text", () => {
  test.each(Object.entries(valid))("of %s is told as it was sent", (_, text) => {
    for (const first of before) {
      for (const fin of [true, false]) {
        const one = side("client");
        one.read(frame(1, first + text, { fin }), ...(fin ? [] : [frame(0, text)]));
        const all = first + text + (fin ? "" : text);
        if (one.told[0]?.[1] !== all) expect.fail(`behind ${first.length} characters it was another`);
      }
    }
  });

  test.each(Object.entries(invalid))("with %s is 1007", (_, bytes) => {
    for (const first of before) {
      for (const last of ["", "more", "日".repeat(200)]) {
        const one = side("client");
        one.read(frame(1, Buffer.concat([Buffer.from(first), Buffer.from(bytes), Buffer.from(last)])));
        one.read(frame(1, "behind"));
        expect(one.told).toEqual([notUtf8]);
      }
    }
  });

  test("with U+FFFD and with what is not UTF-8 is 1007", () => {
    const one = side("client");
    one.read(frame(1, Buffer.concat([Buffer.from("\ufffd"), Buffer.of(0xff)])));
    expect(one.told).toEqual([notUtf8]);
  });

  test("may be cut anywhere, into fragments or chunks", () => {
    const text = Object.values(valid).join("");
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) {
      const one = side("client");
      one.read(frame(1, bytes.subarray(0, at), { fin: false }), frame(0, bytes.subarray(at)));
      const whole = frame(1, bytes);
      one.read(whole.subarray(0, at + 2), whole.subarray(at + 2));
      expect(one.told).toEqual([
        ["message", text],
        ["message", text],
      ]);
    }
  });

  test.each(Object.values(invalid))("with %i, … is 1007 wherever it is cut", (...bytes) => {
    const all = Buffer.concat([Buffer.from("é"), Buffer.from(bytes), Buffer.from("é")]);
    for (let at = 0; at <= all.length; at++) {
      const one = side("client");
      one.read(frame(1, all.subarray(0, at), { fin: false }), frame(0, all.subarray(at)));
      expect(one.told).toEqual([notUtf8]);
    }
  });
});

test("the reason of a Close frame must be UTF-8 too", () => {
  for (const bytes of Object.values(invalid)) {
    const one = side("client");
    one.read(frame(8, Buffer.concat([Buffer.of(3, 232), Buffer.from("é"), Buffer.from(bytes)])));
    expect(one.told).toEqual([notUtf8]);
  }
  const one = side("client");
  one.read(frame(8, Buffer.concat([Buffer.of(3, 232), Buffer.from("bis später 👋 \ufffd")])));
  expect(one.told).toEqual([["closed", 1000, "bis später 👋 \ufffd"]]);
});

describe.each(["client", "server"] as const)("text sent by a %s", (role) => {
  test("is UTF-8, whatever its length and its letters", () => {
    for (const letter of ["x", "é", "日", "😀", "\ufffd", "\0"]) {
      for (const length of [
        0, 1, 10, 39, 40, 41, 42, 63, 100, 125, 126, 127, 200, 21_845, 21_846, 65_535, 65_536,
      ]) {
        const text = letter.repeat(length);
        const one = side(role);
        one.protocol.send(text);
        const [drawn, ...more] = draw(one.sent());
        expect(more).toEqual([]);
        expect(drawn).toMatchObject({ fin: true, reserved: 0, opcode: 1 });
        if (!drawn!.payload.equals(Buffer.from(text))) expect.fail(`${length} times ${letter} was another`);
      }
    }
  });

  test("is right behind any other that waits", () => {
    const one = side(role);
    const texts = Array.from({ length: 3000 }, (_, i) => (i % 7 === 0 ? "日é" : "x").repeat(i % 300));
    for (const text of texts) one.protocol.send(text);
    expect(draw(one.sent()).map(({ payload }) => payload.toString())).toEqual(texts);
  });

  test("has U+FFFD where a surrogate is alone", () => {
    for (const around of ["", "abc", "x".repeat(60), "é".repeat(60), "日".repeat(30_000)]) {
      for (const lone of ["\ud83d", "\ude00", "\ude00\ud83d"]) {
        const one = side(role);
        one.protocol.send(around + lone + around);
        const must = around + "\ufffd".repeat(lone.length) + around;
        if (draw(one.sent())[0]!.payload.toString() !== must) expect.fail(`${around.length} around it`);
      }
    }
  });
});
