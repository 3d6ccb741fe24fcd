// Close codes, as RFC 6455 §7.4 and the IANA registry have them, and what `onClose` is told.

import type { Failure } from "./errors.ts";
import { check, type Declaration, type Kind, resolveOptions } from "./option-checks.ts";

/** The code that `onClose` is told after a failure: the close code of the peer or of ours, the HTTP status, 1015 or 1006. */
export function closeCodeOf({ kind, code, status }: Failure): number {
  if (kind === "certificate") return 1015;
  return (kind === "response" ? status : code) ?? 1006;
}

/** What a Close frame of ours says. */
export interface Parting {
  /** 1000, or 3000 to 4999. Default 1000. */
  readonly code?: number | undefined;
  /** At most 123 bytes. Default "". */
  readonly reason?: string | undefined;
}

const closeCode: Kind = [
  "1000 or from 3000 to 4999",
  (code) => code === 1000 || (Number.isInteger(code) && (code as number) >= 3000 && (code as number) <= 4999),
];

const closeReason: Kind = [
  "a string of at most 123 bytes in UTF-8",
  (reason) => typeof reason === "string" && utf8Length(reason) <= 123,
];

export const partingDeclarations: Readonly<Record<"code" | "reason", Declaration>> = {
  code: [closeCode],
  reason: [closeReason],
};

/** What a Close frame of ours may say. */
export const parting: Kind = [
  "{ code, reason }: a code of 1000 or from 3000 to 4999, and a reason of at most 123 bytes",
  (value) => Boolean(resolveOptions(partingDeclarations, value)),
];

/** Throws an `OptionError` unless a client may send this code and reason: WHATWG WebSocket `close()`. */
export function checkClose(code: unknown, reason: unknown): void {
  check("code", code, closeCode);
  check("reason", reason, closeReason);
}

/** The length of a string in UTF-8, where a lone surrogate becomes U+FFFD. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}
