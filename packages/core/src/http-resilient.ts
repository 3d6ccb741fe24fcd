// The values that we recommend for production where the phases of connecting, HTTP and certificates are seen.

import { backoff, longestWait } from "./backoff.ts";
import type { Failure } from "./errors.ts";
import { layOver, resilient } from "./resilient.ts";
import type { PlanContext, PlanOptions, RetryPlan, VerdictContext } from "./retry.ts";

/** The groups of options in which something is recommended. */
interface Groups {
  readonly httpOpts?: unknown;
  readonly wsOpts?: unknown;
}

/**
 * Lays your options over the values that we recommend, group by group: besides those for everywhere, it notices in time
 * when nothing answers, and an endpoint that has worked once in this life is also retried, at the longest wait, while its
 * certificate is rejected or it answers 404, 200 or 3xx: such things are deployed, and mended.
 *
 * @example
 * httpResilient({ url: "wss://example.org/feed", retry: 20 }).retry; // → 20
 */
export function httpResilient<Options extends object>(options: Options): Options {
  const { httpOpts, wsOpts } = options as Groups;
  const recommended = { retryFun: patientBackoff(), shouldRetry: isWorthwhile };
  const groups = {
    httpOpts: layOver({ upgradeTimeout: 10_000 }, httpOpts),
    wsOpts: layOver({ keepalive: 20_000 }, wsOpts),
  };
  return { ...resilient(layOver(recommended, options) as Options), ...groups };
}

function isWorthwhile(failure: Failure, { byDefault, hasWorked }: VerdictContext): boolean {
  return byDefault || (hasWorked && isMendable(failure));
}

function patientBackoff(): (retriesLeft: number, options: PlanOptions, context: PlanContext) => RetryPlan {
  const plan = backoff();
  return (retriesLeft, options, context) =>
    isMendable(context.failure) && !context.byDefault
      ? { retries: retriesLeft - 1, timeout: longestWait(context.random) }
      : plan(retriesLeft, options, context);
}

/** What ends a client by default, but is soon mended where it has worked before. */
function isMendable({ kind, status = 0 }: Failure): boolean {
  const isMoved = status === 404 || status === 200 || (status >= 300 && status < 400);
  return kind === "certificate" || (kind === "response" && isMoved);
}
