// The options that work on Node, beside those of core: each declared once, with its type, unit, default, check and
// source. What is not declared here is an unknown key.

import type { LookupFunction } from "node:net";
import type { ConnectionOptions } from "node:tls";
import {
  type CoreOptions,
  type CoreWsOpts,
  callback,
  coreDeclarations,
  type Declarations,
  type DeclarationTable,
  duration,
  flag,
  type Kind,
  object,
  oneOf,
  positiveCount,
  positiveDuration,
  text,
} from "@gundam/core";
import { targetOf } from "./dial/target.ts";
import { checkHeaderFields } from "./request-headers.ts";

/** Options of the HTTP request that opens the WebSocket. */
export interface HttpOpts {
  /**
   * How long the server may take to answer the opening handshake.
   * @unit ms @default Infinity @source gun http_opts; Gundam
   */
  upgradeTimeout?: number | undefined;
  /**
   * The largest response header that is read.
   * @unit bytes @default 100000 @source gun http_opts max_header_block_size
   */
  maxHeaderBlockSize?: number | undefined;
}

/** Options of the TCP connection, or of the unix socket in its place. */
export interface TcpOpts {
  /**
   * How long the kernel may accept no byte of what waits to be sent.
   * @unit ms @default 15000 @source gun tcp_opts send_timeout
   */
  sendTimeout?: number | undefined;
  /**
   * Whether a send that timed out ends the connection; if not, it is an `onError`.
   * @default true @source gun tcp_opts send_timeout_close
   */
  sendTimeoutClose?: boolean | undefined;
  /**
   * Send small messages at once (no Nagle's algorithm).
   * @default true @source Node net.connect
   */
  noDelay?: boolean | undefined;
  /**
   * TCP keep-alive probes. `wsOpts.keepalive` notices a dead peer sooner.
   * @default false @source Node net.connect
   */
  keepAlive?: boolean | undefined;
  /**
   * How long the connection is idle before the first probe.
   * @unit ms @default the system's @source Node net.connect
   */
  keepAliveInitialDelay?: number | undefined;
  /**
   * The local address to connect from.
   * @default the system's choice @source Node net.connect
   */
  localAddress?: string | undefined;
  /**
   * The local port to connect from.
   * @default the system's choice @source Node net.connect
   */
  localPort?: number | undefined;
  /**
   * IP version: 4 or 6; 0 takes both.
   * @default 0 @source Node net.connect
   */
  family?: 0 | 4 | 6 | undefined;
  /**
   * Looks names up in place of `dns.lookup`, and with its signature.
   * @default dns.lookup, one lookup in flight a host @source Node net.connect
   */
  lookup?: LookupFunction | undefined;
  /**
   * Try the addresses of both IP versions in turn (Happy Eyeballs, RFC 8305).
   * @default Node's @source Node net.connect
   */
  autoSelectFamily?: boolean | undefined;
  /**
   * How long one address is tried before the next.
   * @unit ms @default Node's @source Node net.connect
   */
  autoSelectFamilyAttemptTimeout?: number | undefined;
  /**
   * A unix socket (or Windows pipe) to connect to, in place of the url's host and port.
   * @default none @source Node net.connect
   */
  path?: string | undefined;
}

/** WebSocket options that work on Node. */
export interface NodeWsOpts extends CoreWsOpts {
  /**
   * The largest message that is received; a larger one fails the connection (1009).
   * @unit bytes @default 16777216 @source Gundam
   */
  maxPayload?: number | undefined;
}

/** The options that work on Node. */
export interface NodeOptions extends CoreOptions {
  /**
   * How long the name lookup may take.
   * @unit ms @default Infinity @source gun domain_lookup_timeout
   */
  domainLookupTimeout?: number | undefined;
  /**
   * How long the TLS handshake may take.
   * @unit ms @default Infinity @source gun tls_handshake_timeout
   */
  tlsHandshakeTimeout?: number | undefined;
  httpOpts?: HttpOpts | undefined;
  tcpOpts?: TcpOpts | undefined;
  /**
   * Options for Node's `tls.connect`, such as `ca`, `cert`, `key` and `servername`. Certificates are verified.
   * @default {} @source gun tls_opts; Node tls.connect
   */
  tlsOpts?: ConnectionOptions | undefined;
  /**
   * `"tls"` also encrypts what a `ws:` url leads to; `"tcp"` with a `wss:` url needs a unix socket.
   * @default "tls" for wss: and for ws: at port 443, else "tcp" @source gun transport
   */
  transport?: "tcp" | "tls" | undefined;
  wsOpts?: NodeWsOpts | undefined;
}

type Given<Options, Name extends keyof Options> = { readonly [Key in Name]-?: NonNullable<Options[Key]> };

/** The options as the dial reads them: resolved, so that every default is in place. */
export interface ResolvedNodeOptions
  extends Given<NodeOptions, "connectTimeout" | "domainLookupTimeout" | "tlsHandshakeTimeout" | "tlsOpts"> {
  readonly transport?: "tcp" | "tls" | undefined;
  readonly httpOpts: Given<HttpOpts, keyof HttpOpts>;
  readonly tcpOpts: Omit<TcpOpts, "sendTimeout"> & Given<TcpOpts, "sendTimeout">;
  readonly wsOpts: Given<NodeWsOpts, keyof NodeWsOpts>;
}

// Node's timers and socket options take no more than 31 bits.
const milliseconds: Kind = {
  allowed: "a whole number of ms, 1 to 2147483647",
  accepts: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31,
};

const port: Kind = {
  allowed: "a port number, 0 to 65535",
  accepts: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 16,
};

const ipVersion: Kind = { allowed: "0, 4 or 6", accepts: (value) => [0, 4, 6].includes(value as number) };

const httpDeclarations: Declarations<HttpOpts> = {
  upgradeTimeout: [positiveDuration, Infinity],
  maxHeaderBlockSize: [positiveCount, 100_000],
};

const tcpDeclarations: Declarations<TcpOpts> = {
  sendTimeout: [positiveDuration, 15_000],
  sendTimeoutClose: [flag, true],
  noDelay: [flag, true],
  keepAlive: [flag, false],
  keepAliveInitialDelay: [duration],
  localAddress: [text],
  localPort: [port],
  family: [ipVersion],
  lookup: [callback],
  autoSelectFamily: [flag],
  autoSelectFamilyAttemptTimeout: [milliseconds],
  path: [text],
};

export const nodeDeclarations: Declarations<NodeOptions> = {
  ...coreDeclarations,
  domainLookupTimeout: [positiveDuration, Infinity],
  tlsHandshakeTimeout: [positiveDuration, Infinity],
  httpOpts: httpDeclarations,
  tcpOpts: tcpDeclarations,
  tlsOpts: [object, {}],
  transport: [oneOf("tcp", "tls")],
  wsOpts: { ...(coreDeclarations.wsOpts as DeclarationTable), maxPayload: [positiveCount, 16 * 1024 * 1024] },
};

/** What no single declaration can say: throws an `OptionError`. What functions will give is checked when it is dialled. */
export function checkNodeOptions(options: ResolvedNodeOptions & Pick<NodeOptions, "url" | "headers">): void {
  const { url, headers } = options;
  if (headers instanceof Headers) checkHeaderFields(Object.fromEntries(headers));
  else if (typeof headers === "object") checkHeaderFields(headers);
  const href = typeof url === "object" ? url.href : url;
  // Core says what is wrong with a url that is none.
  if (typeof href === "string" && URL.canParse(href)) targetOf(href.replace(/^http/i, "ws"), options);
}
