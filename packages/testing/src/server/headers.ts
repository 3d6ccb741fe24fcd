// Header fields that an answer to the upgrade request carries.

import { OptionError } from "@gundam/core";

/** Header fields by name; a field that occurs several times has a list. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** RFC 9110 §5.6.2: what names of fields and subprotocols are. */
export const token: RegExp = /^[\w!#$%&'*+.^`|~-]+$/;

/** Throws `OptionError` for a field that would break out of the head. */
export function checkHeaders(option: string, headers: Headers): void {
  for (const [name, values] of Object.entries(headers)) {
    const isField = token.test(name) && [values].flat().every((value) => !control.test(value));
    if (!isField)
      throw new OptionError(option, headers, `must be header fields; ${JSON.stringify(name)} is none`);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const control = /[\0-\x08\x0a-\x1f\x7f]/;

/** Headers of lines `Name: value`; undefined when a line could not be sent as a header. */
export function readHeaders(lines: readonly string[]): Headers | undefined {
  const headers: Record<string, string[]> = {};
  for (const line of lines) {
    const match = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\x20-\x7e]*)$/.exec(line.trim());
    if (match === null) return undefined;
    const name = match[1]!;
    headers[name] = [...(headers[name] ?? []), match[2]!];
  }
  return headers;
}
