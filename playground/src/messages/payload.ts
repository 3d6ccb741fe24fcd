// A payload as a person reads it: as text, as JSON laid out, or byte by byte.

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
  return [...payload.subarray(0, PREVIEW / 3)].map(hex).join(" ");
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
