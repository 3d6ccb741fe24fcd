// What no single declaration in node-options.ts can say: options that must fit each other, and values that are read as the
// dial will read them.

import {
  check,
  type HeaderFields,
  headerFields,
  type Kind,
  OptionError,
  object,
  type Platform,
  routerOf,
  socketProviders,
} from "@gundam/core";
import { type ProxyEndpoint, proxyOf } from "./dial/proxy-url.ts";
import { targetOf } from "./dial/target.ts";
import { compressParameters, proxyUrl, type ResolvedNodeOptions } from "./node-options.ts";
import { legibly } from "./read-options.ts";
import { connectRequest, takeHeaderFields } from "./request-headers.ts";

/** Throws an `OptionError`. What functions will give is checked when it is dialled. */
export function checkNodeOptions(options: ResolvedNodeOptions): void {
  const { url, headers, tcpOpts } = options;
  checkProxyHeaders(tcpOpts, proxyOf(tcpOpts));
  if (typeof headers === "object") takeHeaderFields(headers);
  // Core says what is wrong with a url that is none.
  const urls = [url, ...(routerOf(url)?.urls ?? [])];
  legibly("wsOpts.compress", () => compressParameters(options.wsOpts.compress));
  legibly("wsOpts.heartbeat", () => checkHeartbeat(options.wsOpts.heartbeat));
  for (const url of urls) checkTarget(typeof url === "object" ? url.href : url, options);
}

function checkTarget(href: unknown, options: ResolvedNodeOptions): void {
  if (typeof href !== "string" || !URL.canParse(href)) return;
  const dialled = new URL(href);
  dialled.protocol = dialled.protocol.replace(/^http/, "ws");
  targetOf(dialled.href, options);
}

/** A proxy that is chosen for each attempt may be of either kind; this one never is asked with them. */
function checkProxyHeaders(
  { proxyHeaders }: ResolvedNodeOptions["tcpOpts"],
  proxy: ProxyEndpoint | undefined,
): void {
  const isFunction = typeof proxyHeaders === "function";
  const isGiven = isFunction || Object.keys(takeHeaderFields(proxyHeaders, connectRequest)).length > 0;
  if (!isGiven || proxy === undefined || !proxy.scheme.startsWith("socks")) return;
  const problem =
    "are for HTTP proxies: SOCKS has no header fields, but a user and a password in the url of tcpOpts.proxy";
  throw new OptionError("tcpOpts.proxyHeaders", undefined, problem);
}

const proxyAnswer: Kind = [
  `${proxyUrl[0]}, or undefined`,
  (value) => value === undefined || proxyUrl[1](value),
];

/** What may be a function of the attempt. */
export const nodeProviders: Platform["providers"] = {
  ...socketProviders,
  headers: (given) => legibly("headers", () => headerFields(given as HeaderFields)),
  tlsOpts: (given) => check("tlsOpts", given, object),
  "tcpOpts.proxy": (given) => check("tcpOpts.proxy", given, proxyAnswer),
  "tcpOpts.proxyHeaders": undefined,
};

/** Core knows one by its looks; what it holds is used as soon as a connection is ready. */
function checkHeartbeat(heartbeat: ResolvedNodeOptions["wsOpts"]["heartbeat"]): void {
  if (heartbeat === undefined) return;
  const parts: readonly { begin?: unknown }[] = [Object(heartbeat.watch), Object(heartbeat.vigilance)];
  if (parts.every(({ begin }) => typeof begin === "function")) return;
  throw new OptionError("wsOpts.heartbeat", undefined, "must be a heartbeat({ message, interval })");
}
