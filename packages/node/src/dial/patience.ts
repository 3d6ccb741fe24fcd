// How long each of several addresses is tried before the next (Happy Eyeballs, RFC 8305). Node gives up on one when it
// goes on to the next, so that a path on which an answer takes longer is never found: a client gives more time after each
// try that came to nothing, and has learnt from it.

import { getDefaultAutoSelectFamilyAttemptTimeout } from "node:net";

/** The longest time for one address, in ms: what two lost requests take, RFC 6298 §2 and §5.5, and some more. */
export const longestPatience = 4000;

/** A client's own. */
export class Patience {
  #doublings = 0;

  /** In whole ms, with which two addresses have their turn in `most`; not less than Node's own. */
  within(most: number): number {
    const shortest = getDefaultAutoSelectFamilyAttemptTimeout();
    const grown = Math.min(shortest * 2 ** this.#doublings, longestPatience, most / 2);
    return Math.max(shortest, Math.floor(grown));
  }

  /** Nobody has answered. */
  grow(): void {
    this.#doublings++;
  }

  /**
   * An address has answered after `duration` ms. A path that was found to be slow will be slow again; but the last address,
   * which Node does not give up on, would have been found anyway.
   */
  answered(duration: number, isLast: boolean): void {
    if (isLast || duration < getDefaultAutoSelectFamilyAttemptTimeout()) this.#doublings = 0;
  }
}
