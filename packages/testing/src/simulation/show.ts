// Any value, for people: users throw and return what `String` cannot make a string of.

import { inspect } from "node:util";

export function show(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === "string" ? value : inspect(value, { depth: 2, breakLength: Infinity });
}
