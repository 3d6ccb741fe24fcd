// Frames as bytes, made by hand: what no well-behaved codec would send. Lawful frames go out through ws's own Sender.

import type { Buffer as NodeBuffer } from "node:buffer";

/** RFC 6455 §5.2. */
export const opcodes: Readonly<
  Record<"continuation" | "text" | "binary" | "close" | "ping" | "pong", number>
> = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

export interface FrameOptions {
  /** Whether this is the message's last frame; default true. */
  fin?: boolean;
  /** Masks the payload as only a client may (RFC 6455 §5.1); default false. */
  mask?: boolean;
  /** The three reserved bits, 0 to 7; default 0. */
  reserved?: number;
}

/**
 * One frame as bytes. Nothing is checked: breaking the rules is what it is for.
 *
 * @example connection.sendRaw(frame(opcodes.text, "half a", { fin: false }))
 */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  options: FrameOptions = {},
): NodeBuffer {
  const { fin = true, mask = false, reserved = 0 } = options;
  const body = Buffer.from(payload);
  const head = Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | opcode]),
    length(body.length),
  ]);
  if (!mask) return Buffer.concat([head, body]);
  head[1]! |= 0x80;
  const key = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  return Buffer.concat([head, key, body.map((byte, index) => byte ^ key[index % 4]!)]);
}

/** A Close frame with any code and reason, also those that RFC 6455 §7.4 forbids; without a code its body is empty. */
export function closeFrame(code?: number, reason: string | Uint8Array = ""): NodeBuffer {
  if (code === undefined) return frame(opcodes.close);
  const status = Buffer.alloc(2);
  status.writeUInt16BE(code);
  return frame(opcodes.close, Buffer.concat([status, Buffer.from(reason)]));
}

/** A text message in one frame a part: lawful, and rarely tested. */
export function fragments(...parts: string[]): NodeBuffer {
  const last = parts.length - 1;
  return Buffer.concat(
    parts.map((part, index) =>
      frame(index === 0 ? opcodes.text : opcodes.continuation, part, { fin: index === last }),
    ),
  );
}

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

function length(bytes: number): NodeBuffer {
  if (bytes < 126) return Buffer.from([bytes]);
  if (bytes < 65_536) return Buffer.from([126, bytes >> 8, bytes & 0xff]);
  const long = Buffer.alloc(9, 127);
  long.writeBigUInt64BE(BigInt(bytes), 1);
  return long;
}
