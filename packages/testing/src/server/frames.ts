// Frames as bytes, made by hand: what no well-behaved peer would send. Nothing is checked, for breaking the rules is what
// they are for: `connection.sendRaw(frame(opcodes.text, "half a", { fin: false }))`.

import type { Buffer as NodeBuffer } from "node:buffer";
import { frame, opcodes } from "@gundam/protocol";

export { type FrameOptions, frame, opcodes } from "@gundam/protocol";

/**
 * A Close frame with any code and reason, also those that RFC 6455 §7.4 forbids; without a code its body is empty.
 *
 * @example
 * closeFrame(999).length; // → 4
 */
export function closeFrame(code?: number, reason?: string | Uint8Array): NodeBuffer {
  return frame(opcodes.close, closeBody(code, reason));
}

/** What stands in it. */
export function closeBody(code?: number, reason: string | Uint8Array = ""): NodeBuffer {
  if (code === undefined) return Buffer.alloc(0);
  const status = Buffer.alloc(2);
  status.writeUInt16BE(code);
  return Buffer.concat([status, Buffer.from(reason)]);
}

/**
 * A text message in one frame a part: lawful, and rarely tested.
 *
 * @example
 * server.sendRaw(fragments("one ", "message"));
 */
export function fragments(...parts: string[]): NodeBuffer {
  const last = parts.length - 1;
  return Buffer.concat(
    parts.map((part, index) =>
      frame(index === 0 ? opcodes.text : opcodes.continuation, part, { fin: index === last }),
    ),
  );
}

/** The name of a frame that breaks a rule of RFC 6455. */
export type BadFrame =
  | "masked"
  | "reserved-bit"
  | "reserved-opcode"
  | "stray-continuation"
  | "nested-message"
  | "fragmented-ping"
  | "long-ping"
  | "short-close"
  | "bad-close-code"
  | "reserved-close-code"
  | "bad-close-reason"
  | "bad-utf8"
  | "bad-length";

/** Each breaks one rule of RFC 6455, the section beside it; a client must fail the connection. */
export const badFrames: Readonly<Record<BadFrame, NodeBuffer>> = {
  /** §5.1: a server must not mask. */
  masked: frame(opcodes.text, "masked", { mask: true }),
  /** §5.2: no extension gave the bit a meaning. */
  "reserved-bit": frame(opcodes.text, "reserved", { reserved: 1 }),
  /** §5.2: opcodes 3 to 7 mean nothing. */
  "reserved-opcode": frame(3, "reserved"),
  /** §5.4: a continuation of nothing. */
  "stray-continuation": frame(opcodes.continuation, "stray"),
  /** §5.4: a new message inside a fragmented one. */
  "nested-message": Buffer.concat([
    frame(opcodes.text, "outer", { fin: false }),
    frame(opcodes.text, "inner"),
  ]),
  /** §5.5: control frames are not fragmented. */
  "fragmented-ping": frame(opcodes.ping, "half", { fin: false }),
  /** §5.5: control frames carry 125 bytes at most. */
  "long-ping": frame(opcodes.ping, "x".repeat(126)),
  /** §5.5.1: a Close body starts with two bytes of code. */
  "short-close": frame(opcodes.close, Buffer.from([3])),
  /** §7.4.2: codes below 1000 are not used. */
  "bad-close-code": closeFrame(999, "below 1000"),
  /** §7.4.1: 1006 is never sent. */
  "reserved-close-code": closeFrame(1006, "never on the wire"),
  /** §5.5.1: the reason is UTF-8. */
  "bad-close-reason": closeFrame(1000, Buffer.from([0xff, 0xfe])),
  /** §8.1: text is UTF-8. */
  "bad-utf8": frame(opcodes.text, Buffer.from([0x68, 0x69, 0xff])),
  /** §5.2: the top bit of a 64-bit length is zero. */
  "bad-length": Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
};
