// What the phases of a dial have in common. A phase is a function that starts it, is told how to end, and returns how
// to let go of it.

import { type Failure, messageOf, printable } from "@gundam/core";

/** How a phase ends: by one of these, once, never synchronously, and not at all once it was let go of. */
export interface PhaseEnd<Result> {
  done(result: Result): void;
  failed(failure: Failure): void;
}

/** Lets go of a phase at any time, of one that is done too: destroys its socket and absorbs what that still says. */
export type Release = () => void;

/** The end of a phase that could not even be started. */
export function failLater(failure: Failure, end: PhaseEnd<never>): Release {
  let released = false;
  process.nextTick(() => released || end.failed(failure));
  return () => {
    released = true;
  };
}

/** Node ends a process over an 'error' that nobody listens for, however late: every socket keeps this listener. */
export function absorb(): void {}

/** What Node's own errors carry besides their words: the url that was none, and what was no HTTP, cookies and all. */
const carried = ["input", "base", "rawPacket"];

/** What failed, as the cause of an error of ours: without what Node lets it carry, which may be a secret. */
export function causeOf(thrown: unknown): unknown {
  if (/^(ERR_INVALID_URL$|HPE_)/.test(codeOf(thrown))) {
    for (const field of carried) Reflect.deleteProperty(thrown as object, field);
  }
  return thrown;
}

/** What Node says an error is, for error texts: its code, or its message if it has none. */
export function codeOf(cause: unknown): string {
  const { code, message } = Object(cause) as Readonly<Record<string, unknown>>;
  const said = [code, message, cause].find((each) => typeof each === "string");
  return said === undefined ? `a value of type ${typeof cause}` : printable(said as string);
}

/**
 * What may be told of an error that Node has thrown over an option: what OpenSSL says of it. Node's own words repeat the
 * value, which may be a secret at the wrong place, so that of them only the code and the option's name are told.
 */
export function unusableOption(thrown: unknown): { readonly problem: string; readonly cause: unknown } {
  const { code, message } = Object(thrown) as Readonly<Record<string, unknown>>;
  const isOfNode = typeof code === "string" && !/^ERR_(OSSL|SSL)_/.test(code);
  if (!isOfNode) return { problem: messageOf(thrown), cause: thrown };
  const name = /^The "(?:options\.)?([\w.]+)"/.exec(String(message))?.[1];
  return { problem: name === undefined ? code : `${code}, ${name}`, cause: undefined };
}
