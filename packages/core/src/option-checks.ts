// How options are declared, checked and merged. A table of declarations says for every option what it accepts and what
// it is without being given; the error texts and the merging come from the table alone.

import { OptionError } from "./errors.ts";
import { repeatable } from "./redact.ts";
import type { UrlLike } from "./structural.ts";

/** A kind of value: what an error says is allowed, and how a value is checked, which may throw at what it is not: `isOfKind`. */
export type Kind = readonly [allowed: string, accepts: (value: unknown) => boolean];

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
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isWhole = (value: unknown, least: number): boolean =>
  value === Infinity || (Number.isSafeInteger(value) && (value as number) >= least);

/** A kind: ms, 0 or more; `Infinity` is no limit. */
export const duration: Kind = [
  "a number of ms, 0 or more",
  (value) => typeof value === "number" && value >= 0,
];
/** A kind: ms, more than 0; `Infinity` is no limit. */
export const positiveDuration: Kind = [
  "a number of ms, more than 0",
  (value) => typeof value === "number" && value > 0,
];
/** A kind: a whole number, 0 or more, or `Infinity`. */
export const count: Kind = ["a whole number, 0 or more, or Infinity", (value) => isWhole(value, 0)];
/** A kind: a whole number, 1 or more, or `Infinity`. */
export const positiveCount: Kind = ["a whole number, 1 or more, or Infinity", (value) => isWhole(value, 1)];
/** A kind: true or false. */
export const flag: Kind = ["true or false", isBoolean];
/** A kind: a function. */
export const callback: Kind = ["a function", isFunction];
/** A kind: an object that is no array. */
export const object: Kind = ["an object", isObject];
/** A kind: any value at all. */
export const anything: Kind = ["anything", () => true];

/**
 * An object that can be asked to do these.
 *
 * @example
 * const store = able("an object with the function load", "load");
 * isOfKind(store, { load: () => "" }); // → true
 */
export function able(allowed: string, ...methods: readonly string[]): Kind {
  return [allowed, (value) => isObject(value) && methods.every((method) => isFunction(value[method]))];
}

/**
 * What a kind accepts, or true or false.
 *
 * @example
 * isOfKind(flagOr(count), 3); // → true
 */
export function flagOr([allowed, accepts]: Kind): Kind {
  return [`true, false or ${allowed}`, (value) => isBoolean(value) || accepts(value)];
}

/**
 * What a kind accepts, or a function of the attempt that gives it.
 *
 * @example
 * isOfKind(orFunction(count), () => 3); // → true
 */
export function orFunction([allowed, accepts]: Kind): Kind {
  return [`${allowed}, or a function`, (value) => isFunction(value) || accepts(value)];
}

/**
 * A kind that accepts just the listed values.
 *
 * @example
 * const transport = oneOf("tcp", "tls");
 * isOfKind(transport, "udp"); // → false
 * transport[0]; // → "\"tcp\" or \"tls\""
 */
export function oneOf(...values: readonly string[]): Kind {
  return [`"${values.join('" or "')}"`, (value) => values.includes(value as string)];
}

export const urlSource: Kind = [
  "a ws:, wss:, http: or https: url without a fragment, as a string, a URL or a function",
  (value) => typeof value === "string" || isFunction(value) || isUrl(value),
];

/** A kind: an `AbortSignal`, of any realm. */
export const abortSignal: Kind = ["an AbortSignal", (value) => isObject(value) && isBoolean(value.aborted)];

// RFC 6455 §4.1: the subprotocols are tokens, and all different.
/** A kind: an array of different subprotocol names, each a token (RFC 6455 §4.1). */
export const subprotocols: Kind = [
  "an array of different subprotocol names (RFC 9110 tokens)",
  (value) => Array.isArray(value) && new Set(value).size === value.length && value.every(isToken),
];

/** The keys of the library's part of the state. */
export const libraryKeys = ["uri", "headers", "wsOpts", "openOpts"] as const;

