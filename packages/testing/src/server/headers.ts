// Header fields that an answer to the upgrade request carries.

export type Headers = Readonly<Record<string, string | readonly string[]>>;

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
