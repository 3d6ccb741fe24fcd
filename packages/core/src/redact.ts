// What is a secret, and what is told in its place. Secrets are: a url's userinfo, query and fragment; a header field's value,
// unless it is known to hold none; a message; and a text or an object that a user gave as an option that cannot work, for it
// may be a secret at the wrong place. All of it takes linear time: a peer chooses how long a Location is.

import type { HeadersLike } from "./structural.ts";

/** The fields of a response that say nothing of who asked, and what they may be asked for by whoever looks into a failure. */
const openFields =
  /^(age|allow|cache-control|connection|content-(encoding|length|type)|date|keep-alive|retry-after|sec-websocket-(accept|extensions|version)|server|transfer-encoding|upgrade|vary|via|x-powered-by)$/i;

/** What an error may repeat of a value that cannot work: a number. All else may be a secret that came to the wrong place. */
export function repeatable(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/**
 * A url, or what was to be one, without its userinfo, its query and its fragment.
 *
 * @example
 * redactUrl("wss://user:secret@example.org/feed?token=secret"); // → "wss://***@example.org/feed?***"
 */
export function redactUrl(url: string): string {
  return (
    url
      // The URL standard drops these first.
      .replace(/^[\0- ]+|[\t\n\r]/g, "")
      .replace(/([?#]).+/s, "$1***")
      // Userinfo ends with the last @ of the authority, which a url may begin with, too.
      .replace(/^((?:[a-z][a-z\d+.-]*:)?[/\\]+)?[^/\\]*@/i, "$1***@")
  );
}

/** A header field's value, hidden unless the field is known to hold no secret. */
export function redactHeader(name: string, value: string): string {
  if (/^(content-)?location$/i.test(name)) return redactUrl(value);
  return openFields.test(name) ? value : "***";
}

/**
 * What an observer may see of an event: all but the secrets of a response's headers, in it or in the errors of it.
 *
 * @example
 * const headers = new Headers({ "set-cookie": "sid=1", server: "nginx" });
 * const told = withoutSecrets({ headers }) as { headers: HeadersLike };
 * told.headers.get("set-cookie"); // → "***"
 * told.headers.get("server"); // → "nginx"
 */
export function withoutSecrets(detail: unknown): unknown {
  const { headers, error, cause } = (detail ?? {}) as {
    headers?: HeadersLike;
    error?: unknown;
    cause?: unknown;
  };
  const changes: Record<string, unknown> = {};
  if (headers !== undefined) changes.headers = redactHeaders(headers);
  for (const [key, nested] of Object.entries({ error, cause })) {
    const shown = isOurs(nested) ? withoutSecrets(nested) : nested;
    if (shown !== nested) changes[key] = shown;
  }
  return Object.keys(changes).length === 0 ? detail : changed(detail as object, changes);
}

/** What users throw is theirs, and may throw at every question. */
function isOurs(value: unknown): boolean {
  try {
    return (value as { isGundamError?: unknown } | undefined)?.isGundamError === true;
  } catch {
    return false;
  }
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
