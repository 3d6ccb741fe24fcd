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
  const why = unfollowed && `the redirect was not followed: ${unfollowed}`;
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
