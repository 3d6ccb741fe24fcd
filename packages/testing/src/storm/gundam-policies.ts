// The library's own policies, asked as a client of it asks them: verdicts, budget, limits and all.

import { type CoreOptions, coreDeclarations, type Failure, httpResilient, httpVerdictOf } from "@gundam/core";
import { type Decision, type Life, type Setback, SHORT_WAIT } from "@gundam/core/life";
import { type Decider, decide } from "@gundam/core/retry";
import type { Fleet, Policy } from "./policy.ts";

/** What of a client's options decides on its retries. */
export type RetryOptions = Pick<CoreOptions, "retry" | "retryFun" | "shouldRetry" | "openTimeout"> & {
  /** Of the HTTP options: `upgradeTimeout` ends attempts that nobody answers, as `openTimeout` does. */
  readonly httpOpts?: { readonly upgradeTimeout?: number | undefined };
};

/** As long as no connection of this simulation is: whatever is lost has been stable. */
const LONG_UPTIME = 3_600_000;

const [, retry] = coreDeclarations.retry as [unknown, number];
const [, retryTimeout] = coreDeclarations.retryTimeout as [unknown, number];
const [, stableAfter] = coreDeclarations.stableAfter as [unknown, number];

/**
 * The policy of this library's clients that have these options, for a storm of your own settings. `retryFun` and
 * `shouldRetry` must answer at once.
 *
 * @example
 * const mine = gundamPolicy("mine", { retry: 20, retryFun: backoff(), openTimeout: 20_000 });
 * const { lost } = await stormReport({ policy: mine, clients: 1000 });
 * console.log(`${lost} of 1000 have given up`);
 */
export function gundamPolicy(
  name: string,
  options: RetryOptions,
  source = "options of this library",
): Policy {
  const { openTimeout = Infinity, httpOpts } = options;
  return {
    name,
    source,
    // A handshake in the accept queue has its TCP connection, and waits for the answer to its upgrade.
    handshakeTimeout: Math.min(openTimeout, httpOpts?.upgradeTimeout ?? Infinity),
    fleet: (clients, random) => new GundamFleet(clients, random, options),
  };
}

export const gundamPolicies: readonly Policy[] = [
  gundamPolicy("resilient", httpResilient<RetryOptions>({}), "resilient() of this library"),
  gundamPolicy("default", {}, "the default options of this library"),
];

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

class GundamFleet implements Fleet {
  readonly #retriesLeft: Float64Array;
  readonly #failures: Uint32Array;
  readonly #since: Float64Array;
  readonly #hasHurried: Uint8Array;
  // Filled in for each question: an object for each would cost more than the answer.
  readonly #life: Mutable<Life>;
  readonly #decider: Mutable<Decider>;

  constructor(clients: number, random: () => number, given: RetryOptions) {
    const options = { retry: given.retry ?? retry, retryTimeout, stableAfter };
    this.#retriesLeft = new Float64Array(clients).fill(options.retry);
    this.#failures = new Uint32Array(clients);
    this.#since = new Float64Array(clients);
    this.#hasHurried = new Uint8Array(clients);
    this.#life = {
      retriesLeft: 0,
      failures: 0,
      since: 0,
      hasHurried: false,
      hasForgiven: false,
      hasWorked: true,
      route: undefined,
    };
    this.#decider = {
      now: 0,
      random,
      options,
      verdict: "retry",
      shouldRetry: given.shouldRetry,
      retryFun: given.retryFun,
      mayDiffer: () => false,
      isAwaited: () => true,
      problems: [],
    };
  }

  plan(client: number, failure: Failure, now: number): number {
    const life = this.#life;
    life.retriesLeft = this.#retriesLeft[client]!;
    if (life.retriesLeft === 0) return Infinity;
    const isLoss = this.#failures[client] === 0;
    if (isLoss) this.#since[client] = now;
    life.failures = ++this.#failures[client]!;
    life.since = this.#since[client]!;
    life.hasHurried = this.#hasHurried[client] === 1;
    this.#decider.now = now;
    this.#decider.verdict = httpVerdictOf(failure);
    const uptime = isLoss ? LONG_UPTIME : 0;
    const setback: Setback = { failure, wasOpen: isLoss, uptime, wasStable: isLoss };
    // Nothing that these policies ask is asynchronous.
    const decision = decide(life, setback, this.#decider) as Decision;
    if (decision === undefined) return Infinity;
    this.#retriesLeft[client] = decision.retries;
    if (decision.delay < SHORT_WAIT) this.#hasHurried[client] = 1;
    return decision.delay;
  }
}
