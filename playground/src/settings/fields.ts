// The form's fields, made from the library's own table of options: what there is in a browser, what each accepts, what it
// is without being given, and what its docstring says.

import { docs } from "virtual:library-facts";
import {
  abortSignal,
  anything,
  callback,
  type Declaration,
  type DeclarationTable,
  initialState,
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
  readonly example: string;
}

export type Control =
  | { readonly type: "text" | "list" | "json" | "flag" }
  | { readonly type: "made"; readonly maker: Maker }
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

/** What a form can offer where only code can give a value. */
const offers: Readonly<Record<string, Control>> = {
  retryFun: choiceOf({ code: "backoff()", value: backoff() }),
  shouldRetry: choiceOf(
    { code: "() => true", value: () => true },
    { code: "() => false", value: () => false },
  ),
  "wsOpts.codec": choiceOf({ code: "json()", value: json() }),
  "wsOpts.heartbeat": {
    type: "made",
    maker: {
      name: "heartbeat",
      make: (argument) => heartbeat(argument as HeartbeatOptions),
      example: '{ "message": "ping", "interval": 20000, "when": "idle" }',
    },
  },
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
    const { text = "", unit = "" } = docs[path] ?? {};
    const howTo =
      control.type === "made" ? ` Here: its argument as JSON, such as ${control.maker.example}` : "";
    return [
      {
        path,
        control,
        fallback: path === "supervise" ? browserPlatform.supervised : fallback,
        unit,
        doc: text + howTo,
      },
    ];
  });
}

/** Undefined for what a form cannot give. */
function controlOf(path: string, kind: Kind): Control | undefined {
  if (elsewhere.has(kind)) return undefined;
  if (kind === callback || path in offers) return offers[path];
  if (kind === initialState || kind === anything) return { type: "json" };
  const [allowed] = kind;
  if (isOfKind(kind, ["name"])) return { type: "list" };
  if (isOfKind(kind, true)) return { type: "flag" };
  const listed = [...allowed.matchAll(/"([^"]+)"/g)].map(([, value]) => ({ code: value!, value }));
  return listed.length > 0 ? choiceOf(...listed) : { type: "text" };
}

function isDeclaration(declared: Declaration | DeclarationTable): declared is Declaration {
  return Array.isArray(declared);
}
