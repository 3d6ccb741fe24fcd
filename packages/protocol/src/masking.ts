// RFC 6455 §5.3: masking. A client's frames are masked with a key of their own each, that nobody can foresee.
//
// Long payloads are masked by WebAssembly, in its own memory, which is why frames are made there: in slabs, lent to
// whoever has something to send, and given back when the kernel has it. Where there is no WebAssembly, or more slabs
// are wanted than it has, a slab is ordinary memory.

import { Buffer } from "node:buffer";
import { randomFillSync } from "node:crypto";
import { maskModule } from "./mask-module.ts";

/** Memory to write frames into. */
export interface Slab {
  readonly memory: Buffer;
  /** Where it begins in WebAssembly's memory; -1 for ordinary memory. */
  readonly base: number;
}

/** The size of a slab: 64 KiB of payload, and room for the heads of frames. */
export const SLAB: number = 68 * 1024;
/** So many fit into WebAssembly's memory; the last one is where ordinary memory is masked. */
const SLABS = 16;
/** Below so many bytes a loop is faster than a call into WebAssembly. */
const SHORT = 40;
/** And than the way there and back, for bytes that are not in its memory. */
const SHORT_AWAY = 96;
/** How many ordinary slabs are kept for the next time. */
const MOST_KEPT = 16;

interface Masker {
  readonly memory: { readonly buffer: ArrayBuffer };
  mask(at: number, length: number, key: number): void;
}

let masker: Masker | undefined;
let isPrepared = false;
/** Those that nobody has, WebAssembly's last: they are lent first. */
const free: Slab[] = [];

function prepare(): void {
  isPrepared = true;
  try {
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyLike };
    const module = new WebAssembly.Module(Buffer.from(maskModule, "base64"));
    masker = new WebAssembly.Instance(module).exports;
  } catch {
    // `--jitless`, or a platform without vectors.
    return;
  }
  for (let slab = SLABS - 2; slab >= 0; slab--) {
    const base = slab * SLAB;
    free.push({ memory: Buffer.from(masker.memory.buffer, base, SLAB), base });
  }
}

// What is used of it: neither Node's types nor the language's have it without those of browsers.
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Masker };
}

export function borrowSlab(): Slab {
  if (!isPrepared) prepare();
  return free.pop() ?? { memory: Buffer.allocUnsafeSlow(SLAB), base: -1 };
}

export function returnSlab(slab: Slab): void {
  if (slab.base >= 0) free.push(slab);
  else if (free.length < MOST_KEPT) free.unshift(slab);
}

/** Masks bytes of a slab in place; `key` as `nextKey` gives it. */
export function maskSlab({ memory, base }: Slab, at: number, length: number, key: number): void {
  if (length < SHORT) maskShort(memory, at, length, key);
  else if (base >= 0) masker!.mask(base + at, length, key);
  else maskBytes(memory, at, length, key);
}

/** Masks any bytes in place, or takes the masking off: it is the same. */
export function maskBytes(bytes: Uint8Array, at: number, length: number, key: number): void {
  if (!isPrepared) prepare();
  if (length < SHORT_AWAY || masker === undefined) return maskShort(bytes, at, length, key);
  const base = (SLABS - 1) * SLAB;
  const desk = new Uint8Array(masker.memory.buffer, base, SLAB);
  // A whole number of keys goes into a slab: each piece begins with the key's first byte.
  for (let done = 0; done < length; done += SLAB) {
    const size = Math.min(SLAB, length - done);
    desk.set(bytes.subarray(at + done, at + done + size));
    masker.mask(base, size, key);
    bytes.set(desk.subarray(0, size), at + done);
  }
}

function maskShort(bytes: Uint8Array, at: number, length: number, key: number): void {
  for (let i = 0; i < length; i++) bytes[at + i]! ^= (key >>> ((i & 3) << 3)) & 0xff;
}

// — keys —————————————————————————————————————————————————————————————————————————————————————————————————————————————

// §5.3: "The masking key needs to be unpredictable; thus, the masking key MUST be derived from a strong source of
// entropy". One call for many keys.
const keys = new Int32Array(2048);
let nextKeyAt = keys.length;

/** Four bytes, the first one lowest. */
export function nextKey(): number {
  if (nextKeyAt === keys.length) {
    randomFillSync(keys);
    nextKeyAt = 0;
  }
  return keys[nextKeyAt++]!;
}
