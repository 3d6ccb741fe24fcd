// The request headers that a user may add to the opening handshake, or to the CONNECT that a proxy is asked by: no others,
// and none that would break out of it.

import type { ClientRequest } from "node:http";
import {
  chain,
  type HeaderFields,
  type HeadersLike,
  messageOf,
  OptionError,
  ProviderError,
} from "@gundam/core";
import { absorb, causeOf } from "./dial/phase.ts";
import { legibly } from "./read-options.ts";

/** A request that takes fields: the option that gives them, and the fields that are its own. */
interface Taker {
  readonly option: string;
  readonly name: string;
  readonly reserved: RegExp;
}

// RFC 6455 §4.1 gives these fields to the handshake itself; the last three would announce a body, which it never has.
const openingHandshake: Taker = {
  option: "headers",
  name: "the opening handshake",
  reserved: /^(sec-websocket-.*|connection|upgrade|content-length|transfer-encoding|trailer)$/i,
};

// RFC 9112 §3.2: Host says what the request line says. CONNECT has no body either.
export const connectRequest: Taker = {
  option: "tcpOpts.proxyHeaders",
  name: "the CONNECT request",
  reserved: /^(host|connection|upgrade|content-length|transfer-encoding|trailer|te|expect)$/i,
};

// RFC 9110 §5.1 and §5.5, as `http.validateHeaderName` and `http.validateHeaderValue` read them.
const validName = /^[\w!#$%&'*+.^`|~-]+$/;
const invalidInValue = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The fields as they are now: what was checked is what is sent, whatever becomes of the object until then. Throws an
 * `OptionError` for fields that cannot be sent.
 */
export function takeHeaderFields(
  given: HeaderFields | HeadersLike,
  taker: Taker = openingHandshake,
): HeaderFields {
  const fields = copyOf(given, taker);
  checkHeaderFields(fields, taker);
  return fields;
}

/** Throws an `OptionError` for a field that cannot be sent. No value is repeated in it: it may be a secret. */
export function checkHeaderFields(
  fields: object,
  { option, name: taker, reserved }: Taker = openingHandshake,
): asserts fields is HeaderFields {
  const problem = (what: string, text: string) =>
    new OptionError(option, undefined, `cannot be sent: ${what} ${text}`);
  for (const [i, [name, value]] of Object.entries(fields).entries()) {
    // It may be a whole field, value and all.
    if (!validName.test(name)) throw problem(`the name of field ${i + 1}`, "is no name (RFC 9110 §5.1)");
    const field = JSON.stringify(name);
    if (reserved.test(name)) throw problem(field, `belongs to ${taker}; leave it out`);
    for (const line of Array.isArray(value) ? value : [value]) {
      if (typeof line !== "string") throw problem(field, "must be a string or an array of strings");
      if (invalidInValue.test(line))
        throw problem(field, "contains characters that no header field may hold");
    }
  }
}

/** RFC 6265 §5.4: there is one Cookie field. The user's own cookies go before those of the store. */
export function withCookies(headers: HeaderFields, cookies: string): HeaderFields {
  if (cookies === "") return headers;
  const name = Object.keys(headers).find((name) => /^cookie$/i.test(name)) ?? "Cookie";
  return { ...headers, [name]: [...[headers[name] ?? []].flat(), cookies].join("; ") };
}

/** Spells the names of all fields as the user's function says. Throws a `ProviderError` when it says another name. */
export function respellHeaderNames(request: ClientRequest, spell: (name: string) => string): void {
  for (const name of request.getRawHeaderNames()) {
    const spelt = spelling(name, spell);
    const isSame = typeof spelt === "string" && spelt.toLowerCase() === name.toLowerCase();
    if (!isSame) {
      const problem = `must answer with the same name in any letter case, which it did not for ${JSON.stringify(name)}`;
      throw new ProviderError("httpOpts.transformHeaderName", problem);
    }
    request.setHeader(spelt, request.getHeader(name)!);
  }
}

function spelling(name: string, spell: (name: string) => unknown): unknown {
  try {
    const spelt = spell(name);
    // That a promise is no name is told, and nobody waits for it.
    void chain(spelt, absorb, absorb);
    return spelt;
  } catch (cause) {
    throw new ProviderError("httpOpts.transformHeaderName", `failed: ${messageOf(cause)}`, {
      cause: causeOf(cause),
    });
  }
}

function copyOf(given: HeaderFields | HeadersLike, { option }: Taker): object {
  const lines = (value: unknown) => (Array.isArray(value) ? [...value] : value);
  return legibly(option, () =>
    Object.fromEntries(entriesOf(given).map(([name, value]) => [name, lines(value)])),
  );
}

function entriesOf(given: HeaderFields | HeadersLike): [string, unknown][] {
  if (typeof given.forEach !== "function") return Object.entries(given);
  const entries: [string, unknown][] = [];
  (given as HeadersLike).forEach((value, name) => {
    entries.push([name, value]);
  });
  return entries;
}
