// The values that we recommend for production, over the faithful defaults; where HTTP is seen there are more of them, in
// http-resilient.ts.

import { backoff } from "./backoff.ts";

/**
 * Lays your options over the values that we recommend everywhere: never give up, back off, notice what never opens.
 *
 * @example
 * resilient({ url: "wss://example.org/feed" }).url; // → "wss://example.org/feed"
 */
export function resilient<Options extends object>(options: Options): Options {
  return layOver({ retry: Infinity, retryFun: backoff(), openTimeout: 20_000 }, options) as Options;
}

/** What is given goes before what is recommended; what is no object is left for others to refuse. */
export function layOver(recommended: object, given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given === undefined ? recommended : given;
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  return { ...recommended, ...Object.fromEntries(Object.entries(given).filter(isGiven)) };
}
