// Close codes in words: RFC 6455 §7.4.1 and the IANA registry.

import { visible } from "./visible.ts";

const names: Readonly<Record<number, string>> = {
  1000: "normal closure",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1005: "no code",
  1006: "no Close frame",
  1007: "invalid data",
  1008: "policy violation",
  1009: "message too big",
  1010: "extension missing",
  1011: "internal error",
  1012: "service restart",
  1013: "try again later",
  1014: "bad gateway",
  1015: "TLS failure",
  3000: "unauthorized",
  3003: "forbidden",
  3008: "timeout",
};

/** E.g. `1012 service restart`, `4001 "see you"`. */
export function closeInWords(code: number, reason: string): string {
  const said =
    reason === "" || reason.toLowerCase() === names[code] ? undefined : JSON.stringify(visible(reason));
  return [code, names[code], said].filter((part) => part !== undefined).join(" ");
}
