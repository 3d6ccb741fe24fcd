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

/** Node's own words over a value that it cannot use: they repeat it. */
const repeating = /^ERR_(INTERNAL_ASSERTION|INVALID_|OUT_OF_RANGE|TLS_INVALID_|TLS_PROTOCOL_|CRYPTO_)/;

/**
 * What an error says, and what is its cause. Of one of Node's that repeats a value, which may be a secret at the wrong
 * place, only its code is told, and Node's name for what had the value.
 */
export function wordsOf(thrown: unknown): { readonly words: string; readonly cause: unknown } {
  const { code, message } = Object(thrown) as Readonly<Record<string, unknown>>;
  if (typeof code === "string" && repeating.test(code)) {
    const name = /^The "(?:options\.)?([\w.]+)"/.exec(String(message))?.[1];
    return { words: name === undefined ? code : `${code}: ${name}`, cause: undefined };
  }
  // OpenSSL ends its words with a line end.
  const words = typeof message === "string" ? message.trimEnd() : messageOf(thrown);
  return { words: printable(words), cause: thrown };
}
