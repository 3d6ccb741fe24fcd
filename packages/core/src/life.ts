// What a life remembers from one attempt to the next, and what is decided on a failure: the words that the table and
// the retry policies share.

import type { Failure } from "./errors.ts";

/** A wait under this many ms counts as hurried: there is only one such wait between two stable connections. */
export const SHORT_WAIT = 100;
/** The longest delay that a platform's timer keeps: WHATWG and Node have 32 bits for it. */
export const LONGEST_WAIT: number = 2 ** 31 - 1;

/** After a wake a waiting client attempts within this time, so that a fleet that woke together does not stampede. */
export const WAKE_SPREAD = 250;
/** How long a platform may take to tell how a connection ended. Chromium waits 2 s for the end of TCP. */
export const ENDING_PATIENCE = 3_000;
/** A page that nobody sees retries at this distance at least, and for free: browsers throttle its timers anyway. */
export const HIDDEN_WAIT = 30_000;

/** After a code that says so to everybody at once, the first retry is spread over this long: RFC 6455 §7.2.3. */
export const CROWD_SPREAD = 5_000;
/** What a page's own browser may have ended is not the crowd's: the page may stay, and whoever looks at it waits. */
export const OWN_SPREAD = 1_500;
export const LONGEST_RETRY_AFTER = 300_000;

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
  /** With several endpoints; what the others say of an endpoint is then said of the one of now. */
  readonly route?: Route | undefined;
}

/** Where the attempts of a life lead that has several endpoints, and what it knows of them. */
export interface Route {
  /** The router that it is of. */
  readonly of: Router;
  /** In the order in which they are tried. */
  readonly places: readonly Place[];
  /** The one of now, or of the next attempt, among them. */
  readonly at: number;
  /** How many rounds through them have failed since the budget was last full. */
  readonly rounds: number;
}

/** What a life is to remember of where its next attempt leads. */
export type Course = Pick<Life, "route" | "hasWorked">;

/** What a life knows of an endpoint; times are monotonic ms. */
export interface Place {
  /** Its place in the list that was given. */
  readonly index: number;
  /** It has failed in the round of now. */
  readonly hasFailed: boolean;
  /** Until then it wants to be left alone. */
  readonly notBefore: number;
  /** Until then it is struck out. */
  readonly struckUntil: number;
  /** A connection to it was ready in this life. */
  readonly hasWorked: boolean;
}

/** What leads a life from endpoint to endpoint: `endpoints()` makes it. */
export interface Router {
  /** At the beginning of a life; `random` is uniform in [0, 1). */
  begin(random: number): Route;
  /** Another endpoint may be tried at once, though no retry is left. */
  goesOn(life: Life, setback: Setback, now: number): boolean;
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

/** What is decided on a setback; without a retry it is the end. */
export type Decision = Retry | undefined;

export interface Retry {
  readonly retries: number;
  /** ms from now. */
  readonly delay: number;
  /** ms from now that a wake does not cut short. */
  readonly floor: number;
  /** This was the one time that such a failure is forgiven. */
  readonly forgiven: boolean;
  /** Another endpoint is tried at once, within the round: that is no retry. */
  readonly isOnward?: boolean;
  /** Where the next attempt leads that has several endpoints. */
  readonly course?: Course;
}
