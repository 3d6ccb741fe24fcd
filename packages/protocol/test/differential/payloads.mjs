// What random messages are made of, at no cost: parts of bytes, texts and deflated messages that are made once.

import { constants, deflateRawSync } from "node:zlib";
import { Random } from "./random.mjs";

const random = new Random(6455);

const noise = Buffer.from(Array.from({ length: 512 * 1024 }, () => random.below(256)));

const alphabets = [
  'abcdefghijklmnopqrstuvwxyz ,.{}":0123456789\u0000\u007f',
  "aeiouäöüßéèñ\u0080\u07ff",
  "日本語漢字\u0800\uffff\ufffd\ufeff",
  ["😀", "🚀", "\u{10000}", "\u{10ffff}", "x", "é"],
  ["\ud800", "\udc00", "a"],
].map((letters) => [...letters]);

const texts = Array.from({ length: 600 }, (_, index) => {
  const letters = alphabets[index % 10 < 5 ? 0 : index % 5];
  const length = index < 590 ? random.below(index < 400 ? 45 : 600) : 60_000 + random.below(10_000);
  return Array.from({ length }, () => random.pick(letters)).join("");
});

/** Mostly short; now and then around the lengths where a frame's head, or memory, changes. */
export function length(random) {
  const kind = random.below(2000);
  if (kind < 1500) return random.below(41);
  if (kind < 1900) return random.below(300);
  if (kind < 1990) return 120 + random.below(10);
  if (kind < 1998) return 65_530 + random.below(12);
  return random.below(300_000);
}

export function bytes(random, size = length(random)) {
  const at = random.below(noise.length - size);
  return noise.subarray(at, at + size);
}

/** Half of them are ASCII; some have lone surrogates, which nobody can send as they are. */
export function text(random) {
  return texts[random.chance(0.001) ? 590 + random.below(10) : random.below(590)];
}

export function isShort(text) {
  return text.length < 1000;
}

/** RFC 7692 §7.2.1: without the empty block's end. Some end with a block that says it is the last, which §7.2.3.4 allows. */
function deflate(data, isFinal) {
  if (isFinal) return Buffer.concat([deflateRawSync(data), Buffer.of(0)]);
  return deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

const deflated = Array.from({ length: 200 }, (_, index) => {
  const isText = index % 2 === 0;
  const data = isText ? Buffer.from(text(random)) : bytes(random, random.below(index < 190 ? 300 : 100_000));
  return { isText, bytes: deflate(data, index % 20 === 3) };
});
// Two that grow: beyond any limit here, and text that is not UTF-8.
deflated.push({ isText: false, bytes: deflate(Buffer.alloc(3 * 1024 * 1024), false) });
deflated.push({ isText: true, bytes: deflate(Buffer.of(0x61, 0xff), false) });

/** A message as permessage-deflate has it; each stands for itself, whatever was before it. */
export function deflatedMessage(random) {
  return deflated[random.chance(0.995) ? random.below(200) : 200 + random.below(2)];
}
