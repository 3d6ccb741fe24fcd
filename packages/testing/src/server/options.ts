// The options of `startEchoServer()`.

import type { TlsOptions } from "node:tls";
import type { Headers } from "./headers.ts";

/** How a server is started. */
export interface EchoServerOptions {
  /** TCP port; default 0, any free one. */
  readonly port?: number | undefined;
  /** `127.0.0.1` (default) or `::1`; any other host throws `OptionError`. */
  readonly host?: string | undefined;
  /** The subprotocols supported; default any, so that the client's first offer is selected. */
  readonly protocols?: readonly string[] | undefined;
  /** Speaks TLS when given: Node's own options (`key`, `cert`, `ca`, `requestCert`, …). */
  readonly tls?: TlsOptions | undefined;
  /** Accepts permessage-deflate when offered; default false. */
  readonly perMessageDeflate?: boolean | undefined;
  /** Added to each 101; throws `OptionError` for what no header field may hold. */
  readonly headers?: Headers | undefined;
  /**
   * Origins of pages that may connect beside those on loopback hosts, such as `https://app.example`; `null` of files and
   * sandboxes; `*` for any page, by any name. Who sends no Origin may always.
   */
  readonly allowOrigins?: readonly string[] | undefined;
}
