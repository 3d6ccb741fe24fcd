// Placeholder types, replaced below.
import type { Failure } from "./errors.ts";

/** What a `retryFun` returns: the retries left after this one, and the wait before it in ms. */
export interface RetryPlan {
  readonly retries: number;
  readonly timeout: number;
}

/** What a `retryFun` is told of the failure it plans for. */
export interface PlanContext {
  /** Failures since the budget was last full; 1 for the first. */
  readonly attempt: number;
  /** ms since the last stable connection was lost, or since the life began. */
  readonly elapsed: number;
  /** How long the lost connection had been ready, in ms; 0 if it never was. */
  readonly lastUptime: number;
  readonly failure: Failure;
  /** What the server asked us to wait, in ms. */
  readonly retryAfter: number | undefined;
  /** Uniform in [0, 1); use it instead of `Math.random`, so that tests can repeat a run. */
  readonly random: () => number;
}
