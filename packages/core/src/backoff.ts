// A retry policy for production, for the lone client and for a million of them. Its constants were searched for over the
// grid of storms in docs/retry.md, which says where it is beaten.

import type { TimeoutError } from "./errors.ts";
import { isCrowded, type PlanContext, type PlanOptions, type RetryPlan } from "./retry.ts";

/** The first retry comes within this time. */
const FIRST_SPREAD = 100;
/** The first retry after a close code that says to come back later to everybody at once. */
const CROWD_SPREAD = 10_000;
/** A span is what a wait is a share of. This one is for the second retry: in a fleet everybody makes it at the same time. */
const LEAST_SPAN = 640;
/** From here on a span grows slowly, for a client is back no later than its longest wait after its server. */
const USUAL_SPAN = 4_000;
const GROWTH = 0.01;
const LONGEST_SPAN = 20_000;
/** A wait is this share of a span, and up to a half more. */
const LEAST_SHARE = 0.25;

/**
 * A `retryFun` that waits in proportion to how long the connection has been gone: the first retry within 100 ms, then
 * a quarter to three quarters of the time since the loss, at least 160 to 480 ms, and 1 to 3 s after 4 s, which grows to
 * 5 to 15 s within half an hour. The time that an attempt took to time out is taken off. There is no exponent to tune.
 *
 * @example connect({ url, retry: Infinity, retryFun: backoff() })
 */
export function backoff(): (retriesLeft: number, options: PlanOptions, context: PlanContext) => RetryPlan {
  return (retriesLeft, _, { attempt, elapsed, failure, random }) => {
    const { timeout: waited = 0 } = failure.error as Partial<TimeoutError>;
    const span = Math.min(elapsed, USUAL_SPAN + elapsed * GROWTH, LONGEST_SPAN) - waited;
    const timeout =
      attempt === 1
        ? random() * (isCrowded(failure) ? CROWD_SPREAD : FIRST_SPREAD)
        : Math.max(LEAST_SPAN, span) * (LEAST_SHARE + random() / 2);
    return { retries: retriesLeft - 1, timeout };
  };
}

/** As long as a wait gets. */
export function longestWait(random: () => number): number {
  return LONGEST_SPAN * (LEAST_SHARE + random() / 2);
}
