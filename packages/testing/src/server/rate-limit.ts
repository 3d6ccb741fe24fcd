// What a server that limits its clients does: it counts what comes, over all connections, and closes whoever is too fast.

import { OptionError } from "@gundam/core";

/** The close code and reason of a client that is too fast. */
export const tooFast = { code: 1008, reason: "too many messages" } as const;

export class RateLimit {
  readonly #messages: number;
  readonly #per: number;
  /** When the last of them came, as many as are counted. */
  readonly #times: number[] = [];

  /** At most so many messages in any so many ms. */
  constructor(messages: number, per: number) {
    if (!(messages >= 1)) throw new OptionError("messages", messages, "must be 1 or more");
    if (!(per > 0)) throw new OptionError("per", per, "must be more than 0 ms");
    this.#messages = messages;
    this.#per = per;
  }

  /** A message has come: whether it is one too many. */
  isTooMany(now: number): boolean {
    const first = this.#times.length < this.#messages ? undefined : this.#times.shift();
    this.#times.push(now);
    return first !== undefined && now - first < this.#per;
  }
}