/** A kind: an object without the keys of the library's part of the state. */
export const initialState: Kind = [
  "an object without the keys uri, headers, wsOpts and openOpts",
  (value) => isObject(value) && !libraryKeys.some((key) => key in value),
];

export function isUrl(value: unknown): value is UrlLike {
  return isObject(value) && typeof value.href === "string";
}

function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[!#$%&'*+\-.^_`|~\w]+$/.test(value);
}

/** What an error says of an unknown name besides: what was meant, maybe. */
export type Suggest = (option: string) => string;

/**
 * Checks what was given against the declarations and lays it over the defaults, nested groups key by key. Names in
 * `ignored` are known, but neither checked nor used: what a platform cannot do. Throws an `OptionError` that names the
 * option's path, for a value that its kind does not accept and for a name that is no option.
 *
 * @example
 * const table: DeclarationTable = { retry: [count, 5], wsOpts: { keepalive: [positiveDuration, 20_000] } };
 * resolveOptions(table, { retry: 3 }); // → { retry: 3, wsOpts: { keepalive: 20_000 } }
 */
export function resolveOptions(
  table: DeclarationTable,
  given: unknown,
  ignored: readonly string[] = [],
  suggest?: Suggest,
  prefix = "",
): Record<string, unknown> {
  const values = check(prefix.slice(0, -1) || "options", given, object) as Record<string, unknown>;
  for (const key of Object.keys(values)) {
    const option = prefix + key;
    if (Object.hasOwn(table, key) || ignored.includes(option)) continue;
    const hint = suggest?.(option) ?? "";
    throw new OptionError(option, undefined, `is not an option${hint}`);
  }
  const resolved: Record<string, unknown> = {};
  for (const key in table) {
    const declared = table[key]!;
    const option = prefix + key;
    const value = ignored.includes(option) ? undefined : values[key];
    if (isDeclaration(declared)) {
      const [kind, fallback] = declared;
      resolved[key] = value === undefined ? fallback : check(option, value, kind);
    } else {
      resolved[key] =
        value === undefined
          ? defaultsOf(declared)
          : resolveOptions(declared, value, ignored, suggest, `${option}.`);
    }
  }
  return resolved;
}

const defaults: Map<DeclarationTable, Readonly<Record<string, unknown>>> = new Map();

/** What a group is of which nothing was given: all clients share it. */
function defaultsOf(table: DeclarationTable): Readonly<Record<string, unknown>> {
  if (!defaults.has(table)) defaults.set(table, Object.freeze(resolveOptions(table, {})));
  return defaults.get(table)!;
}

/** What options have at the path `group.option`. */
export function valueAt(options: object, path: string): unknown {
  const into = (value: unknown, key: string) => (value as Record<string, unknown> | undefined)?.[key];
  return path.split(".").reduce<unknown>(into, options);
}

/** A copy that has another value there. */
export function withValueAt<Options extends object>(options: Options, path: string, value: unknown): Options {
  const [group, name] = path.split(".") as [keyof Options, string?];
  return { ...options, [group]: name ? { ...options[group], [name]: value } : value };
}

/**
 * What cannot be read is of no kind.
 *
 * @example
 * isOfKind(positiveDuration, 0); // → false
 */
export function isOfKind([, accepts]: Kind, value: unknown): boolean {
  try {
    return accepts(value);
  } catch {
    return false;
  }
}

/**
 * The value, unless it is of another kind: then an `OptionError`.
 *
 * @example
 * check("openTimeout", 20_000, positiveDuration); // → 20_000
 */
export function check(option: string, value: unknown, kind: Kind): unknown {
  if (isOfKind(kind, value)) return value;
  throw new OptionError(
    option,
    value,
    `must be ${kind[0]}, not ${repeatable(value) ?? `this ${typeof value}`}`,
  );
}

function isDeclaration(declared: Declaration | DeclarationTable): declared is Declaration {
  return Array.isArray(declared);
}
