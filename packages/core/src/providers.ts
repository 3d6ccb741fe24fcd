// What an attempt needs and functions may give: the url, then the headers. Asked anew for each attempt, one after the
// other; one bad answer is one failed attempt.

import { attempted } from "./chain.ts";
import { type Failure, messageOf, ProviderError } from "./errors.ts";
import type { Platform } from "./platform.ts";
import type { Settings } from "./settings.ts";
import type { AbortControllerLike } from "./structural.ts";
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
  { runtime }: Platform,
  settings: Settings,
  { attempt, lastFailure, prepared, failed }: Asked,
): AbortControllerLike | undefined {
  const { options } = settings;
  const asking = settings.hasProviders ? runtime.abortController() : undefined;
  const signal = asking?.signal;
  const provide = <T>(
    name: string,
    source: unknown,
    use: (given: never) => T,
    provided: (value: T) => void,
  ) => {
    attempted(
      () => (typeof source === "function" ? source({ attempt, lastFailure, signal }) : source),
      use as (given: unknown) => T,
      provided,
      (cause) => {
        const error = new ProviderError(name, `failed: ${messageOf(cause)}`, { cause });
        failed({ kind: "provider", phase: "prepare", error, byUs: true });
      },
    );
  };
  provide(
    "url",
    options.url,
    (url) => settings.normalizeUrl(url),
    (url) => {
      if (signal?.aborted) return;
      provide(
        "headers",
        options.headers,
        (headers) => settings.headerFields(headers),
        (headers) => prepared({ url, headers, options, attempt, lastFailure }),
      );
    },
  );
  return asking;
}
