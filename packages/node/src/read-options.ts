// The options, read once and for all: a getter among them, or a Proxy, can throw, or give something else the next time.

import { type DeclarationTable, messageOf, OptionError } from "@gundam/core";
import { nodeDeclarations } from "./node-options.ts";

/** A copy, whose groups are copies, too; what is of another kind is for the declarations to refuse. Throws an `OptionError`. */
export function readOptions<Options>(given: Options): Options {
  const options = readGroup("options", given, nodeDeclarations as DeclarationTable, "");
  if (!isObject(options)) return given;
  const { url, state, wsOpts } = options;
  const href = isObject(url) && legibly("url", () => url.href);
  if (typeof href === "string") options.url = href;
  if (isObject(state)) options.state = legibly("state", () => copyOf(state));
  if (isObject(wsOpts) && isObject(wsOpts.heartbeat)) {
    const { heartbeat } = wsOpts;
    // It is looked at for each message.
    wsOpts.heartbeat = legibly("wsOpts.heartbeat", () => copyOf(heartbeat));
  }
  return options as Options;
}

/** Reads what a user has given. Throws an `OptionError` where that throws. */
export function legibly<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw isOptionError(cause)
      ? cause
      : new OptionError(option, undefined, `cannot be read: ${messageOf(cause)}`);
  }
}

function readGroup(name: string, given: unknown, table: DeclarationTable, prefix: string): unknown {
  if (!isObject(given)) return given;
  return legibly(name, () => {
    if (Array.isArray(given)) return given;
    const group: Record<string, unknown> = {};
    // What an object inherits counts, too.
    const declared = Object.keys(table).filter((key) => key in given);
    for (const key of [...Object.keys(given), ...declared]) {
      if (key in group) continue;
      const path = prefix + key;
      const value = legibly(path, () => given[key]);
      const kind = Object.hasOwn(table, key) ? table[key]! : [];
      const isGroup = !Array.isArray(kind);
      group[key] = isGroup ? readGroup(path, value, kind as DeclarationTable, `${path}.`) : value;
    }
    return group;
  });
}

/** Lists are refused as they are. */
function copyOf(given: object): object {
  return Array.isArray(given) ? given : { ...given };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isOptionError(cause: unknown): boolean {
  try {
    return cause instanceof OptionError;
  } catch {
    return false;
  }
}
