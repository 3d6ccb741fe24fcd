// The options that work on Node, beside those of core: each declared once, with its type, unit, default, check and
// source. What is not declared here is an unknown key.

import { isIP } from "node:net";
import {
  type AttemptContext,
  type Awaitable,
  able,
  type CoreOptions,
  type CoreWsOpts,
  callback,
  count,
  type Declarations,
  type DeclarationTable,
  duration,
  flag,
  flagOr,
  type HeaderFields,
  type HeadersLike,
  type Kind,
  object,
  oneOf,
  orFunction,
  positiveCount,
  positiveDuration,
  type RequestContext,
  resolveOptions,
  socketDeclarations,
  suggestFrom,
} from "@gundam/core";
import type { ConnectionOptions, LookupFunction } from "./node-types.ts";

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
  /**
   * Spells each header field's name for servers that mind: `(name) => name`, the same name in other letter case. It is
   * given the name as it would be sent, the opening handshake's own included.
   * @default names as they are @source gun http_opts transform_header_name
   */
  transformHeaderName?: ((name: string) => string) | undefined;
  /**
   * Keep no cookies of informational (1xx) responses. Those of the 101 are always kept.
   * @default false @source gun http_opts cookie_ignore_informational
   */
  cookieIgnoreInformational?: boolean | undefined;
  /**
   * How many redirects (301, 302, 303, 307, 308) an attempt follows, 20 at most. Never from `wss:` to `ws:`; to another
   * origin without your headers and credentials, and without those of `tlsOpts` that say who you are or whom you trust.
   * @unit redirects @default 0 @source Gundam; Fetch, HTTP-redirect fetch
   *
   * @example
   * connect({ url: "wss://example.org/feed", httpOpts: { maxRedirects: 3 } });
   */
  maxRedirects?: number | undefined;
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
   * @default dns.lookup, shared by all who ask for a host @source Node net.connect
   */
  lookup?: LookupFunction | undefined;
  /**
   * Try the addresses of both IP versions in turn (Happy Eyeballs, RFC 8305).
   * @default Node's @source Node net.connect
   */
  autoSelectFamily?: boolean | undefined;
  /**
   * How long one address is tried before the next. Without it, each try that nobody has answered doubles the time, up to
   * 4 s, until an address has answered as fast as Node's own time allows.
   * @unit ms @default Node's, doubled @source Node net.connect; Gundam
   */
  autoSelectFamilyAttemptTimeout?: number | undefined;
  /**
   * A unix socket (or Windows pipe) to connect to, in place of the url's host and port.
   * @default none @source Node net.connect
   *
   * @example
   * connect({ url: "ws://localhost/feed", tcpOpts: { path: "/run/feed.sock" } });
   */
  path?: string | undefined;
  /**
   * A proxy to connect through: `http:` or `https:` (CONNECT), `socks5:` (the target's name is looked up here) or
   * `socks5h:` (there), with a user and a password before an `@`, percent-encoded. Certificates of `https:` proxies are
   * verified, also against `tlsOpts.ca`; they are shown none of yours. Environment variables are read by `proxyFromEnv()` alone. A function is
   * called for each attempt; `undefined` from it: directly.
   * @default none @source curl --proxy
   *
   * @example
   * connect({ url: "wss://example.org/feed", tcpOpts: { proxy: "http://user:password@proxy.example:3128" } });
   */
  proxy?: string | URL | ((context: RequestContext) => Awaitable<string | URL | undefined>) | undefined;
  /**
   * Header fields of the CONNECT request, for the proxy alone: an object, or a function that is asked before the first
   * CONNECT of an attempt, with `response: undefined`, and once more when the answer is 407, with its headers: enough for
   * Basic, Bearer and Digest, not for schemes of several rounds (NTLM). `undefined` is none at first, and gives up after a
   * 407. Its `Proxy-Authorization` goes before what the proxy's url says. SOCKS has no header fields.
   * @default {} @source curl --proxy-header
   *
   * @example
   * connect({
   *   url: "wss://example.org/feed",
   *   tcpOpts: {
   *     proxy: "http://proxy.example:3128",
   *     proxyHeaders: { "Proxy-Authorization": "Bearer …" },
   *   },
   * });
   */
  proxyHeaders?: ProxyHeadersSource | undefined;
}

