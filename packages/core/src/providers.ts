// What an attempt needs and functions may give: the url, then the headers. Asked anew for each attempt, one after the
// other; one bad answer is one failed attempt.

import { chain } from "./chain.ts";
import { type Failure, messageOf, ProviderError } from "./errors.ts";
import type { AttemptContext, HeaderFields } from "./options.ts";
import type { Platform } from "./platform.ts";
import type { Settings } from "./settings.ts";
import type { AbortControllerLike, Awaitable } from "./structural.ts";
import type { DialRequest } from "./transport.ts";

/** What is asked for on behalf of an attempt, and what is told of it. */
interface Asked {
  readonly attempt: number;
  readonly lastFailure: Failure | undefined;
  prepared(request: DialRequest): void;
  failed(failure: Failure): void;
}

/** Gives what aborts when the answer is no longer wanted; undefined where nobody is asked. */
export function askProviders(
  { runtime, headerFields }: Platform,
  settings: Settings,
  { attempt, lastFailure, prepared, failed }: Asked,
): AbortControllerLike | undefined {
  const { options } = settings;
  const { url, headers } = options;
  const isAsked = typeof url === "function" || typeof headers === "function";
  const asking = isAsked ? runtime.abortController() : undefined;
  const provide = <T>(
    name: string,
    source: unknown,
    use: (given: never) => T,
    provided: (value: T) => void,
  ) => {
    const context = (): AttemptContext => ({ attempt, lastFailure, signal: asking!.signal });
    ask(
      () => chain(typeof source === "function" ? source(context()) : source, use as (given: unknown) => T),
      provided,
      (cause) => {
        const error = new ProviderError(name, `failed: ${messageOf(cause)}`, { cause });
        failed({ kind: "provider", phase: "prepare", error, byUs: true });
      },
    );
  };
  const useUrl = (given: unknown) =>
    typeof url === "function" ? settings.normalizeUrl(given) : settings.url!;
  provide("url", url, useUrl, (url) => {
    if (headerFields === undefined) return prepared({ url, headers: {}, options });
    if (asking?.signal.aborted) return;
    provide("headers", headers, headerFields, (headers: HeaderFields) => prepared({ url, headers, options }));
  });
  return asking;
}

/** Asks for a value that may be a promise, and may throw or reject. What comes of the answer is not caught. */
function ask<T>(
  question: () => Awaitable<T>,
  answered: (value: T) => void,
  failed: (reason: unknown) => void,
): void {
  let answer: Awaitable<T>;
  try {
    answer = question();
  } catch (reason) {
    return failed(reason);
  }
  chain(answer, answered, failed);
}
