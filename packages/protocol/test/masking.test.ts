// RFC 6455 §5.3: masking, by WebAssembly and by a loop, and the keys.

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { maskModule } from "../wasm/build.mjs";
import { pattern } from "./sides.ts";

const KEY = 0x84_c3_0d_a1 | 0;
const keyBytes = [0xa1, 0x0d, 0xc3, 0x84];

/** As §5.3 writes it down: "transformed-octet-i = original-octet-i XOR masking-key-octet-j". */
function transformed(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => byte ^ keyBytes[i % 4]!);
}

const short = Array.from({ length: 201 }, (_, length) => length);
const long = [65_536, 131_072, 69_632].flatMap((size) => [
  size - 33,
  size - 4,
  size - 1,
  size,
  size + 1,
  size + 31,
]);

test("the WebAssembly module is what its text says", async () => {
  const file = new URL("../src/mask-module.ts", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(await maskModule());
});

/** The module anew: it looks for WebAssembly once. */
async function loadMasking() {
  vi.resetModules();
  return await import("../src/masking.ts");
}

describe.each([
  ["by WebAssembly", true],
  ["where there is no WebAssembly", false],
])("masking %s", (_, hasWebAssembly) => {
  beforeEach(() => {
    if (!hasWebAssembly) vi.stubGlobal("WebAssembly", undefined);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("has slabs in the memory it works in, or ordinary ones", async () => {
    const { borrowSlab } = await loadMasking();
    expect(borrowSlab().base >= 0).toBe(hasWebAssembly);
  });

  test("transforms each byte of any length, at any place, and no other", async () => {
    const { maskBytes } = await loadMasking();
    for (const length of [...short, ...long]) {
      for (const at of [0, 1, 2, 3, 7]) {
        const bytes = pattern(length + at + 9);
        const rest = Buffer.from(bytes);
        maskBytes(bytes, at, length, KEY);
        rest.set(transformed(rest.subarray(at, at + length)), at);
        if (!bytes.equals(rest)) expect.fail(`${length} bytes at ${at} are masked wrongly`);
      }
    }
  });

  test("transforms a slab in its place, at any offset of it", async () => {
    const { borrowSlab, maskSlab, SLAB } = await loadMasking();
    const whole = pattern(SLAB);
    // All that WebAssembly has, and one that it has not.
    for (const [index, slab] of Array.from({ length: 16 }, borrowSlab).entries()) {
      for (const length of index % 15 === 0 ? [...short, 1000, 65_536] : [100, 65_536]) {
        for (const at of [0, 1, 6, 13, SLAB - length]) {
          slab.memory.set(whole);
          maskSlab(slab, at, length, KEY);
          const must = Buffer.from(whole);
          must.set(transformed(whole.subarray(at, at + length)), at);
          if (!slab.memory.equals(must)) expect.fail(`${length} bytes at ${at} are masked wrongly`);
        }
      }
    }
  });
});

test("slabs are lent to one at a time, and again when they are given back", async () => {
  const { borrowSlab, returnSlab } = await loadMasking();
  const lent = Array.from({ length: 40 }, borrowSlab);
  expect(new Set(lent).size).toBe(40);
  expect(new Set(lent.map(({ base }) => base)).size).toBe(16);
  for (const slab of lent) returnSlab(slab);
  const again = Array.from({ length: 16 }, borrowSlab);
  for (const slab of again) expect(lent).toContain(slab);
  // Those of WebAssembly first.
  expect(again.slice(0, 15).every(({ base }) => base >= 0)).toBe(true);
});

describe("keys", () => {
  test("come from a strong source of entropy", async () => {
    const randomFillSync = vi.fn((bytes: Int32Array) => bytes.fill(0x01_02_03_04));
    vi.doMock("node:crypto", () => ({ randomFillSync }));
    const { nextKey } = await loadMasking();
    expect(randomFillSync).not.toHaveBeenCalled();
    expect(nextKey()).toBe(0x01_02_03_04);
    expect(randomFillSync).toHaveBeenCalledOnce();
    vi.doUnmock("node:crypto");
  });

  test("are never used twice: each frame has one of its own", async () => {
    const { nextKey } = await loadMasking();
    const count = 10_000;
    const keys = new Set(Array.from({ length: count }, nextKey));
    // Of so many random keys about 0.01 are alike.
    expect(keys.size).toBeGreaterThan(count - 5);
  });
});
