// `tcpOpts.proxy`, read: which proxy, what it speaks, and who we are there. No error text repeats any of the url, which
// may hold a password.

import { isIP } from "node:net";
import { OptionError } from "@gundam/core";
import type { TcpOpts } from "../node-options.ts";
import type { Endpoint } from "./endpoint.ts";

type Scheme = "http:" | "https:" | "socks5:" | "socks5h:";

export interface ProxyEndpoint extends Endpoint {
  readonly scheme: Scheme;
  readonly user: string;
  readonly password: string;
  /** Without user and password. */
  readonly origin: string;
  /** All of it, so that two can be compared; a secret. */
  readonly href: string;
}

// RFC 1928 §3 for SOCKS; the others have their scheme's.
const defaultPorts: Readonly<Record<Scheme, number>> = {
  "http:": 80,
  "https:": 443,
  "socks5:": 1080,
  "socks5h:": 1080,
};

const example = "such as http://user:password@proxy.example:3128";

/** Throws an `OptionError` for a proxy that cannot be used; `option`: what gave it. */
export function proxyOf(
  { proxy, path }: Pick<TcpOpts, "proxy" | "path">,
  option = "tcpOpts.proxy",
): ProxyEndpoint | undefined {
  if (proxy === undefined) return undefined;
  // Without the value: it may be a secret.
  const refuse: Refuse = (problem) => {
    throw new OptionError(option, undefined, problem);
  };
  if (path !== undefined) refuse("leads nowhere with tcpOpts.path: a unix socket has no proxy");
  // It is asked when it is dialled.
  if (typeof proxy === "function") return undefined;
  const url = parse(proxy);
  if (url === undefined || url.hostname === "") return refuse(`must be a url, ${example}`);
  const scheme = url.protocol as Scheme;
  if (!Object.hasOwn(defaultPorts, scheme))
    refuse(`must begin with http://, https://, socks5:// or socks5h://, ${example}`);
  if (url.pathname.length > 1 || url.search !== "" || url.hash !== "")
    refuse("must end after the port: a proxy's url has no path, query or fragment");
  const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  const port = Number(url.port || defaultPorts[scheme]);
  return {
    scheme,
    ...credentialsOf(url, scheme, refuse),
    origin: `${scheme}//${url.host}`,
    href: url.href,
    host,
    port,
    path: undefined,
    named: isIP(host) === 0,
    place: `the proxy ${url.hostname}:${port}`,
    source: "tcpOpts.proxy",
    isElsewhere: false,
  };
}

type Refuse = (problem: string) => never;

function parse(source: unknown): URL | undefined {
  try {
    return typeof source === "string" || source instanceof URL ? new URL(source) : undefined;
  } catch {
    return undefined;
  }
}

function credentialsOf(
  { username, password }: URL,
  scheme: Scheme,
  refuse: Refuse,
): Pick<ProxyEndpoint, "user" | "password"> {
  const credentials = { user: decode(username, refuse), password: decode(password, refuse) };
  // RFC 1929 §2 gives the length of each in one byte; RFC 7617 §2 separates them by a colon.
  if (scheme.startsWith("socks")) {
    const longest = Math.max(...Object.values(credentials).map((text) => Buffer.byteLength(text)));
    if (longest > 255) refuse("has a user or a password that is too long for SOCKS: 255 bytes at most");
  } else if (credentials.user.includes(":")) {
    refuse("has a user with a colon, which Basic authorization cannot send");
  }
  return credentials;
}

function decode(encoded: string, refuse: Refuse): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return refuse("has a user or a password that is not percent-encoded; write % as %25");
  }
}
