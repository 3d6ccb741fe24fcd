// Random streams of frames, as a peer may send them: most keep the rules of RFC 6455, some break one, and some are noise.

import * as payloads from "./payloads.mjs";
import { Random } from "./random.mjs";

/** What may be in a stream, and who reads it. The same seed makes the same stream. */
export function makeStream(seed) {
  const random = new Random(seed);
  const role = random.chance(0.7) ? "client" : "server";
  const isDeflating = random.chance(1 / 50);
  const maxPayload = random.chance(0.9) ? 1024 * 1024 : 200 + random.below(400);
  const stream = new Stream(random, role === "server", isDeflating);
  const kind = random.below(20);
  if (kind === 0) stream.noise();
  else stream.frames(kind < 5 ? 1 + random.below(5) : 100);
  if (kind > 0 && kind < 4) stream.mutate();
  return {
    seed,
    random,
    role,
    maxPayload,
    isDeflating,
    isContextTaken: random.chance(0.7),
    count: stream.count,
    bytes: stream.bytes,
  };
}

class Stream {
  count = 0;
  #random;
  #isMasked;
  #isDeflating;
  #parts = [];

  constructor(random, isMasked, isDeflating) {
    this.#random = random;
    this.#isMasked = isMasked;
    this.#isDeflating = isDeflating;
  }

  get bytes() {
    return Buffer.concat(this.#parts);
  }

  frames(most) {
    const random = this.#random;
    const breaks = random.chance(0.3) ? random.below(most) : -1;
    while (this.count < most) {
      if (breaks >= 0 && this.count >= breaks && random.chance(0.3)) this.#breakRule();
      const kind = random.below(100);
      if (kind < 8) this.#frame(9 + random.below(2), payloads.bytes(random, random.below(126)));
      else if (kind < 20) this.#fragmented();
      else this.#message();
    }
    if (random.chance(0.4)) this.#close();
    if (random.chance(0.3)) this.#parts.push(payloads.bytes(random, random.below(30)));
  }

  noise() {
    const random = this.#random;
    this.count = 1;
    // Heads that are likely to be read on, and anything behind them.
    for (let i = random.below(6); i > 0; i--) {
      const first = random.pick([0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8a, 0xc1, 0xc2, 0x41]);
      const second = random.below(128) | (this.#isMasked ? 0x80 : 0);
      this.#parts.push(Buffer.of(first, second), payloads.bytes(random, random.below(140)));
    }
    this.#parts.push(payloads.bytes(random, random.below(400)));
  }

  /** Changes a few bytes of what is there. */
  mutate() {
    const bytes = this.bytes;
    for (let i = 1 + this.#random.below(4); i > 0 && bytes.length > 0; i--) {
      bytes[this.#random.below(bytes.length)] ^= 1 << this.#random.below(8);
    }
    this.#parts = [bytes];
  }

  #message() {
    const { isText, data, isDeflated } = this.#content();
    this.#frame((isText ? 1 : 2) | (isDeflated ? 0x40 : 0), data);
  }

  #content() {
    const random = this.#random;
    if (this.#isDeflating && random.chance(0.4)) {
      const { isText, bytes } = payloads.deflatedMessage(random);
      return { isText, data: bytes, isDeflated: true };
    }
    const isText = random.chance(0.5);
    return {
      isText,
      data: isText ? Buffer.from(payloads.text(random)) : payloads.bytes(random),
      isDeflated: false,
    };
  }

  #fragmented() {
    const random = this.#random;
    const { isText, data, isDeflated } = this.#content();
    let first = (isText ? 1 : 2) | (isDeflated ? 0x40 : 0);
    let from = 0;
    for (let left = 1 + random.below(5); left >= 0; left--) {
      const to = left === 0 ? data.length : from + random.below(data.length - from + 1);
      this.#frame(first, data.subarray(from, to), { fin: left === 0 });
      first = 0;
      from = to;
      if (left > 0 && random.chance(0.2))
        this.#frame(9 + random.below(2), payloads.bytes(random, random.below(126)));
      if (left > 0 && random.chance(0.003)) this.#breakRule();
    }
  }

