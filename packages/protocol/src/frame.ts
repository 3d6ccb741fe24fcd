// One frame as bytes, RFC 6455 §5.2, whatever its bits say: for whoever wants to break the rules. `Protocol` makes those
// that keep them.

import { Buffer } from "node:buffer";
import { maskBytes, nextKey } from "./masking.ts";
import { FIN, MASKED } from "./opcodes.ts";

/** The bits of a frame's head. */
export interface FrameOptions {
  /** Whether this is the message's last frame; default true. */
  fin?: boolean;
  /** Masks the payload, as only a client may (§5.1); default false. */
  mask?: boolean;
  /** The three reserved bits, 0 to 7; default 0. */
  reserved?: number;
}

/**
 * One frame as bytes (RFC 6455 §5.2), whatever its bits say. Nothing is checked: it is for whoever wants to break the
 * rules.
 *
 * @example
 * [...frame(opcodes.text, "hi")]; // → [0x81, 2, 0x68, 0x69]
 */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  { fin = true, mask = false, reserved = 0 }: FrameOptions = {},
): Buffer {
  const body = Buffer.from(payload);
  const head = headLength(body.length, mask);
  const bytes = Buffer.alloc(head + body.length);
  const key = mask ? nextKey() : undefined;
  writeHead(bytes, 0, (fin ? FIN : 0) | (reserved << 4) | opcode, body.length, key);
  bytes.set(body, head);
  if (key !== undefined) maskBytes(bytes, head, body.length, key);
  return bytes;
}

/** The most that stands before a payload: two bytes, a length of eight, a key of four. */
export const LONGEST_HEAD = 14;

export function headLength(payload: number, isMasked: boolean): number {
  return (payload < 126 ? 2 : payload < 0x10000 ? 4 : 10) + (isMasked ? 4 : 0);
}

/** Writes a frame's head; masked if there is a key. Returns where the payload begins. */
export function writeHead(
  bytes: Uint8Array,
  at: number,
  first: number,
  payload: number,
  key: number | undefined,
): number {
  const masked = key === undefined ? 0 : MASKED;
  bytes[at] = first;
  let end = at + 2;
  if (payload < 126) {
    bytes[at + 1] = masked | payload;
  } else if (payload < 0x10000) {
    bytes[at + 1] = masked | 126;
    bytes[at + 2] = payload >>> 8;
    bytes[at + 3] = payload;
    end = at + 4;
  } else {
    bytes[at + 1] = masked | 127;
    writeInt32(bytes, at + 2, Math.floor(payload / 2 ** 32));
    writeInt32(bytes, at + 6, payload);
    end = at + 10;
  }
  if (key === undefined) return end;
  bytes[end] = key;
  bytes[end + 1] = key >>> 8;
  bytes[end + 2] = key >>> 16;
  bytes[end + 3] = key >>> 24;
  return end + 4;
}

function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
