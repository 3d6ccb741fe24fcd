// Whether a failure is retried, and when. The verdict table says whether, a retryFun says when, and what the server
// asked for and what protects it are laid over any policy's answer. Pure but for the functions that it is given.

import { attempted, chain } from "./chain.ts";
import { CallbackError, type Failure, type GundamError } from "./errors.ts";
import {
  CROWD_SPREAD,
  type Decision,
  type Life,
  LONGEST_RETRY_AFTER,
  LONGEST_WAIT,
  OWN_SPREAD,
  type Retry,
  type Setback,
  SHORT_WAIT,
} from "./life.ts";
import { count, isBoolean } from "./option-checks.ts";
import type { Awaitable } from "./structural.ts";

/** The options that a `retryFun` may look at, with their defaults in place. */
export interface PlanOptions {
  /** Retries of a full budget: the option `retry`. */
  readonly retry: number;
  /** The wait of the default policy, in ms: the option `retryTimeout`. */
  readonly retryTimeout: number;
  /** How long a connection must have been ready to fill the budget, in ms: the option `stableAfter`. */
  readonly stableAfter: number;
}

/** What a `retryFun` returns: the retries left after this one, and the wait before it in ms. */
export interface RetryPlan {
  /** Retries that are left after this one, 0 or more; 0: the attempt that follows is the last. */
  readonly retries: number;
  /** The wait before it in ms, 0 or more; what the server has asked for is the least. */
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
  /** How the attempt, or the connection, has ended. */
  readonly failure: Failure;
  /** What the server asked us to wait, in ms. */
  readonly retryAfter: number | undefined;
  /** Whether the verdict table has it retried; false: only `shouldRetry` does. */
  readonly byDefault: boolean;
  /** Uniform in [0, 1); use it instead of `Math.random`, so that tests can repeat a run. */
  readonly random: () => number;
}

/**
 * All but the first are forgiven once per stable connection: `renewed` if the next attempt may carry other credentials,
 * `elsewhere` if it may lead to another place.
 */
export type Verdict = "retry" | "once" | "renewed" | "elsewhere";

// Policy violation (RFC 6455 §7.4.1), unauthorized and forbidden (the IANA registry of close codes).
const credentialCodes = [1008, 3000, 3003];
// Protocol error, unacceptable data, not UTF-8, too big: RFC 6455 §7.4.1.
const brokenProtocolCodes = [1002, 1003, 1007, 1009];
// Going away, service restart, try again later: RFC 6455 §7.4.1 and the IANA registry.
const crowdedCodes = [1001, 1012, 1013];

/**
 * The default verdict on a failure, where nobody sees HTTP responses and certificates; where they are seen it is that
 * of http-verdicts.ts.
 *
 * @example
 * const failure = { kind: "close", code: 1008, error: new CloseError(1008, ""), byUs: false } as const;
 * verdictOf(failure); // → "renewed"
 */
export function verdictOf({ kind, code }: Failure): Verdict {
  if (kind === "blocked") return "elsewhere";
  if (kind === "protocol") return "once";
  if (kind !== "close") return "retry";
  if (credentialCodes.includes(code!)) return "renewed";
  return brokenProtocolCodes.includes(code!) ? "once" : "retry";
}

/** What `shouldRetry` is told besides the failure. */
export interface VerdictContext {
  /** What the verdict table says. */
  readonly byDefault: boolean;
  /** A connection was ready in this life: the endpoint is known to work. */
  readonly hasWorked: boolean;
}

/**
 * Whether a failure is retried while the budget lasts, in place of the verdict table: true or false, maybe a promise.
 * What else it answers, or throws, is an `onError`, and the table decides.
 */
export type ShouldRetry = (failure: Failure, context: VerdictContext) => Awaitable<boolean>;

/** Whom and what a decision asks. */
export interface Decider {
  readonly now: number;
  readonly random: () => number;
  readonly options: PlanOptions;
  /** The default verdict on the failure. */
  readonly verdict: Verdict;
  readonly shouldRetry?: ShouldRetry | undefined;
  readonly retryFun?:
    | ((retriesLeft: number, options: PlanOptions, context: PlanContext) => Awaitable<RetryPlan>)
    | undefined;
  /** Whether the next attempt may differ from the last one in what is to blame. */
  readonly mayDiffer: (verdict: Verdict) => Awaitable<boolean | undefined>;
  /** The decision is still wanted. */
  readonly isAwaited: () => boolean;
  /** What goes wrong with the functions that are asked is put there. */
  readonly problems: GundamError[];
}

