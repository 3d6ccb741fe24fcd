// What a life remembers from one attempt to the next, and what is decided on a failure: the words that the table and
// the retry policies share.

import type { Failure, GundamError } from "./errors.ts";

/** A wait under this many ms counts as hurried: there is only one such wait between two stable connections. */
export const SHORT_WAIT = 100;
/** The longest delay that a platform's timer keeps: WHATWG and Node have 32 bits for it. */
export const LONGEST_WAIT: number = 2 ** 31 - 1;

export interface Life {
  readonly retriesLeft: number;
  /** Failures since the budget was last full. */
  readonly failures: number;
  /** When the last stable connection was lost, or the life began: where `elapsed` counts from. */
  readonly since: number;
  /** Since the last stable connection there was a wait of under 100 ms; the next one is longer. */
  readonly hasHurried: boolean;
  /** Since the last stable connection a failure that is forgiven once was forgiven. */
  readonly hasForgiven: boolean;
  /** A connection was ready in this life: the endpoint is known to work. */
  readonly hasWorked: boolean;
}

/** A failure, and what the connection was that it ended. */
export interface Setback {
  readonly failure: Failure;
  /** `onConnect` was called for it. */
  readonly wasOpen: boolean;
  /** How long it had been ready, in ms; 0 if it never was. */
  readonly uptime: number;
  /** It had been ready for `stableAfter`. */
  readonly wasStable: boolean;
}

/** `problems`: what went wrong with the functions that were asked, so that the defaults decided. */
export type Decision =
  | { readonly verdict: "stop"; readonly problems: readonly GundamError[] }
  | {
      readonly verdict: "retry";
      readonly problems: readonly GundamError[];
      readonly retries: number;
      /** ms from now. */
      readonly delay: number;
      /** ms from now that a wake does not cut short. */
      readonly floor: number;
      /** This was the one time that such a failure is forgiven. */
      readonly forgiven: boolean;
    };
