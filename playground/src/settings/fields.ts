// The form's fields, made from the library's own table of options: what there is in a browser, what each accepts, what it
// is without being given, and what its docstring says.

import { docs } from "virtual:library-facts";
import {
  abortSignal,
  anything,
  callback,
  codec,
  type Declaration,
  type DeclarationTable,
  flag,
  heartbeat,
  initialState,
  type Kind,
  subprotocols,
  supervision,
  tracing,
} from "@gundam/core";
import { backoff, browserPlatform, json } from "gundam";

/** A value that only code can give, by the code that gives it. */
export interface Choice {
  readonly code: string;
  readonly value: unknown;
}

export type Control =
  | { readonly type: "text" | "list" | "json" | "flag" }
  | { readonly type: "choice"; readonly choices: readonly Choice[]; readonly isFunction: boolean };

export interface Field {
  /** The option's path, e.g. `wsOpts.closingTimeout`. */
  readonly path: string;
  readonly control: Control;
  /** What it is without being given. */
  readonly fallback: unknown;
  readonly unit: string;
  readonly doc: string;
}

/** What a form can offer of options that are functions. */
const functions: Readonly<Record<string, readonly Choice[]>> = {
  retryFun: [{ code: "backoff()", value: backoff() }],
  shouldRetry: [
    { code: "() => true", value: () => true },
    { code: "() => false", value: () => false },
  ],
};

/** What stands elsewhere on the page, or makes sense in code alone. */
const elsewhere = new Set<Kind>([abortSignal]);

export const fields: readonly Field[] = fieldsOf(browserPlatform.declarations, "");

export const fieldsByPath: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.path, field]));

/** What a user would write to get the value that was typed; what cannot be read stays a string, for the library to refuse. */
export function readValue({ control }: Field, typed: string): unknown {
  switch (control.type) {
    case "flag":
      return typed === "true" ? true : typed === "false" ? false : typed;
    case "choice":
      return control.choices.find(({ code }) => code === typed)?.value ?? typed;
    case "list":
      return typed.split(/[\s,]+/).filter((part) => part !== "");
    case "json":
      return jsonOr(typed);
    case "text":
      return typed.trim() === "" || Number.isNaN(Number(typed)) ? typed : Number(typed);
  }
}

function jsonOr(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
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
    return [
      {
        path,
        control,
        fallback: path === "supervise" ? browserPlatform.supervised : fallback,
        unit,
        doc: text,
      },
    ];
  });
}

/** Undefined for what a form cannot give. */
function controlOf(path: string, kind: Kind): Control | undefined {
  if (elsewhere.has(kind)) return undefined;
  if (kind === flag || kind === supervision || kind === tracing) return { type: "flag" };
  if (kind === subprotocols) return { type: "list" };
  if (kind === heartbeat || kind === initialState || kind === anything) return { type: "json" };
  if (kind === codec)
    return { type: "choice", choices: [{ code: "json()", value: json() }], isFunction: false };
  if (kind === callback) {
    const choices = functions[path];
    return choices && { type: "choice", choices, isFunction: true };
  }
  const listed = [...kind.allowed.matchAll(/"([^"]+)"/g)].map(([, value]) => ({ code: value!, value }));
  return listed.length > 0 ? { type: "choice", choices: listed, isFunction: false } : { type: "text" };
}

function isDeclaration(declared: Declaration | DeclarationTable): declared is Declaration {
  return Array.isArray(declared);
}
