// The options in browsers. None is the browser's own yet: the table is core's, and what only a socket of our own could
// do is known by name, so that one options object serves both platforms.

import { type CoreOptions, type CoreWsOpts, coreDeclarations, type DeclarationTable } from "@gundam/core";

/** WebSocket options in browsers. Those of type `unknown` are ignored, and listed in `info(client).ignoredOptions`. */
export interface BrowserWsOpts extends CoreWsOpts {
  /** Ignored: the browser decides by itself on permessage-deflate. */
  compress?: unknown;
  /** Ignored: the browser has a limit of its own. */
  maxPayload?: unknown;
  /** Ignored: the browser makes the frames. */
  maxFrameSize?: unknown;
}

/** The options in browsers. `headers`, and those of type `unknown`, are ignored and listed in `info(client).ignoredOptions`. */
export interface BrowserOptions extends CoreOptions {
  /** Options of the WebSocket connection itself. */
  wsOpts?: BrowserWsOpts | undefined;
  /** Ignored: a browser hides the phases of connecting; `openTimeout` is for all of them. */
  domainLookupTimeout?: unknown;
  /** Ignored: a browser hides the phases of connecting; `openTimeout` is for all of them. */
  tlsHandshakeTimeout?: unknown;
  /** Ignored: the browser makes the HTTP request. */
  httpOpts?: unknown;
  /** Ignored, with a warning: the browser has its own cookies, and sends them. */
  cookieStore?: unknown;
  /** Ignored, and a `proxy` in it with a warning: the browser has the proxy of its settings. */
  tcpOpts?: unknown;
  /** Ignored, with a warning: the browser verifies certificates, and asks its user for those of a client. */
  tlsOpts?: unknown;
  /** Ignored: the url's scheme decides. */
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
