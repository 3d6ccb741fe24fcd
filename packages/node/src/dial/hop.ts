// A hop: one request of an attempt. The first goes where the url says, each redirect leads to the next.

import querystring from "node:querystring";
import { type HeaderFields, OptionError } from "@gundam/core";
import type { ResolvedNodeOptions } from "../node-options.ts";
import type { Answer } from "./answer.ts";
import { isBadPort } from "./bad-ports.ts";
import { type Target, targetOf } from "./target.ts";

export interface Hop {
  readonly target: Target;
  readonly headers: HeaderFields;
  /** How many redirects led here. */
  readonly redirects: number;
  /** The urls that were requested with these headers and cookies: coming back to one is a circle. */
  readonly trail: readonly string[];
}

/** Throws an `OptionError` where `transport` contradicts the url. */
export function firstHop(href: string, fields: HeaderFields, options: ResolvedNodeOptions): Hop {
  const target = targetOf(href, options);
  const headers = takeUserinfo(target.url, fields);
  return { target, headers, redirects: 0, trail: [target.url.href] };
}

/**
 * Where an answer redirects the hop; or, in words, why that is not followed; or undefined when it is not meant to be.
 * After Fetch's "HTTP-redirect fetch", but that only the same origin is shown the headers again; and not by another one's
 * leave: once a redirect has led away, none that leads back brings them along.
 */
export function nextHop(
  hop: Hop,
  { status, headers, setCookies }: Answer,
  options: ResolvedNodeOptions,
): Hop | string | undefined {
  const { maxRedirects } = options.httpOpts;
  if (!redirectStatuses.includes(status) || maxRedirects === 0) return undefined;
  if (hop.redirects >= maxRedirects) return `httpOpts.maxRedirects (${maxRedirects}) were followed already`;
  const location = headers.get("location");
  if (location === null) return "it has no Location";
  if (!URL.canParse(location, hop.target.url.href)) return "its Location is no url";
  const url = new URL(location, hop.target.url);
  url.protocol = url.protocol.replace(/^http/, "ws");
  if (url.protocol !== "ws:" && url.protocol !== "wss:") return "its Location has another scheme";
  if (url.protocol === "ws:" && hop.target.url.protocol === "wss:") return "it leads from wss: to ws:";
  // A server does not choose our credentials.
  url.username = url.password = url.hash = "";

  const target = targetOrProblem(url.href, options);
  if (typeof target === "string") return target;
  const isSameOrigin = target.url.origin === hop.target.url.origin;
  if (!isSameOrigin && isBadPort(target.url)) {
    return `it leads to port ${target.port}, a bad port of the Fetch standard, which belongs to another service`;
  }
  const isElsewhere = hop.target.isElsewhere || !isSameOrigin;
  // What the server would see the same way would be answered the same way.
  const isChanged = !isSameOrigin || (setCookies.length > 0 && options.cookieStore !== undefined);
  if (!isChanged && hop.trail.includes(target.url.href)) return "it leads in a circle";
  return {
    target: { ...target, source: "the redirect", isElsewhere },
    headers: isElsewhere ? {} : hop.headers,
    redirects: hop.redirects + 1,
    trail: [...(isChanged ? [] : hop.trail), target.url.href],
  };
}

// RFC 9110 §15.4; the other 3xx lead nowhere by themselves.
const redirectStatuses = [301, 302, 303, 307, 308];

function targetOrProblem(href: string, options: ResolvedNodeOptions): Target | string {
  try {
    return targetOf(href, options);
  } catch (error) {
    if (error instanceof OptionError) return `it leads to wss:, and ${error.message}`;
    throw error;
  }
}

/** RFC 7617: the userinfo leaves the url and becomes a header field, unless there is one. */
function takeUserinfo(url: URL, headers: HeaderFields): HeaderFields {
  const { username, password } = url;
  if (username === "" && password === "") return headers;
  url.username = url.password = "";
  if (Object.keys(headers).some((name) => /^authorization$/i.test(name))) return headers;
  const userinfo = Buffer.from(`${querystring.unescape(username)}:${querystring.unescape(password)}`);
  return { ...headers, Authorization: `Basic ${userinfo.toString("base64")}` };
}
