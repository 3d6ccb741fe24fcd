// What an attempt needs and functions may give: the url, then what else the platform lets them give. Asked anew for each
// attempt, one after the other; one bad answer is one failed attempt.

import { attempted } from "./chain.ts";
import { type Failure, messageOf, ProviderError } from "./errors.ts";
import type { Route } from "./life.ts";
import type { Event } from "./lifecycle.ts";
import { valueAt, withValueAt } from "./option-checks.ts";
import type { HeaderFields } from "./options.ts";
import type { Platform } from "./platform.ts";
import type { Settings } from "./settings.ts";
import type { AbortControllerLike } from "./structural.ts";

/** What is asked for on behalf of an attempt. */
interface Asked {
  readonly attempt: number;
  readonly lastFailure: Failure | undefined;
  readonly route: Route | undefined;
  readonly generation: number;
}

/**
 * Posts `prepared` or `failed`. Gives what aborts when the answers are no longer wanted; undefined where nobody is asked.
 */
export function askProviders(
  { runtime, providers }: Platform,
  settings: Settings,
  { route, generation, ...told }: Asked,
  to: { post(event: Event): void },
): AbortControllerLike | undefined {
  const { options: given, provided, router } = settings;
  const asking = provided.length > 0 ? runtime.abortController() : undefined;
  const signal = asking?.signal;
  let options = given;
  let url: string | undefined;
  const ask = ([path, ...others]: readonly string[]): void => {
    if (path === undefined) {
      const headers = (options.headers ?? {}) as HeaderFields;
      const request = { url: url!, headers, options, provided, ...told };
      return to.post({ type: "prepared", generation, request });
    }
    const read = providers[path];
    if (read === undefined) return ask(others);
    const source = valueAt(given, path);
    const isAsked = typeof source === "function";
    if (isAsked && signal?.aborted) return;
    attempted(
      () => (isAsked ? source({ ...told, signal, url }, route) : source),
      (answer) => read(answer, settings),
      (answer) => {
        if (answer !== source) options = withValueAt(options, path, answer);
        url = options.url as string;
        ask(others);
      },
      (cause) => {
        const name = (path === "url" && router?.nameAt(route)) || path;
        const error = new ProviderError(name, `failed: ${messageOf(cause)}`, { cause });
        const failure: Failure = { kind: "provider", phase: "prepare", error, byUs: true };
        to.post({ type: "failed", generation, failure });
      },
    );
  };
  ask(Object.keys(providers));
  return asking;
}
