// Whatever bytes come: nothing throws, nothing waits for ever, and no memory is taken that was not paid for in bytes.

import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { Role } from "../src/index.ts";
import { Random } from "./differential/random.mjs";
import { makeStream } from "./differential/streams.mjs";
import { settled, side } from "./sides.ts";

/** What one connection may cost beyond the bytes that came. */
const ALLOWANCE = 300 * 1024;

/** Heads that are likely to be read on, and anything behind them. */
function noise(random: Random): Buffer {
  const parts: Buffer[] = [];
  for (let i = random.below(8); i > 0; i--) {
    const first = random.chance(0.8)
      ? random.pick([0x81, 0x82, 1, 2, 0, 0x80, 0x89, 0xc1, 0xc2, 0x41])
      : random.below(256);
    const second = random.chance(0.1) ? random.pick([126, 127, 254, 255]) : random.below(256);
    parts.push(Buffer.of(first, second));
    // The lengths that follow are often those of an enormous message.
    if (random.chance(0.3)) parts.push(Buffer.of(0, 0, 0, 0, 0, random.below(256), 0, 0));
    parts.push(Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256))));
  }
  return Buffer.concat(parts);
}

function mutated(random: Random, seed: number): Buffer {
  const bytes: Buffer = makeStream(seed).bytes.subarray(0, 4000);
  for (let i = random.below(20); i > 0; i--) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

test.each<[string, Role, number | undefined]>([
  ["a client", "client", undefined],
  ["a server", "server", undefined],
  ["a client that inflates", "client", 0],
  ["a server that inflates", "server", 0],
])(
  "%s stands random bytes, and streams of which some bytes are wrong",
  async (_, role, threshold) => {
    const maxPayload = 200 * 1024 * 1024;
    for (let seed = 1; seed <= 3000; seed++) {
      const random = new Random(seed);
      const one = side(role, threshold === undefined ? { maxPayload } : { maxPayload, threshold });
      const bytes = random.chance(0.5) ? noise(random) : mutated(random, seed);
      const { receiver } = one.protocol;
      const before = process.memoryUsage().arrayBuffers;
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + random.below(400);
        // Asking for a place takes memory.
        const place = receiver.destination;
        const room = Math.min(size, place?.length ?? size);
        if (place === undefined) {
          one.read(bytes.subarray(at, at + room));
        } else {
          const memory = Buffer.from(place.buffer, place.byteOffset, place.length);
          memory.set(bytes.subarray(at, at + room));
          receiver.receive(memory, 0, Math.min(room, bytes.length - at));
        }
        at += room;
      }
      const grown = process.memoryUsage().arrayBuffers - before;
      if (grown > ALLOWANCE + 4 * bytes.length) expect.fail(`seed ${seed} took ${grown} bytes of memory`);
      await settled(one);
      const ends = one.told.filter(([event]) => event === "closed" || event === "failed").length;
      if (ends > 1) expect.fail(`seed ${seed} ended ${ends} times`);
      one.protocol.end();
    }
  },
  60_000,
);
