// The header fields of a CONNECT request: the user's own, and who the proxy's url says we are. They are for the proxy
// alone. A function may give anything, late or never, and none of that reaches further than the attempt.

import {
  type Awaitable,
  attempted,
  type HeaderFields,
  messageOf,
  OptionError,
  ProviderError,
} from "@gundam/core";
import type { ProxyHeadersContext, ProxyHeadersSource } from "../node-options.ts";
import { connectRequest, takeHeaderFields } from "../request-headers.ts";
import { causeOf } from "./phase.ts";
import type { ProxyEndpoint } from "./proxy-url.ts";

/** What is given: undefined for nothing, or why it cannot be used; never throws nor rejects. */
export function askForFields(
  source: ProxyHeadersSource,
  context: ProxyHeadersContext,
): Awaitable<HeaderFields | undefined | ProviderError> {
  return attempted<unknown, HeaderFields | undefined, HeaderFields | undefined | ProviderError>(
    () => (typeof source === "function" ? source(context) : source),
    (given) => (given === undefined ? undefined : takeGiven(given)),
    (fields) => fields,
    unusable,
  );
}

function takeGiven(given: unknown): HeaderFields {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) {
    return takeHeaderFields(given as HeaderFields, connectRequest);
  }
  const problem = "must be an object of header fields, a Headers or undefined";
  throw new OptionError(connectRequest.option, undefined, problem);
}

function unusable(cause: unknown): ProviderError {
  const problem = `failed: ${messageOf(cause)}`;
  return new ProviderError(connectRequest.option, problem, { cause: causeOf(cause) });
}

/** RFC 7617 for the user and the password of the proxy's url, unless the fields say who we are. */
export function withCredentials(fields: HeaderFields, { user, password }: ProxyEndpoint): HeaderFields {
  if ((user === "" && password === "") || haveCredentials(fields)) return fields;
  const userinfo = Buffer.from(`${user}:${password}`);
  return { ...fields, "Proxy-Authorization": `Basic ${userinfo.toString("base64")}` };
}

export function haveCredentials(fields: HeaderFields): boolean {
  return Object.keys(fields).some((name) => /^proxy-authorization$/i.test(name));
}
