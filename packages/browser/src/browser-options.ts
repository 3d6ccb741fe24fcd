// The options in browsers. None is the browser's own yet: the table is core's, and what only a socket of our own could
// do is known by name, so that one options object serves both platforms.

import { type CoreOptions, type CoreWsOpts, coreDeclarations, type DeclarationTable } from "@gundam/core";

/** WebSocket options in browsers. Those of type `unknown` are ignored, and listed in `info(client).ignoredOptions`. */
export interface BrowserWsOpts extends CoreWsOpts {
  compress?: unknown;
  maxPayload?: unknown;
  maxFrameSize?: unknown;
}

/** The options in browsers. `headers`, and those of type `unknown`, are ignored and listed in `info(client).ignoredOptions`. */
export interface BrowserOptions extends CoreOptions {
  wsOpts?: BrowserWsOpts | undefined;
  domainLookupTimeout?: unknown;
  tlsHandshakeTimeout?: unknown;
  httpOpts?: unknown;
  cookieStore?: unknown;
  tcpOpts?: unknown;
  tlsOpts?: unknown;
  transport?: unknown;
}

export const browserDeclarations: DeclarationTable = coreDeclarations;

/** Paths of what a browser cannot do: known, neither checked nor used. */
export const ignoredOptions: readonly string[] = [
  "headers",
  "domainLookupTimeout",
  "tlsHandshakeTimeout",
  "httpOpts",
  "cookieStore",
  "tcpOpts",
  "tlsOpts",
  "transport",
  "wsOpts.compress",
  "wsOpts.keepalive",
  "wsOpts.keepaliveTolerance",
  "wsOpts.flow",
  "wsOpts.receiveBuffer",
  "wsOpts.maxPayload",
  "wsOpts.maxFrameSize",
  "wsOpts.silencePings",
];

/** Those of them that carry credentials or guard the connection. */
export const warnedOptions: readonly string[] = ["headers", "cookieStore", "tlsOpts", "tcpOpts.proxy"];
