// The runtime port: everything core needs of the platform that is not a connection. One implementation a platform,
// one virtual implementation for tests.

import type { AbortControllerLike, AbortSignalLike } from "./structural.ts";

/** Stops a timer; calling it again, or after the timer has fired, does nothing. */
export type CancelTimer = () => void;

/** Everything core needs of the platform that is not a connection. Durations are in ms. */
export interface Runtime {
  /** Monotonic clock, ms. Never jumps with the wall clock. */
  now(): number;
  /** Wall clock, ms since the epoch. */
  wallNow(): number;
  /**
   * Calls `fire` once, `delay` ms from now (0 to 2³¹−1), never synchronously, and not before what had come by then was
   * read, so that who was busy blames nobody.
   */
  setTimer(delay: number, fire: () => void): CancelTimer;
  /** Calls `run` after the current synchronous code, before timers. */
  microtask(run: () => void): void;
  /** Uniform in [0, 1). */
  random(): number;
  /** Tells the platform's operator of an error that no callback can be given. Must not throw nor end the process. */
  report(error: unknown): void;
  /** Tells the platform's operator, in one line, of what a developer should mend. Must not throw. */
  warn(line: string): void;
  /** Prints one line of a trace. */
  log(line: string): void;
  /** A new controller, whose signal is given to the functions of an attempt. */
  abortController(): AbortControllerLike;
  /** Calls `aborted` once the signal aborts; returns how to stop listening. Many may listen to one signal. */
  onAbort(signal: AbortSignalLike, aborted: () => void): () => void;
  /** Parses a url (browsers: relative to the page, too) by the WHATWG rules; undefined when it is none. */
  parseUrl(input: string): UrlParts | undefined;
}

/** What core reads and writes of a WHATWG `URL`. */
export interface UrlParts {
  /** The whole url. */
  readonly href: string;
  /** The scheme, with its colon. */
  protocol: string;
  /** What stands before the `:` of the userinfo, percent-encoded; "" without one. */
  username: string;
  /** What stands behind it, percent-encoded; "" without one. */
  password: string;
}
