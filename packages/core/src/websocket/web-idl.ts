// Web IDL: how an interface looks from JavaScript, and how arguments become the types that its definition names.

import type { BlobLike } from "../structural.ts";

/** The values of `readyState`: WHATWG WebSockets, the WebSocket interface. */
export const readyStates = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

/** What an argument of type `(BufferSource or Blob or USVString)` becomes: text, bytes or a `Blob`. */
export type Payload = string | Uint8Array | ReadableBlob;

export interface ReadableBlob extends BlobLike {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Makes a class look as an interface does: its members can be enumerated, its constants are on the class and on the
 * prototype, and its objects tell their interface's name.
 */
export function exposeInterface(
  name: string,
  Interface: { readonly prototype: object },
  constants: Readonly<Record<string, number>> = {},
): void {
  const { prototype } = Interface;
  for (const member of Object.getOwnPropertyNames(prototype)) {
    if (member !== "constructor") Object.defineProperty(prototype, member, { enumerable: true });
  }
  for (const [constant, value] of Object.entries(constants)) {
    for (const holder of [Interface, prototype]) {
      Object.defineProperty(holder, constant, { value, enumerable: true });
    }
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  Object.defineProperty(Interface, "name", { value: name, configurable: true });
}

/** `[Clamp] unsigned short`: the nearest whole number from 0 to 65535, the even one of two; 0 for what is none. */
export function clampedShort(value: unknown): number {
  // The operator, unlike `Number()`, throws for a bigint and a symbol.
  const number = Math.min(Math.max(+(value as number), 0), 65_535);
  if (Number.isNaN(number)) return 0;
  const below = Math.floor(number);
  const isUp = number - below > 0.5 || (number - below === 0.5 && below % 2 === 1);
  return isUp ? below + 1 : below;
}

/** `unsigned short` as it is without `[Clamp]`: modulo 65536. */
export function wrappedShort(value: unknown): number {
  return +(value as number) & 0xffff;
}

/** `(DOMString or sequence<DOMString>)`, as a sequence. */
export function stringSequence(value: unknown): string[] {
  const isSequence = Object(value) === value && (value as Iterable<unknown>)[Symbol.iterator] != null;
  return isSequence ? Array.from(value as Iterable<unknown>, (each) => `${each}`) : [`${value}`];
}

/** `(BufferSource or Blob or USVString)`. Bytes are a view, not a copy. A lone surrogate is U+FFFD once it is encoded. */
export function payloadOf(data: unknown): Payload {
  if (ArrayBuffer.isView(data)) {
    if (tagOf(data.buffer) === "SharedArrayBuffer") {
      throw new TypeError(
        "send() takes no view of a SharedArrayBuffer: what is sent must not change meanwhile",
      );
    }
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  // By its tag, for it may come from another realm.
  if (tagOf(data) === "ArrayBuffer") return new Uint8Array(data as ArrayBuffer);
  return isBlob(data) ? data : `${data}`;
}

export function isBlob(data: unknown): data is ReadableBlob {
  const tag = tagOf(data);
  return tag === "Blob" || tag === "File";
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