/** What a function for `tcpOpts.proxyHeaders` is told of the attempt that asks. */
export interface ProxyHeadersContext extends AttemptContext {
  /** The proxy's url, without user and password. */
  readonly proxy: string;
  /** Where the proxy is to lead, as CONNECT says it: `host:port`. Digest has it as the uri. */
  readonly authority: string;
  /** The 407 to the first CONNECT, with its `status` and `headers`; undefined before that. */
  readonly response: { readonly status: number; readonly headers: Headers } | undefined;
}

/**
 * Gives the header fields of a CONNECT request, maybe async; `undefined`: none at first, and to give up after a 407.
 */
export type ProxyHeadersFunction = (
  context: ProxyHeadersContext,
) => Awaitable<HeaderFields | HeadersLike | undefined>;
/** What `tcpOpts.proxyHeaders` takes: header fields, or a function that gives them for each CONNECT request. */
export type ProxyHeadersSource = HeaderFields | HeadersLike | ProxyHeadersFunction;

/** Keeps cookies from one opening handshake to the next; a tough-cookie `CookieJar` is one. Sync or async. */
export interface CookieStore {
  /** The Cookie header field for a request to this `http:` or `https:` url; "" for none. */
  getCookieString(url: string): Awaitable<string>;
  /** Keeps a Set-Cookie header field that this url answered with, or throws or rejects. */
  setCookie(cookie: string, url: string): unknown;
}

/** Parameters of permessage-deflate (RFC 7692), and how to compress. */
export interface CompressParameters {
  /** The server forgets each message before the next: less memory there, less compression. Default false. */
  serverNoContextTakeover?: boolean | undefined;
  /** We forget each message before the next. Default false; the server may ask for it all the same. */
  clientNoContextTakeover?: boolean | undefined;
  /** The base-2 logarithm of the server's window, 9 to 15. Default: the server's choice. */
  serverMaxWindowBits?: number | undefined;
  /** The base-2 logarithm of our window, 9 to 15. Default: the server's choice. */
  clientMaxWindowBits?: number | undefined;
  /** Messages smaller than this many bytes are sent as they are. Default 1024. */
  threshold?: number | undefined;
  /** zlib's level, 0 (none) to 9 (best). Default: zlib's. */
  level?: number | undefined;
}

/** WebSocket options that work on Node. */
export interface NodeWsOpts extends CoreWsOpts {
  /**
   * Offer to compress messages (permessage-deflate, RFC 7692): true, or its parameters.
   * @default false @source gun ws_opts compress
   *
   * @example
   * connect({ url: "wss://example.org/feed", wsOpts: { compress: { threshold: 512 } } });
   */
  compress?: boolean | CompressParameters | undefined;
  /**
   * The largest message that is received; a larger one fails the connection (1009).
   * @unit bytes @default 16777216 @source Gundam
   *
   * @example
   * connect({ url: "wss://example.org/feed", wsOpts: { maxPayload: 1024 * 1024 } });
   */
  maxPayload?: number | undefined;
  /**
   * The most bytes of a message that are sent in one frame: a larger message is sent in fragments, and pongs may pass
   * between them. The default is about what Chromium does; `Infinity`: a frame for each message, whatever its size.
   * @unit bytes @default 131072 @source Gundam
   */
  maxFrameSize?: number | undefined;
}