  #close() {
    const random = this.#random;
    if (random.chance(0.2)) return this.#frame(8, Buffer.alloc(0));
    const code = random.pick([
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999,
    ]);
    this.#frame(8, closeBody(code, random.chance(0.5) ? "" : "gone — away"));
  }

  #breakRule() {
    const random = this.#random;
    const some = payloads.bytes(random, random.below(20));
    const invalid = random.pick([
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]);
    random.pick([
      () => this.#frame(random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), some),
      () => this.#frame(random.pick([1, 2, 8, 9, 10]) | (random.pick([1, 2, 3]) << 4), some),
      () => this.#frame(random.pick([0x40, 0x41, 0x42, 0x48, 0x49, 0x4a]), some),
      () => this.#frame(random.pick([1, 2, 9]), some, { masked: !this.#isMasked }),
      () => this.#frame(random.pick([8, 9, 10]), some, { fin: false }),
      () => this.#frame(random.pick([8, 9, 10]), payloads.bytes(random, 126 + random.below(3))),
      () => this.#frame(0, some, { fin: random.chance(0.5) }),
      () => this.#frame(random.pick([1, 2]), some, { fin: false }),
      () => this.#frame(1, Buffer.concat([Buffer.from(payloads.text(random)), Buffer.from(invalid)])),
      () =>
        this.#frame(8, closeBody(random.pick([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535]), "")),
      () => this.#frame(8, Buffer.of(3)),
      () => this.#frame(8, Buffer.concat([closeBody(1000, "bye"), Buffer.from(invalid)])),
      () => this.#frame(2, some, { announced: 1024 * 1024 + random.below(2 ** 31) }),
      () => this.#frame(2, some, { announced: random.pick([2 ** 40, 2 ** 53 - 1, 2 ** 53, 2 ** 63]) }),
    ])();
  }

  #frame(bits, payload, { fin = true, masked = this.#isMasked, announced = payload.length } = {}) {
    this.count++;
    this.#parts.push(head((fin ? 0x80 : 0) | bits, masked, announced, this.#random));
    if (!masked) {
      this.#parts.push(payload);
      return;
    }
    const key = payloads.bytes(this.#random, 4);
    const body = Buffer.from(payload);
    for (let i = 0; i < body.length; i++) body[i] ^= key[i & 3];
    this.#parts.push(key, body);
  }
}

/** §5.2; now and then the length takes more bytes than it needs, which receivers let pass. */
function head(first, masked, length, random) {
  const bit = masked ? 0x80 : 0;
  const isControl = (first & 0x0f) >= 8;
  const isWide = !isControl && random.chance(0.005);
  if (length < 126 && !isWide) return Buffer.of(first, bit | length);
  const wide = Buffer.alloc(8);
  wide.writeBigUInt64BE(BigInt(length));
  if (length < 65_536 && random.chance(0.95)) return Buffer.of(first, bit | 126, wide[6], wide[7]);
  return Buffer.concat([Buffer.of(first, bit | 127), wide]);
}

function closeBody(code, reason) {
  return Buffer.concat([Buffer.of(code >>> 8, code & 0xff), Buffer.from(reason)]);
}

/** A stream as TCP may hand it over. */
export function cut({ bytes }, random) {
  const kind = random.below(10);
  if (kind < 3) return [bytes];
  if (kind < 5 && bytes.length < 1000) return cutEvery(bytes, () => 1);
  const most = random.pick([300, 1000, 10_000, 65_536]);
  return cutEvery(bytes, () => (kind === 9 ? 65_536 : 1 + random.below(most)));
}

function cutEvery(bytes, size) {
  const chunks = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + size();
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}
