// A retry policy for production: near-optimal for the lone client and for a million of them.

import { isCrowded, type PlanContext, type PlanOptions, type RetryPlan } from "./retry.ts";

/** The first retry comes within this time. */
const FIRST_SPREAD = 100;
/** The first retry after a close code that says to come back later to everybody at once. */
const CROWD_SPREAD = 10_000;
const LEAST = 100;
/** The cap is itself spread, so that a long outage leaves no waves behind. */
const LEAST_CAP = 5_000;
const MOST_CAP = 20_000;

/**
 * A `retryFun` that waits in proportion to how long the connection has been gone: the first retry within 100 ms, then
 * a quarter to the whole of the time since the loss, at least 100 ms, at most 5 to 20 s. A client is back within twice
 * its outage by construction, and there is no exponent to tune. Cap first, jitter after.
 *
 * @example connect({ url, retry: Infinity, retryFun: backoff() })
 */
export function backoff(): (retriesLeft: number, options: PlanOptions, context: PlanContext) => RetryPlan {
  return (retriesLeft, _, { attempt, elapsed, failure, random }) => {
    const retries = retriesLeft - 1;
    if (attempt === 1)
      return { retries, timeout: random() * (isCrowded(failure) ? CROWD_SPREAD : FIRST_SPREAD) };
    const capped = Math.min(elapsed, longestWait(random));
    return { retries, timeout: Math.max(LEAST, capped * (0.25 + 0.75 * random())) };
  };
}

/** The cap: as long as a wait gets. */
export function longestWait(random: () => number): number {
  return LEAST_CAP + random() * (MOST_CAP - LEAST_CAP);
}