/** The options that work on Node. */
export interface NodeOptions extends CoreOptions {
  /**
   * How long the name lookup may take. One that takes longer, or longer than 5 s, is not waited for by later attempts: they
   * ask once more. Libuv runs two lookups of a process at a time, or more with a larger UV_THREADPOOL_SIZE.
   * @unit ms @default Infinity @source gun domain_lookup_timeout
   */
  domainLookupTimeout?: number | undefined;
  /**
   * How long the TLS handshake may take.
   * @unit ms @default Infinity @source gun tls_handshake_timeout
   */
  tlsHandshakeTimeout?: number | undefined;
  /** Options of the HTTP request that opens the WebSocket. */
  httpOpts?: HttpOpts | undefined;
  /**
   * Keeps cookies across attempts (RFC 6265): `{ getCookieString(url), setCookie(cookie, url) }`, such as a tough-cookie
   * `CookieJar`. Asked before each request; told of each Set-Cookie, of refusals and redirects too. Cookies of your own
   * `headers` go before its. A get that fails fails the attempt, a set that fails is an `onError`.
   * @default none @source gun cookie_store
   *
   * @example
   * const jar = new Map<string, string>();
   * connect({
   *   url: "wss://example.org/feed",
   *   cookieStore: {
   *     getCookieString: (url) => jar.get(new URL(url).host) ?? "",
   *     setCookie: (cookie, url) => jar.set(new URL(url).host, cookie.split(";")[0] ?? ""),
   *   },
   * });
   */
  cookieStore?: CookieStore | undefined;
  /** Options of the TCP connection, and the proxy that it leads through. */
  tcpOpts?: TcpOpts | undefined;
  /**
   * Options for Node's `tls.connect`, such as `ca`, `cert`, `key` and `servername`. Certificates are verified. What says
   * who you are or whom you trust is for the url's own origin: no redirect takes it to another. A client
   * keeps its secure context, and resumes its last session when it reconnects, as long as this is the same object; with
   * a `checkServerIdentity` it does not resume, so that each connection is checked: all but undefined, a promise too,
   * rejects the certificate. A function is called for each attempt; what a client keeps, it keeps as long as that gives
   * the same object.
   * @default {} @source gun tls_opts; Node tls.connect
   *
   * @example
   * connect({
   *   url: "wss://example.org/feed",
   *   tlsOpts: { ca: readFileSync("ca.pem"), cert: readFileSync("me.pem"), key: readFileSync("me-key.pem") },
   * });
   */
  tlsOpts?: ConnectionOptions | ((context: RequestContext) => Awaitable<ConnectionOptions>) | undefined;
  /**
   * `"tls"` also encrypts what a `ws:` url leads to; `"tcp"` with a `wss:` url needs a unix socket.
   * @default "tls" for wss: and for ws: at port 443, else "tcp" @source gun transport
   */
  transport?: "tcp" | "tls" | undefined;
  /** Options of the WebSocket connection itself. */
  wsOpts?: NodeWsOpts | undefined;
}

type Given<Options, Name extends keyof Options> = { readonly [Key in Name]-?: NonNullable<Options[Key]> };

/** What functions have answered is in its place. */
export type DialledTcpOpts = Omit<TcpOpts, "proxy"> & { readonly proxy?: string | URL | undefined };

/** The options as the dial reads them: resolved, so that every default is in place, and so is what functions answered. */
export interface ResolvedNodeOptions
  extends Given<
    NodeOptions,
    "callbackTimeout" | "openTimeout" | "connectTimeout" | "domainLookupTimeout" | "tlsHandshakeTimeout"
  > {
  readonly url: NodeOptions["url"];
  readonly headers?: NodeOptions["headers"];
  readonly transport?: "tcp" | "tls" | undefined;
  readonly cookieStore?: CookieStore | undefined;
  readonly httpOpts: Given<HttpOpts, Exclude<keyof HttpOpts, "transformHeaderName">> &
    Pick<HttpOpts, "transformHeaderName">;
  readonly tcpOpts: DialledTcpOpts & Given<TcpOpts, "sendTimeout" | "proxyHeaders">;
  readonly tlsOpts: ConnectionOptions;
  readonly wsOpts: Given<Omit<NodeWsOpts, "protocols">, Exclude<keyof NodeWsOpts, "protocols">> & {
    readonly protocols: readonly string[];
  };
}

