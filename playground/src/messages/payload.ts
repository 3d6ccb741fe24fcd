// A payload as a person reads it: as text, as JSON laid out, or byte by byte; and bytes as a person writes them.

import type { Message } from "gundam";

export type View = "text" | "json" | "hex";

/** Characters of a preview. */
const PREVIEW = 240;
const HEX_WIDTH = 16;
/** Bytes shown in hex. */
const MOST_HEX = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One line: text as it is, bytes in hex. */
export function previewOf(payload: Message): string {
  if (typeof payload === "string") return payload.slice(0, PREVIEW).replaceAll("\n", "↵");
  return digitsOf(payload.subarray(0, PREVIEW / 3));
}

/** All of them, e.g. `de ad be ef`. */
export function digitsOf(bytes: Uint8Array): string {
  return [...bytes].map(hex).join(" ");
}

/** Two digits a byte, with or without spaces, commas or `0x` between. Throws an error that says what is no byte. */
export function bytesOfHex(typed: string): Uint8Array<ArrayBuffer> {
  const digits = typed.replace(/[\s,]+(0x)?|^0x/gi, "");
  const wrong = /[^\da-f]/iu.exec(digits);
  if (wrong !== null) throw new Error(`“${wrong[0]}” is no hex digit, which are 0 to 9 and a to f`);
  if (digits.length % 2 !== 0) {
    throw new Error(`a byte has two hex digits, and ${digits.length} are no whole number of bytes`);
  }
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function textOf(payload: Message): string {
  return typeof payload === "string" ? payload : decoder.decode(payload);
}

/** Laid out; undefined when it is no JSON. */
export function jsonOf(payload: Message): string | undefined {
  try {
    return JSON.stringify(JSON.parse(textOf(payload)), null, 2);
  } catch {
    return undefined;
  }
}

/** Offset, bytes, and the characters that they are. */
export function hexOf(payload: Message): string {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  const lines: string[] = [];
  for (let offset = 0; offset < Math.min(bytes.length, MOST_HEX); offset += HEX_WIDTH) {
    const row = [...bytes.subarray(offset, offset + HEX_WIDTH)];
    const codes = row
      .map(hex)
      .join(" ")
      .padEnd(HEX_WIDTH * 3 - 1);
    const characters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"));
    lines.push(`${offset.toString(16).padStart(4, "0")}  ${codes}  ${characters.join("")}`);
  }
  if (bytes.length > MOST_HEX) lines.push(`… ${bytes.length - MOST_HEX} bytes more`);
  return lines.join("\n");
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
