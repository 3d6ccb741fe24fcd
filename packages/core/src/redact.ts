// What a trace or an error may show of a url or a header: where, never the secrets.

import type { HeadersLike } from "./structural.ts";

// Credentials, sessions, and what a challenge (RFC 9110 §11.6) gives to answer with.
const secretFields =
  /^(authorization|cookie|set-cookie2?|www-authenticate|proxy-auth.*|authentication-info)$|token|secret|session|key|password/i;

/** A url without its userinfo, and with the values of its query hidden. */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z+.-]+:\/\/)[^/?#]*@/i, "$1***@").replace(/([?&][^=&#]*)=[^&#]*/g, "$1=***");
}

/** What an observer may see of an event: all but the secrets of the response's headers, in it or in its error. */
export function withoutSecrets(detail: unknown): unknown {
  const { headers, error } = (detail ?? {}) as { headers?: HeadersLike; error?: { headers?: unknown } };
  if (headers !== undefined) return changed(detail as object, { headers: redactHeaders(headers) });
  return error?.headers === undefined ? detail : changed(detail as object, { error: withoutSecrets(error) });
}

/** A copy, of the same class, in which these are other values. */
function changed(original: object, values: object): unknown {
  // An engine may make an error's stack anew for the object it is asked of.
  const { stack } = original as { stack?: string };
  const others = stack === undefined ? values : { ...values, stack };
  return Object.create(Object.getPrototypeOf(original), {
    ...Object.getOwnPropertyDescriptors(original),
    ...Object.getOwnPropertyDescriptors(others),
  });
}

function redactHeaders(headers: HeadersLike): HeadersLike {
  return {
    get(name) {
      const value = headers.get(name);
      return value && redactHeader(name, value);
    },
    forEach(visit) {
      headers.forEach((value, name) => {
        visit(redactHeader(name, value), name);
      });
    },
  };
}

/** A header field's value, hidden where the field may carry a secret. */
export function redactHeader(name: string, value: string): string {
  if (secretFields.test(name)) return "***";
  return /^(content-)?location$/i.test(name) ? redactUrl(value) : value;
}
