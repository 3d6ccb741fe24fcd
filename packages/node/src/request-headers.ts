// The request headers that a user may add to the opening handshake: no others, and none that would break out of it.

import { type HeaderFields, OptionError } from "@gundam/core";

// RFC 6455 §4.1 gives these fields to the handshake itself; the last two would announce a body, which it never has.
const reserved = /^(sec-websocket-.*|connection|upgrade|content-length|transfer-encoding)$/i;
// RFC 9110 §5.1 and §5.5, as `http.validateHeaderName` and `http.validateHeaderValue` read them.
const validName = /^[\w!#$%&'*+.^`|~-]+$/;
const invalidInValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Throws an `OptionError` for a field that cannot be sent. No value is repeated in it: it may be a secret. */
export function checkHeaderFields(fields: object): asserts fields is HeaderFields {
  for (const [name, value] of Object.entries(fields)) {
    if (!validName.test(name)) throw problem(name, "is not a header field name (RFC 9110 §5.1)");
    if (reserved.test(name)) throw problem(name, "belongs to the opening handshake; leave it out");
    for (const line of Array.isArray(value) ? value : [value]) {
      if (typeof line !== "string") throw problem(name, "must be a string or an array of strings");
      if (invalidInValue.test(line)) throw problem(name, "contains characters that no header field may hold");
    }
  }
}

function problem(name: string, text: string): OptionError {
  return new OptionError("headers", undefined, `cannot be sent: ${JSON.stringify(name)} ${text}`);
}
