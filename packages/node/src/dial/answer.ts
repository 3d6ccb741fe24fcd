// What the server answers in place of a 101, and the refusal that it is unless it is a redirect to follow.

import type { IncomingMessage } from "node:http";
import { type Failure, RefusedError } from "@gundam/core";
import { withoutJson } from "../other-runtimes.ts";
import { retryAfterOf } from "./retry-after.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Each Set-Cookie field. */
  readonly setCookies: readonly string[];
}

export function answerOf({ statusCode = 0, rawHeaders }: IncomingMessage): Answer {
  const headers = headersFrom(rawHeaders);
  return { status: statusCode, headers, setCookies: headers.getSetCookie() };
}

export function headersFrom(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  return withoutJson(headers);
}

/** `unfollowed`: why the redirect that it asks for was not followed. */
export function refused({ status, headers }: Answer, unfollowed?: string): Failure {
  const retryAfter = retryAfterOf(headers.get("retry-after"), Date.now());
  const why = unfollowed === undefined ? advice[status] : `the redirect was not followed: ${unfollowed}`;
  const error = new RefusedError(status, headers, retryAfter, why);
  return {
    kind: "response",
    phase: "upgrade",
    status,
    // Whoever prints the failure prints no cookies.
    get headers() {
      return headers;
    },
    retryAfter,
    error,
    byUs: false,
  };
}

const renew = "check the credentials; what gives new ones for each attempt can be a function (headers, url)";
const isItThere = "is it a WebSocket server, and the url its own?";
const redirected = "give the url that it leads to, or allow httpOpts.maxRedirects";

/** What to do about refusals that end a client. */
const advice: Readonly<Record<number, string>> = {
  200: isItThere,
  301: redirected,
  302: redirected,
  303: redirected,
  307: redirected,
  308: redirected,
  401: renew,
  403: renew,
  404: isItThere,
  405: isItThere,
  410: isItThere,
  426: "it wants another protocol, or TLS: is it a wss: url?",
};
