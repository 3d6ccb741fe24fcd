// Whether a failure is retried, and when. The verdict table says whether, a retryFun says when, and what the server
// asked for and what protects it are laid over any policy's answer. Pure but for the functions that it is given.

import { attempted, chain } from "./chain.ts";
import { CallbackError, type Failure, type GundamError } from "./errors.ts";
import { type Decision, type Life, LONGEST_WAIT, type Setback, SHORT_WAIT } from "./life.ts";
import { count, isBoolean } from "./option-checks.ts";
import type { Awaitable } from "./structural.ts";

/** What a `retryFun` may look at. */
export interface PlanOptions {
  readonly retry: number;
  readonly retryTimeout: number;
  readonly stableAfter: number;
}

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

/** `once`: forgiven once per stable connection. `renewed`: likewise, if the next attempt may carry other credentials. */
export type Verdict = "retry" | "stop" | "once" | "renewed";

// Policy violation (RFC 6455 §7.4.1), unauthorized and forbidden (the IANA registry of close codes).
const credentialCodes = [1008, 3000, 3003];
// Protocol error, unacceptable data, not UTF-8, too big: RFC 6455 §7.4.1.
const brokenProtocolCodes = [1002, 1003, 1007, 1009];
// Going away, service restart, try again later: RFC 6455 §7.4.1 and the IANA registry.
const crowdedCodes = [1001, 1012, 1013];

/** After a code that says so to everybody at once, the first retry is spread over this long: RFC 6455 §7.2.3. */
const CROWD_SPREAD = 5_000;
/** What a page's own browser may have ended is not the crowd's: the page may stay, and whoever looks at it waits. */
const OWN_SPREAD = 1_500;
const LONGEST_RETRY_AFTER = 300_000;

/**
 * The default verdict on a failure, where nobody sees HTTP responses and certificates; where they are seen it is that
 * of http-verdicts.ts.
 */
export function verdictOf({ kind, code }: Failure): Verdict {
  if (kind === "blocked") return "stop";
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
  /** The next attempt may carry other credentials than the last. */
  readonly isRenewable: boolean;
  /** The decision is still wanted. */
  readonly isAwaited: () => boolean;
}

/** Decides on a setback; at once when the functions that are asked answer at once. Never throws, never rejects. */
export function decide(life: Life, setback: Setback, decider: Decider): Awaitable<Decision> {
  const problems: GundamError[] = [];
  const { failure, uptime, wasStable } = setback;
  const { now, random, options, shouldRetry, retryFun } = decider;
  const { retriesLeft, hasWorked } = life;
  /** Asks a user's function; without one, or when it fails or answers nonsense, the default decides. */
  const asked = <T>(
    name: string,
    ask: (() => Awaitable<T>) | undefined | false,
    isAnswer: (value: unknown) => value is T,
    byDefault: T,
  ): Awaitable<T> => {
    if (!ask) return byDefault;
    const failed = (problem: string, cause?: { cause: unknown }) => {
      problems.push(new CallbackError(name, `${problem}; the default decides`, cause));
      return byDefault;
    };
    return attempted(
      ask as () => unknown,
      (answer) => (isAnswer(answer) ? answer : failed("answered nonsense")),
      (decided) => decided,
      (cause) => failed("failed", { cause }),
    );
  };
  const byDefault = isRetried(life, decider);
  const verdict = asked(
    "shouldRetry",
    shouldRetry && (() => shouldRetry(failure, { byDefault, hasWorked })),
    isBoolean,
    byDefault,
  );
  return chain(verdict, (isRetry): Awaitable<Decision> => {
    if (!isRetry || !decider.isAwaited()) return { verdict: "stop", problems };
    const context = {
      attempt: life.failures,
      elapsed: now - life.since,
      lastUptime: uptime,
      failure,
      retryAfter: failure.retryAfter,
      random,
    };
    const planned = asked("retryFun", retryFun && (() => retryFun(retriesLeft, options, context)), isPlan, {
      retries: retriesLeft - 1,
      // As in gun, the first retry after a connection that worked is immediate.
      timeout: wasStable ? 0 : options.retryTimeout,
    });
    return chain(planned, ({ retries, timeout }) => {
      // What holds for every policy.
      const isOwn = failure.byPage && life.failures === 1;
      const floor = floorOf(failure, random, isOwn ? OWN_SPREAD : CROWD_SPREAD);
      const least = Math.max(floor, life.hasHurried ? SHORT_WAIT : 0);
      const delay = Math.min(Math.max(isOwn ? 0 : timeout, least), LONGEST_WAIT);
      const forgiven = byDefault && decider.verdict !== "retry";
      return { verdict: "retry", retries, delay, floor, forgiven, problems };
    });
  });
}

function isRetried(life: Life, { isRenewable, verdict }: Decider): boolean {
  if (verdict === "once") return !life.hasForgiven;
  if (verdict === "renewed") return isRenewable && !life.hasForgiven;
  return verdict === "retry";
}

function isPlan(value: unknown): value is RetryPlan {
  const { retries, timeout } = Object(value);
  return count[1](retries) && typeof timeout === "number" && !Number.isNaN(timeout);
}

/** The peer says to everybody at once that it will be back later. */
export function isCrowded({ kind, code }: Failure): boolean {
  return kind === "close" && crowdedCodes.includes(code!);
}

/** What the server asked for: `Retry-After` with up to a quarter on top, or a share of the crowd's spread. */
function floorOf(failure: Failure, random: () => number, crowdSpread: number): number {
  const asked = Math.min(failure.retryAfter ?? 0, LONGEST_RETRY_AFTER) * (1 + random() / 4);
  const spread = isCrowded(failure) ? random() * crowdSpread : 0;
  return Math.max(asked, spread);
}
