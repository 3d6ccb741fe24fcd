// The values that we recommend for production, over the faithful defaults.

import { backoff, longestWait } from "./backoff.ts";
import type { Failure } from "./errors.ts";
import type { PlanOptions } from "./options.ts";
import type { PlanContext, RetryPlan, VerdictContext } from "./retry.ts";

/** What `resilient` recommends. */
export interface Recommended {
  readonly retry: number;
  readonly retryFun: (retriesLeft: number, options: PlanOptions, context: PlanContext) => RetryPlan;
  readonly shouldRetry: (failure: Failure, context: VerdictContext) => boolean;
  readonly openTimeout: number;
  readonly httpOpts: { readonly upgradeTimeout: number };
  readonly wsOpts: { readonly keepalive: number };
}

/**
 * Lays your options over the values that we recommend for production, key by key at any depth: it never gives up, backs
 * off, and notices in time when nothing answers. An endpoint that has worked once in this life is also retried, at the
 * longest wait, while its certificate is rejected or it answers 404, 200 or 3xx: such things are deployed, and mended.
 *
 * @example connect(resilient({ url: "wss://example.org/feed" }))
 */
export function resilient<Options extends object>(options: Options): Options {
  const recommended: Recommended = {
    retry: Infinity,
    retryFun: patientBackoff(),
    shouldRetry: (failure, { byDefault, hasWorked }) => byDefault || (hasWorked && isMendable(failure)),
    openTimeout: 20_000,
    httpOpts: { upgradeTimeout: 10_000 },
    wsOpts: { keepalive: 20_000 },
  };
  return merge(recommended, options) as Options;
}

function patientBackoff(): Recommended["retryFun"] {
  const plan = backoff();
  return (retriesLeft, options, context) =>
    isMendable(context.failure)
      ? { retries: retriesLeft - 1, timeout: longestWait(context.random) }
      : plan(retriesLeft, options, context);
}

/** What ends a client by default, but is soon mended where it has worked before. */
function isMendable({ kind, status = 0 }: Failure): boolean {
  return (
    kind === "certificate" ||
    (kind === "response" && (status === 404 || status === 200 || (status >= 300 && status < 400)))
  );
}

function merge(base: object, over: object): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = merged[key];
    if (value === undefined) continue;
    merged[key] = isGroup(value) && isGroup(under) ? merge(under, value) : value;
  }
  return merged;
}

function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
