// Every rule of RFC 6455 that a frame can break, and with which close code the connection is failed (§7.1.7, §7.4.1).

import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { frame, type Role } from "../src/index.ts";
import { type SideOptions, side } from "./sides.ts";

const { concat } = Buffer;
const deflating: SideOptions = { threshold: 1024 };
const bad = (problem: string) => ["failed", 1002, `Invalid WebSocket frame: ${problem}`];

const begun = (mask: boolean) => frame(1, "He", { fin: false, mask });

describe.each<Role>(["client", "server"])("a %s fails the connection with 1002", (role) => {
  const mask = role === "server";

  /** What it tells of these bytes, and of a good message behind them. */
  function told(bytes: Uint8Array, options?: SideOptions) {
    const one = side(role, options);
    one.read(concat([bytes, frame(1, "behind", { mask })]));
    one.read(frame(1, "later", { mask }));
    return one.told;
  }

  test.each([1, 2, 3])("when RSV2 or RSV3 is set: bits %i", (reserved) => {
    for (const opcode of [0, 1, 2, 8, 9, 10]) {
      expect(told(frame(opcode, "", { mask, reserved }))).toEqual([bad("RSV2 and RSV3 must be clear")]);
      expect(told(frame(opcode, "", { mask, reserved: reserved | 4 }), deflating)).toEqual([
        bad("RSV2 and RSV3 must be clear"),
      ]);
    }
  });

  test("when RSV1 is set and no extension was negotiated", () => {
    for (const opcode of [0, 1, 2, 8, 9, 10]) {
      expect(told(frame(opcode, "", { mask, reserved: 4 }))).toEqual([bad("RSV1 must be clear")]);
    }
  });

  test("when RSV1 is set in a control frame, or in a fragment that is not the first: RFC 7692 §6.1", () => {
    for (const opcode of [8, 9, 10]) {
      expect(told(frame(opcode, "", { mask, reserved: 4 }), deflating)).toEqual([bad("RSV1 must be clear")]);
    }
    expect(told(concat([begun(mask), frame(0, "llo", { mask, reserved: 4 })]), deflating)).toEqual([
      bad("RSV1 must be clear"),
    ]);
  });

  test.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])("when the opcode is the reserved %i", (opcode) => {
    expect(told(frame(opcode, "x", { mask }))).toEqual([bad(`invalid opcode ${opcode}`)]);
    expect(told(concat([begun(mask), frame(opcode, "x", { mask })]))).toEqual([
      bad(`invalid opcode ${opcode}`),
    ]);
  });

  test("when a message begins with a continuation", () => {
    expect(told(frame(0, "x", { mask }))).toEqual([bad("invalid opcode 0")]);
    expect(told(frame(0, "x", { mask, fin: false }))).toEqual([bad("invalid opcode 0")]);
    expect(told(concat([frame(2, "", { mask }), frame(0, "x", { mask })])).slice(1)).toEqual([
      bad("invalid opcode 0"),
    ]);
  });

  test.each([1, 2])("when opcode %i comes before the message before it has ended: §5.4", (opcode) => {
    for (const fin of [true, false]) {
      expect(told(concat([begun(mask), frame(opcode, "x", { mask, fin })]))).toEqual([
        bad(`invalid opcode ${opcode}`),
      ]);
    }
  });

  test.each([8, 9, 10])("when the control frame %i is fragmented: §5.5", (opcode) => {
    expect(told(frame(opcode, "", { mask, fin: false }))).toEqual([bad("FIN must be set")]);
  });

  test.each([8, 9, 10])("when the control frame %i is longer than 125 bytes: §5.5", (opcode) => {
    expect(told(frame(opcode, Buffer.alloc(126), { mask }))).toEqual([bad("invalid payload length 126")]);
    expect(told(frame(opcode, Buffer.alloc(65_536), { mask }))).toEqual([bad("invalid payload length 127")]);
  });

  test("when a Close frame's body has one byte: §5.5.1", () => {
    expect(told(frame(8, "x", { mask }))).toEqual([bad("invalid payload length 1")]);
  });

  test.each([0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535])(
    "when a Close frame has the code %i: §7.4",
    (code) => {
      expect(told(frame(8, Buffer.of(code >>> 8, code), { mask }))).toEqual([
        bad(`invalid status code ${code}`),
      ]);
    },
  );

  test("when a frame is masked and must not be, or is not and must: §5.1", () => {
    const problem = mask ? "MASK must be set" : "MASK must be clear";
    for (const opcode of [1, 2, 8, 9, 10]) {
      expect(told(frame(opcode, "", { mask: !mask }))).toEqual([bad(problem)]);
    }
    expect(told(concat([begun(mask), frame(0, "llo", { mask: !mask })]))).toEqual([bad(problem)]);
  });

  test("as soon as the two bytes are there that break the rule", () => {
    const one = side(role);
    one.read(Buffer.of(0x83));
    expect(one.told).toEqual([]);
    one.read(Buffer.of(mask ? 0xff : 0x7f));
    expect(one.told).toEqual([bad("invalid opcode 3")]);
  });

  test("behind the messages before it, and looks at nothing that follows", () => {
    const good = frame(1, "before", { mask });
    expect(told(concat([good, frame(3, "x", { mask }), Buffer.alloc(1000, 0xff)]))).toEqual([
      ["message", "before"],
      bad("invalid opcode 3"),
    ]);
  });
});

test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])(
  "a Close frame may have the code %i",
  (code) => {
    const one = side("client");
    one.read(frame(8, Buffer.concat([Buffer.of(code >>> 8, code), Buffer.from("because")])));
    expect(one.told).toEqual([["closed", code, "because"]]);
  },
);

test("a Close frame without a code is told as 1005", () => {
  const one = side("client");
  one.read(frame(8));
  expect(one.told).toEqual([["closed", 1005, ""]]);
});

test("nothing is looked at behind a Close frame", () => {
  const one = side("client");
  one.read(Buffer.concat([frame(8, Buffer.of(3, 232)), frame(1, "behind"), frame(3)]), frame(1, "later"));
  expect(one.told).toEqual([["closed", 1000, ""]]);
});

test("control frames may stand between the fragments of a message: §5.4", () => {
  const one = side("client");
  one.read(frame(2, "He", { fin: false }), frame(9, "1"), frame(0, "l", { fin: false }), frame(10, "2"));
  one.read(frame(0, "lo"));
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));
  expect(one.told).toEqual([
    ["ping", bytes("1")],
    ["pong", bytes("2")],
    ["message", bytes("Hello")],
  ]);
});

test("a Close frame may stand between the fragments of a message, which is never told", () => {
  const one = side("client");
  one.read(frame(1, "He", { fin: false }), frame(8, Buffer.of(3, 233)), frame(0, "llo"));
  expect(one.told).toEqual([["closed", 1001, ""]]);
});

test("fragments may be empty, all of them too", () => {
  const one = side("client");
  one.read(frame(1, "", { fin: false }), frame(0, "", { fin: false }), frame(0, ""));
  one.read(frame(2, "", { fin: false }), frame(0, "x", { fin: false }), frame(0, ""));
  expect(one.told).toEqual([
    ["message", ""],
    ["message", new Uint8Array([120])],
  ]);
});
