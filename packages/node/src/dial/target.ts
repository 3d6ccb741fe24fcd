// What an attempt connects to: the url, read once, with what the options make of it.

import { isIP } from "node:net";
import { OptionError, printable } from "@gundam/core";
import type { ResolvedNodeOptions } from "../node-options.ts";
import type { Endpoint } from "./endpoint.ts";
import { type ProxyEndpoint, proxyOf } from "./proxy-url.ts";

export interface Target extends Endpoint {
  /** For the opening handshake: `wss:` when it goes through TLS. */
  readonly url: URL;
  readonly secure: boolean;
  readonly proxy: ProxyEndpoint | undefined;
}

/** Throws an `OptionError` where `transport` contradicts the url, or the proxy cannot be used. */
export function targetOf(href: string, { transport, tcpOpts }: ResolvedNodeOptions): Target {
  const url = new URL(href);
  const port = Number(url.port || (url.protocol === "wss:" ? 443 : 80));
  const { path } = tcpOpts;
  if (url.protocol === "wss:" && transport === "tcp" && path === undefined) {
    const problem =
      'must not be "tcp" with a wss: url, which would go unencrypted; that is for unix sockets only';
    throw new OptionError("transport", transport, problem);
  }
  const secure = (transport ?? (url.protocol === "wss:" || port === 443 ? "tls" : "tcp")) === "tls";
  if (secure && url.protocol === "ws:") {
    url.protocol = "wss:";
    url.port = String(port);
  }
  const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  const proxy = proxyOf(tcpOpts);
  const way = proxy === undefined ? "" : ` through ${proxy.place}`;
  const place = path ?? `${printable(url.hostname)}:${port}${way}`;
  const named = path === undefined && isIP(host) === 0;
  return { url, host, port, path, secure, named, place, source: "the url", proxy, isElsewhere: false };
}
