import { describe, expect, it } from "vitest";
import { bytesOfHex, digitsOf, previewOf } from "../../src/messages/payload.ts";

describe("bytes as they are typed", () => {
  it.each(["de ad be ef", "DEADBEEF", "0xde 0xad, 0xbe,0xEF", "\n de\tad\nbe ef "])("%j", (typed) => {
    expect(bytesOfHex(typed)).toEqual(Uint8Array.of(0xde, 0xad, 0xbe, 0xef));
  });

  it("are read as they are shown", () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(bytesOfHex(digitsOf(all))).toEqual(all);
  });

  it.each([
    ["de ag", "“g” is no hex digit, which are 0 to 9 and a to f"],
    ["0xdex", "“x” is no hex digit, which are 0 to 9 and a to f"],
    ["be 🤖", "“🤖” is no hex digit, which are 0 to 9 and a to f"],
    ["dea", "a byte has two hex digits, and 3 are no whole number of bytes"],
  ])("%j is refused in words", (typed, words) => {
    expect(() => bytesOfHex(typed)).toThrow(new Error(words));
  });
});

it("a preview is one line, and not longer than can be seen", () => {
  expect(previewOf("one\ntwo")).toBe("one↵two");
  expect(previewOf(Uint8Array.of(0, 15, 255))).toBe("00 0f ff");
  expect(previewOf(new Uint8Array(10_000)).length).toBeLessThan(240);
});
