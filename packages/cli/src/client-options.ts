// The client's options, from the settings: `resilient()`, and over it what the command line says.

import { type ClientOptions, endpoints, heartbeat, printTrace, proxyFromEnv, resilient } from "gundam";
import type { Settings } from "./arguments.ts";

/** How many messages may be on their way without an answer; see sender.ts. */
export const MOST_OUTSTANDING = 8192;

const DEFAULT_PAYLOAD = 16 * 1024 * 1024;

/** The largest message, either way. */
export function largestMessage({ maxPayload }: Settings): number {
  return maxPayload ?? DEFAULT_PAYLOAD;
}

/** `hasConnected`: whether there was a connection; `trace` prints a line. */
export function clientOptions(
  settings: Settings,
  hasConnected: () => boolean,
  trace: (line: string) => void,
): ClientOptions {
  const { urls, heartbeat: given, keepalive, tls, retry } = settings;
  const recommended = resilient({
    url: urls.length === 1 ? urls[0]! : endpoints(urls),
    headers: settings.headers,
    retry: retry ?? Infinity,
    openTimeout: settings.openTimeout,
    connectTimeout: settings.connectTimeout,
    httpOpts: {
      maxRedirects: settings.maxRedirects,
      // Who gives all of an attempt more time means this phase, too.
      ...(settings.openTimeout !== undefined && { upgradeTimeout: settings.openTimeout }),
    },
    wsOpts: {
      protocols: settings.subprotocols,
      compress: settings.compress,
      maxPayload: largestMessage(settings),
      keepalive,
      heartbeat: given && heartbeat({ ...given, timeout: given.interval }),
    },
    tcpOpts: {
      proxy: settings.proxy === "env" ? proxyFromEnv() : settings.proxy,
      path: settings.unixSocket,
    },
    tlsOpts: tls,
    sendQueue: {
      maxMessages: MOST_OUTSTANDING + 1,
      maxBytes: largestMessage(settings) + DEFAULT_PAYLOAD,
    },
    ...(settings.isTraced && { trace: (event) => printTrace(event, trace) }),
  });
  const { shouldRetry } = recommended;
  return {
    ...recommended,
    shouldRetry(failure, context) {
      // The server has said that it is over, not that it will be back.
      if (failure.kind === "close" && (failure.code === 1000 || failure.code === 1005)) return false;
      // A mistake in the url is told at once, and not tried for ever.
      if (retry === undefined && !hasConnected()) return false;
      return shouldRetry!(failure, context);
    },
  };
}
