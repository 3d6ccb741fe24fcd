// How options are declared, checked and merged. A table of declarations says for every option what it accepts and what
// it is without being given; the error texts, the merging and "did you mean" come from the table alone.

import { OptionError } from "./errors.ts";
import type { UrlLike } from "./structural.ts";

/** A kind of value: how it is checked, and how an error says what is allowed. */
export interface Kind {
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
}

/** `[kind, default]`. */
export type Declaration = readonly [kind: Kind, fallback?: unknown];

/** Declares every key of an options type, nested groups as nested tables. */
export type Declarations<Options> = {
  readonly [Key in keyof Required<Options>]: Declaration | DeclarationTable;
};

/** Declarations of an options type that nobody needs to know any more. */
export interface DeclarationTable {
  readonly [key: string]: Declaration | DeclarationTable;
}

const isFunction = (value: unknown): boolean => typeof value === "function";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const duration: Kind = {
  allowed: "a number of ms, 0 or more",
  accepts: (value) => typeof value === "number" && value >= 0,
};

export const positiveDuration: Kind = {
  allowed: "a number of ms, more than 0",
  accepts: (value) => typeof value === "number" && value > 0,
};

export const count: Kind = {
  allowed: "a whole number, 0 or more, or Infinity",
  accepts: (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0),
};

export const positiveCount: Kind = {
  allowed: "a whole number, 1 or more, or Infinity",
  accepts: (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) > 0),
};

export const flag: Kind = { allowed: "true or false", accepts: (value) => typeof value === "boolean" };
export const text: Kind = {
  allowed: "a non-empty string",
  accepts: (value) => typeof value === "string" && value !== "",
};
export const callback: Kind = { allowed: "a function", accepts: isFunction };
export const object: Kind = { allowed: "an object", accepts: isObject };
export const anything: Kind = { allowed: "anything", accepts: () => true };

export const codec: Kind = {
  allowed: "an object with the functions encode and decode",
  accepts: (value) => isObject(value) && isFunction(value.encode) && isFunction(value.decode),
};

export const heartbeat: Kind = {
  allowed: "{ message, interval, timeout, isReply? } with a message and numbers of ms, more than 0",
  accepts: (value) =>
    isObject(value) &&
    (typeof value.message === "string" || value.message instanceof Uint8Array) &&
    positiveDuration.accepts(value.interval) &&
    positiveDuration.accepts(value.timeout) &&
    (value.isReply === undefined || isFunction(value.isReply)) &&
    Object.keys(value).every((key) => ["message", "interval", "timeout", "isReply"].includes(key)),
};

export const urlSource: Kind = {
  allowed:
    "a ws:, wss:, http: or https: url without a fragment, as a string, a URL or a function returning one",
  accepts: (value) => typeof value === "string" || isFunction(value) || isUrl(value),
};

export const headerSource: Kind = {
  allowed: "an object of header fields, a Headers or a function returning one",
  accepts: (value) => isObject(value) || isFunction(value),
};

export const abortSignal: Kind = {
  allowed: "an AbortSignal",
  accepts: (value) => isObject(value) && typeof value.aborted === "boolean",
};

// RFC 6455 §4.1: the subprotocols are tokens, and all different.
export const subprotocols: Kind = {
  allowed: "an array of different subprotocol names (RFC 9110 tokens)",
  accepts: (value) => Array.isArray(value) && new Set(value).size === value.length && value.every(isToken),
};

export const supervision: Kind = {
  allowed: "true, false or a Supervisor",
  accepts: (value) => typeof value === "boolean" || (isObject(value) && isFunction(value.adopt)),
};

export const tracing: Kind = {
  allowed: "true, false or a function",
  accepts: (value) => typeof value === "boolean" || isFunction(value),
};

export const initialState: Kind = {
  allowed: "an object without the keys uri, headers, wsOpts and openOpts",
  accepts: (value) =>
    isObject(value) && !["uri", "headers", "wsOpts", "openOpts"].some((key) => key in value),
};

/** A kind that accepts just the listed values. */
export function oneOf(...values: readonly string[]): Kind {
  return {
    allowed: values.map((value) => `"${value}"`).join(" or "),
    accepts: (value) => values.includes(value as string),
  };
}

export function isUrl(value: unknown): value is UrlLike {
  return isObject(value) && typeof value.href === "string";
}

function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[!#$%&'*+\-.^_`|~\w]+$/.test(value);
}

/**
 * Checks what was given against the declarations and lays it over the defaults, nested groups key by key.
 * Names in `ignored` are known, but neither checked nor used: what a platform cannot do.
 */
export function resolveOptions(
  declarations: DeclarationTable,
  given: unknown,
  ignored: readonly string[] = [],
): Record<string, unknown> {
  const resolveTable = (table: DeclarationTable, values: unknown, path: string): Record<string, unknown> => {
    if (!isObject(values)) throw wrongValue(path.slice(0, -1) || "options", values, object);
    for (const key of Object.keys(values)) {
      if (Object.hasOwn(table, key) || ignored.includes(path + key)) continue;
      throw unknownOption(path + key, [...pathsOf(table, path), ...pathsOf(declarations, ""), ...ignored]);
    }
    const resolved: Record<string, unknown> = {};
    for (const [key, declared] of Object.entries(table)) {
      const value = ignored.includes(path + key) ? undefined : values[key];
      if (isTable(declared))
        resolved[key] = resolveTable(declared, value === undefined ? {} : value, `${path}${key}.`);
      else resolved[key] = resolveValue(path + key, value, declared);
    }
    return resolved;
  };
  return resolveTable(declarations, given, "");
}

function resolveValue(option: string, value: unknown, [kind, fallback]: Declaration): unknown {
  if (value === undefined) return fallback;
  if (!kind.accepts(value)) throw wrongValue(option, value, kind);
  return value;
}

function wrongValue(option: string, value: unknown, kind: Kind): OptionError {
  return new OptionError(option, value, `must be ${kind.allowed}, not ${shown(value)}`);
}

function unknownOption(option: string, known: readonly string[]): OptionError {
  const near = nearest(option, known);
  return new OptionError(option, undefined, `is not an option${near ? `; did you mean ${near}?` : ""}`);
}

/** A value as an error shows it: short, and never what may be a secret. */
function shown(value: unknown): string {
  if (typeof value === "string")
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}

function isTable(declared: Declaration | DeclarationTable): declared is DeclarationTable {
  return !Array.isArray(declared);
}

function pathsOf(table: DeclarationTable, path: string): string[] {
  return Object.entries(table).flatMap(([key, declared]) =>
    isTable(declared) ? [path + key, ...pathsOf(declared, `${path}${key}.`)] : [path + key],
  );
}

/** The known name that is most like the unknown one, by its last part, if any is like it at all. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const lastOf = (path: string) => path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const wanted = lastOf(name);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(wanted, lastOf(candidate));
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
