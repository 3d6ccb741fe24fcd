// The form's fields, made from the library's own table of options: what there is in a browser, what each accepts, what it
// is without being given, and what its docstring says.

import { docs } from "virtual:library-facts";
import {
  abortSignal,
  callback,
  type Declaration,
  type DeclarationTable,
  isOfKind,
  type Kind,
} from "@gundam/core";
import { backoff, browserPlatform, type HeartbeatOptions, heartbeat, json } from "gundam";

/** A value that only code can give, by the code that gives it. */
export interface Choice {
  readonly code: string;
  readonly value: unknown;
}

/** A function of the library that makes the value; what is typed is its argument, as JSON. */
export interface Maker {
  readonly name: string;
  readonly make: (argument: unknown) => unknown;
}

export type Control =
  | { readonly type: "text" | "flag" }
  /** `example`: as it may be typed. */
  | { readonly type: "list" | "json"; readonly example: string }
  | { readonly type: "made"; readonly maker: Maker; readonly example: string }
  | { readonly type: "choice"; readonly choices: readonly Choice[] };

export interface Field {
  /** The option's path, e.g. `wsOpts.closingTimeout`. */
  readonly path: string;
  readonly control: Control;
  /** What it is without being given. */
  readonly fallback: unknown;
  readonly unit: string;
  readonly doc: string;
}

/** What a form can offer where only code can give a value, and where a value has parts of its own. */
const offers: Readonly<Record<string, Control>> = {
  retryFun: choiceOf({ code: "backoff()", value: backoff() }),
  shouldRetry: choiceOf(
    { code: "() => true", value: () => true },
    { code: "() => false", value: () => false },
  ),
  "wsOpts.protocols": { type: "list", example: "chat, news" },
  "wsOpts.codec": choiceOf({ code: "json()", value: json() }),
  "wsOpts.heartbeat": {
    type: "made",
    maker: { name: "heartbeat", make: (argument) => heartbeat(argument as HeartbeatOptions) },
    example: '{ "message": "ping", "interval": 20000 }',
  },
  "wsOpts.userOpts": { type: "json", example: '{ "version": 2 }' },
  state: { type: "json", example: '{ "room": 7 }' },
};

/** What stands elsewhere on the page, or makes sense in code alone. */
const elsewhere = new Set<Kind>([abortSignal]);

export const fields: readonly Field[] = fieldsOf(browserPlatform.declarations, "");

export const fieldsByPath: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.path, field]));

/**
 * The value that was typed, as the code would give it; what cannot be read stays a string, for the library to refuse.
 * Throws what a maker throws.
 */
export function readValue({ control }: Field, typed: string): unknown {
  switch (control.type) {
    case "flag":
      return typed === "true" ? true : typed === "false" ? false : typed;
    case "choice":
      return control.choices.find(({ code }) => code === typed)?.value ?? typed;
    case "list":
      return typed.split(/[\s,]+/).filter((part) => part !== "");
    case "json":
      return readJson(typed);
    case "made":
      return control.maker.make(readJson(typed));
    case "text":
      return typed.trim() === "" || Number.isNaN(Number(typed)) ? typed : Number(typed);
  }
}

/** What is no JSON is a text. */
export function readJson(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

function choiceOf(...choices: readonly Choice[]): Control {
  return { type: "choice", choices };
}

function fieldsOf(table: DeclarationTable, prefix: string): Field[] {
  return Object.entries(table).flatMap(([key, declared]) => {
    const path = prefix + key;
    if (browserPlatform.ignored.includes(path)) return [];
    if (!isDeclaration(declared)) return fieldsOf(declared, `${path}.`);
    const [kind, fallback] = declared;
    const control = controlOf(path, kind);
    if (path === "url" || control === undefined) return [];
    const { text: doc = "", unit = "" } = docs[path] ?? {};
    const given = path === "supervise" ? browserPlatform.supervised : fallback;
    return [{ path, control, fallback: given, unit, doc }];
  });
}

/** Undefined for what a form cannot give. */
function controlOf(path: string, kind: Kind): Control | undefined {
  if (elsewhere.has(kind)) return undefined;
  if (kind === callback || path in offers) return offers[path];
  const [allowed] = kind;
  if (isOfKind(kind, true)) return { type: "flag" };
  const listed = [...allowed.matchAll(/"([^"]+)"/g)].map(([, value]) => ({ code: value!, value }));
  return listed.length > 0 ? choiceOf(...listed) : { type: "text" };
}

function isDeclaration(declared: Declaration | DeclarationTable): declared is Declaration {
  return Array.isArray(declared);
}
