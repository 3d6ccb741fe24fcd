// A message as the `data` of its event.

import type { Message } from "../transport.ts";

export type BinaryType = "blob" | "arraybuffer";

export function isBinaryType(value: unknown): value is BinaryType {
  return value === "blob" || value === "arraybuffer";
}

/** `toBlob` makes the platform's `Blob`. */
export function dataOf(
  message: Message,
  binaryType: BinaryType,
  toBlob: (bytes: Uint8Array<ArrayBuffer>) => object,
): string | object {
  if (typeof message === "string") return message;
  if (binaryType === "blob") return toBlob(message);
  const { buffer, byteLength } = message;
  return byteLength === buffer.byteLength ? buffer : message.slice().buffer;
}
