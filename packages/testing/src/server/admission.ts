// Who is let in. Any page can have its browser connect to loopback, and with a name that is rebound to 127.0.0.1 it is even
// the same origin: hence Origin and Host. Whoever sends no Origin is no page.

import type { IncomingMessage } from "node:http";
import { OptionError } from "@gundam/core";
import { HandshakeError } from "./handshake.ts";

/** What browsers serialize an origin to (HTML, "serialization of an origin"); `null` is that of files and sandboxes. */
const origin = /^(null|[a-z][a-z\d+.-]*:\/\/[^\s/?#@]+)$/;

/** RFC 6761 §6.3 leaves every name below localhost to loopback. */
const loopbackHost = /^(([a-z\d-]+\.)*localhost\.?|127(\.\d+){3}|\[::1\])$/;

export class Admission {
  readonly #allowed: ReadonlySet<string>;
  readonly #allowedHosts: ReadonlySet<string>;

  /** Throws `OptionError` for what is no origin. */
  constructor(allowed: readonly string[] = []) {
    for (const entry of allowed) {
      if (entry === "*" || origin.test(entry)) continue;
      const problem = `must be origins as browsers send them, such as https://app.example, or *, not ${JSON.stringify(entry)}`;
      throw new OptionError("allowOrigins", allowed, problem);
    }
    this.#allowed = new Set(allowed);
    const hosts = allowed.flatMap((entry) => entry.split("://").slice(1));
    this.#allowedHosts = new Set(hosts.map(hostOf));
  }

  /** Throws `HandshakeError` (403) for a request of a page that is not our own, nor allowed. */
  check({ headers }: IncomingMessage): void {
    if (this.#allowed.has("*")) return;
    const { host = "", origin } = headers;
    // A page that is allowed may come by its own host, as through a tunnel.
    if (!isLoopback(host) && !this.#allowedHosts.has(hostOf(host))) {
      throw new HandshakeError(
        403,
        "Host must be a loopback host, or that of an allowed origin (allowOrigins, --allow-origin)",
      );
    }
    if (origin === undefined || this.#allowed.has(origin)) return;
    if (!/^https?:\/\//.test(origin) || !isLoopback(origin.replace(/^https?:\/\//, ""))) {
      throw new HandshakeError(
        403,
        "Origin must be a page's on a loopback host, or be allowed (allowOrigins, --allow-origin)",
      );
    }
  }
}

function isLoopback(host: string): boolean {
  return loopbackHost.test(hostOf(host));
}

/** Without the port. */
function hostOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