// Node's timers and socket options take no more than 31 bits.
const milliseconds: Kind = [
  "a whole number of ms, 1 to 2147483647",
  (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31,
];

const port: Kind = [
  "a port number, 0 to 65535",
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 16,
];

// As many as Fetch follows, and more than any server means.
const redirects: Kind = [
  "a whole number, 0 to 20",
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 20,
];

const ipVersion: Kind = ["0, 4 or 6", (value) => [0, 4, 6].includes(value as number)];

// What makes a good one, and that an object is a URL, is for `proxyOf` to say: its errors show no password.
export const proxyUrl: Kind = [
  "a url, as a string or a URL",
  (value) => typeof value === "string" || (typeof value === "object" && value !== null),
];

// What is wrong with a field is for `takeHeaderFields` to say.
const proxyHeaders: Kind = [
  "an object of header fields, a Headers or a function returning one",
  (value) => Object(value) === value && !Array.isArray(value),
];

const cookieStore: Kind = able(
  "an object with the functions getCookieString and setCookie",
  "getCookieString",
  "setCookie",
);

const compression: Kind = flagOr(able("an object of permessage-deflate parameters"));

const socketPath: Kind = ["a path that is not empty", (value) => typeof value === "string" && value !== ""];

const ipAddress: Kind = ["an IP address", (value) => typeof value === "string" && isIP(value) !== 0];

// RFC 7692 §7.1.2 also knows 8, with which zlib does not make raw deflate data.
const windowBits: Kind = [
  "a whole number, 9 to 15",
  (value) => Number.isInteger(value) && (value as number) >= 9 && (value as number) <= 15,
];

const deflateLevel: Kind = [
  "a whole number, 0 to 9",
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 9,
];

const httpDeclarations: Declarations<HttpOpts> = {
  upgradeTimeout: [positiveDuration, Infinity],
  maxHeaderBlockSize: [positiveCount, 100_000],
  transformHeaderName: [callback],
  cookieIgnoreInformational: [flag, false],
  maxRedirects: [redirects, 0],
};

const compressDeclarations: Declarations<CompressParameters> = {
  serverNoContextTakeover: [flag, false],
  clientNoContextTakeover: [flag, false],
  serverMaxWindowBits: [windowBits],
  clientMaxWindowBits: [windowBits],
  threshold: [count, 1024],
  level: [deflateLevel],
};

const tcpDeclarations: Declarations<TcpOpts> = {
  sendTimeout: [positiveDuration, 15_000],
  sendTimeoutClose: [flag, true],
  noDelay: [flag, true],
  keepAlive: [flag, false],
  keepAliveInitialDelay: [duration],
  localAddress: [ipAddress],
  localPort: [port],
  family: [ipVersion],
  lookup: [callback],
  autoSelectFamily: [flag],
  autoSelectFamilyAttemptTimeout: [milliseconds],
  path: [socketPath],
  proxy: [orFunction(proxyUrl)],
  proxyHeaders: [proxyHeaders, {}],
};

export const nodeDeclarations: Declarations<NodeOptions> = {
  ...(socketDeclarations as Declarations<CoreOptions>),
  domainLookupTimeout: [positiveDuration, Infinity],
  tlsHandshakeTimeout: [positiveDuration, Infinity],
  httpOpts: httpDeclarations,
  cookieStore: [cookieStore],
  tcpOpts: tcpDeclarations,
  tlsOpts: [orFunction(object), {}],
  transport: [oneOf("tcp", "tls")],
  wsOpts: {
    ...(socketDeclarations.wsOpts as DeclarationTable),
    compress: [compression, false],
    maxPayload: [positiveCount, 16 * 1024 * 1024],
    maxFrameSize: [positiveCount, 128 * 1024],
  },
};

/** The parameters with every default in place; undefined where nothing is to be compressed. */
export function compressParameters(compress: boolean | CompressParameters): CompressParameters | undefined {
  if (compress === false) return undefined;
  // Nested as they are given, for the errors to name them in full.
  const declarations = { wsOpts: { compress: compressDeclarations as DeclarationTable } };
  const given = { wsOpts: { compress: compress === true ? {} : compress } };
  const { wsOpts } = resolveOptions(declarations, given, [], suggestFrom(declarations));
  return (wsOpts as { compress: CompressParameters }).compress;
}
