// The verdicts on what only some platforms see of an attempt: HTTP responses, and certificates.

import type { Failure } from "./errors.ts";
import { type Verdict, verdictOf } from "./retry.ts";

// Statuses that tell of a passing condition: RFC 9110 §15.5.9, §15.6; RFC 6585 §4; RFC 8470 §5.2.
const passingStatuses = [408, 425, 429, 500, 502, 503, 504];
const credentialStatuses = [401, 403, 407];

/**
 * The default verdict on a failure, where responses and certificates are seen.
 *
 * @example
 * const error = new RefusedError(503, new Headers());
 * httpVerdictOf({ kind: "response", status: 503, error, byUs: false }); // → "retry"
 */
export function httpVerdictOf(failure: Failure): Verdict {
  const { kind, status } = failure;
  if (kind === "certificate") return "elsewhere";
  // The proxy's 407 (RFC 9110 §15.5.8) is told as a failure of the proxy.
  if (kind !== "response" && status !== 407) return verdictOf(failure);
  if (credentialStatuses.includes(status!)) return "renewed";
  return passingStatuses.includes(status!) ? "retry" : "elsewhere";
}