/** Decides on a setback; at once when the functions that are asked answer at once. Never throws, never rejects. */
export function decide(life: Life, setback: Setback, decider: Decider): Awaitable<Decision> {
  return judge(life, setback, decider, (isRetried, byDefault) =>
    // A callback may have just replaced the endpoints of which others would be tried.
    isRetried && life.retriesLeft > 0 ? plan(life, setback, decider, byDefault) : undefined,
  );
}

/**
 * Judges by the table of verdicts, and asks `shouldRetry`; `next`: what follows if a setback is retried, and if the table of
 * verdicts has it retried.
 */
export function judge(
  life: Life,
  { failure }: Setback,
  decider: Decider,
  next: (isRetried: boolean, byDefault: boolean) => Awaitable<Decision>,
): Awaitable<Decision> {
  const { verdict, mayDiffer, shouldRetry } = decider;
  const { hasForgiven, hasWorked } = life;
  const isRetriable = verdict === "retry" || (!hasForgiven && (verdict === "once" || mayDiffer(verdict)));
  return chain(isRetriable, (byDefault = false) => {
    const asking = shouldRetry && (() => shouldRetry(failure, { byDefault, hasWorked }));
    const read = (answer: unknown) => (isBoolean(answer) ? answer : undefined);
    return chain(asked("shouldRetry", asking, read, byDefault, decider), (isRetried) =>
      // Nobody is asked in vain.
      decider.isAwaited() ? next(isRetried, byDefault) : undefined,
    );
  });
}

/** Plans the retry: asks `retryFun`, over whose answer is laid what holds for every policy. */
export function plan(
  life: Life,
  { failure, uptime, wasStable }: Setback,
  decider: Decider,
  byDefault: boolean,
  asksFor?: number,
): Awaitable<Retry> {
  const { now, random, options, retryFun } = decider;
  const { retriesLeft, failures } = life;
  const context = {
    attempt: failures,
    elapsed: now - life.since,
    lastUptime: uptime,
    failure,
    retryAfter: failure.retryAfter,
    byDefault,
    random,
  };
  const asking = retryFun && (() => retryFun(retriesLeft, options, context));
  // As in gun, the first retry after a connection that worked is immediate.
  const usual = { retries: retriesLeft - 1, timeout: wasStable ? 0 : options.retryTimeout };
  return chain(asked("retryFun", asking, planOf, usual, decider), ({ retries, timeout }) => {
    const isOwn = failure.byPage && failures === 1;
    const floor = asksFor ?? floorOf(failure, random, isOwn);
    const least = Math.max(floor, life.hasHurried ? SHORT_WAIT : 0);
    const delay = Math.min(Math.max(isOwn ? 0 : timeout, least), LONGEST_WAIT);
    const forgiven = byDefault && decider.verdict !== "retry";
    return { retries, delay, floor, forgiven };
  });
}

/** Asks a user's function; without one, or when it fails or answers nonsense, the default decides. */
function asked<T>(
  name: string,
  ask: (() => Awaitable<T>) | undefined,
  read: (answer: unknown) => T | undefined,
  byDefault: T,
  { problems }: Decider,
): Awaitable<T> {
  if (!ask) return byDefault;
  const failed = (problem: string, cause?: { cause: unknown }) => {
    problems.push(new CallbackError(name, `${problem}; the default decides`, cause));
    return byDefault;
  };
  return attempted(
    ask as () => unknown,
    (answer) => read(answer) ?? failed("answered nonsense"),
    (decided) => decided,
    (cause) => failed("failed", { cause }),
  );
}

/** Read once: a getter may give something else the next time. */
function planOf(answer: unknown): RetryPlan | undefined {
  const { retries, timeout } = Object(answer);
  const isPlan = count[1](retries) && typeof timeout === "number" && !Number.isNaN(timeout);
  return isPlan ? { retries, timeout } : undefined;
}

/** The peer says to everybody at once that it will be back later. */
export function isCrowded({ kind, code }: Failure): boolean {
  return kind === "close" && crowdedCodes.includes(code!);
}

/** What the server asked for: `Retry-After` with up to a quarter on top, or a share of the crowd's spread. */
export function floorOf(failure: Failure, random: () => number, isOwn = false): number {
  const asked = Math.min(failure.retryAfter ?? 0, LONGEST_RETRY_AFTER) * (1 + random() / 4);
  const spread = isCrowded(failure) ? random() * (isOwn ? OWN_SPREAD : CROWD_SPREAD) : 0;
  return Math.max(asked, spread);
}
