import { backoff, connect } from "gundam";

export function connectPatiently(url: string) {
  return connect({
    url,
    retry: Infinity,
    retryFun: backoff(),
    stableAfter: 10_000,
    // While a new version is rolled out its route is missing.
    shouldRetry: (failure, { byDefault }) => byDefault || failure.status === 404,
  });
}
