// RFC 6455 §5.2: a frame's head, of each size, sent and read by either side.

import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { frame, opcodes, type Role } from "../src/index.ts";
import { draw, pattern, side } from "./sides.ts";

const lengths = [0, 1, 39, 40, 41, 125, 126, 127, 255, 65_535, 65_536, 65_537, 131_072, 200_000];

describe.each<Role>(["client", "server"])("a %s", (role) => {
  const peer: Role = role === "client" ? "server" : "client";
  const mask = role === "client";

  test.each(lengths)(
    "sends a binary message of %i bytes in one frame, masked if it is a client's",
    (length) => {
      const one = side(role);
      one.protocol.send(pattern(length));
      const drawn = draw(one.sent());
      expect(drawn).toHaveLength(1);
      expect(drawn[0]).toMatchObject({ fin: true, reserved: 0, opcode: opcodes.binary });
      expect(drawn[0]!.key === undefined).toBe(!mask);
      expect(drawn[0]!.payload.equals(pattern(length))).toBe(true);
    },
  );

  test.each(lengths)("sends a text of %i characters in one frame", (length) => {
    const one = side(role);
    one.protocol.send("x".repeat(length));
    const drawn = draw(one.sent());
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatchObject({ fin: true, reserved: 0, opcode: opcodes.text });
    expect(drawn[0]!.payload.toString()).toBe("x".repeat(length));
  });

  test.each(lengths)("writes the length %i in as few bytes as it needs", (length) => {
    const one = side(role);
    one.protocol.send(pattern(length));
    expect(one.sent()).toHaveLength(length + (length < 126 ? 2 : length < 65_536 ? 4 : 10) + (mask ? 4 : 0));
  });

  test.each(lengths)("reads a message of %i bytes, whole and cut within its head", (length) => {
    const bytes = frame(opcodes.binary, pattern(length), { mask: !mask });
    for (let cut = 0; cut <= Math.min(15, bytes.length); cut++) {
      const one = side(role);
      one.read(bytes.subarray(0, cut), bytes.subarray(cut));
      // Vitest would compare byte by byte, and slowly.
      expect(isDeepStrictEqual(one.told, [["message", new Uint8Array(pattern(length))]])).toBe(true);
    }
  });

  test("reads what its peer sends byte by byte", () => {
    const other = side(peer);
    other.protocol.send("Hello");
    other.protocol.send(pattern(300));
    other.protocol.ping(Buffer.from("are you there?"));
    other.protocol.pong(Buffer.from("yes"));
    other.protocol.send("");
    other.protocol.close(1000, "bye");
    const one = side(role);
    for (const byte of other.sent()) one.read(Buffer.of(byte));
    expect(one.told).toEqual([
      ["message", "Hello"],
      ["message", new Uint8Array(pattern(300))],
      ["ping", new Uint8Array(Buffer.from("are you there?"))],
      ["pong", new Uint8Array(Buffer.from("yes"))],
      ["message", ""],
      ["closed", 1000, "bye"],
    ]);
  });

  test("reads a length that is written in more bytes than it needs", () => {
    // Behind the two bytes of its head: the key, if it is a client's, and the payload.
    const rest = frame(opcodes.text, "Hello", { mask: !mask }).subarray(2);
    const bit = mask ? 0 : 0x80;
    for (const length of [
      [126, 0, 5],
      [127, 0, 0, 0, 0, 0, 0, 0, 5],
    ]) {
      const one = side(role);
      one.read(Buffer.concat([Buffer.of(0x81, bit | length[0]!, ...length.slice(1)), rest]));
      expect(one.told).toEqual([["message", "Hello"]]);
    }
  });
});

test("the examples of §5.7 are read", () => {
  const client = side("client");
  client.read(Buffer.from("810548656c6c6f", "hex"), Buffer.from("010348656c80026c6f", "hex"));
  client.read(Buffer.from("890548656c6c6f", "hex"));
  const server = side("server");
  server.read(Buffer.from("818537fa213d7f9f4d5158", "hex"), Buffer.from("8a8537fa213d7f9f4d5158", "hex"));
  const hello = new Uint8Array(Buffer.from("Hello"));
  expect(client.told).toEqual([
    ["message", "Hello"],
    ["message", "Hello"],
    ["ping", hello],
  ]);
  expect(server.told).toEqual([
    ["message", "Hello"],
    ["pong", hello],
  ]);
});

test("frame makes whatever frame is wanted, right or wrong", () => {
  expect(frame(opcodes.text, "Hello").toString("hex")).toBe("810548656c6c6f");
  expect(draw(frame(11, "x", { fin: false, mask: true, reserved: 5 }))).toMatchObject([
    { fin: false, reserved: 5, opcode: 11, key: expect.any(Buffer), payload: Buffer.from("x") },
  ]);
});
