// What a client on Node knows of itself: core's facts, and those of its socket.

import { type AnyClient, type ClientInfo, info as coreInfo } from "@gundam/core";

/** What a client on Node knows of itself: also of its socket, which is undefined while no connection is open. */
export interface NodeClientInfo extends ClientInfo {
  /** The local IP address of the socket. */
  readonly localAddress?: string | undefined;
  /** The local TCP port of the socket. */
  readonly localPort?: number | undefined;
  /** The IP address that the socket is connected to: the server's, or the proxy's. */
  readonly remoteAddress?: string | undefined;
  /** The TCP port that it is connected to. */
  readonly remotePort?: number | undefined;
  /** `"IPv4"` or `"IPv6"`. */
  readonly family?: string | undefined;
  /** What TLS has negotiated; undefined without TLS. */
  readonly tls?: TlsFacts | undefined;
  /** Bytes read from the socket, the opening handshake's included. */
  readonly bytesRead?: number | undefined;
  /** Bytes written to the socket, the opening handshake's included. */
  readonly bytesWritten?: number | undefined;
}

/** What TLS has negotiated. */
/** What the TLS handshake came to. */
export interface TlsFacts {
  /** The version, such as `"TLSv1.3"`. */
  readonly protocol: string | null;
  /** The cipher suite, by the name that Node gives it. */
  readonly cipher: string | undefined;
  /** The peer's certificate was verified. */
  readonly authorized: boolean;
  /** The TLS session of an earlier connection was resumed. */
  readonly sessionReused: boolean;
  /** The protocol that ALPN selected; undefined for none. */
  readonly alpn: string | undefined;
}

/**
 * What a client is doing, for logs and health checks.
 *
 * @example console.log(info(client).phase, info(client).remoteAddress)
 */
export const info: (client: AnyClient) => NodeClientInfo = coreInfo;
