// What a client on Node knows of itself: core's facts, and those of its socket.

import { type AnyClient, type ClientInfo, info as coreInfo } from "@gundam/core";

/** Those of the socket are undefined while no connection is open. */
export interface NodeClientInfo extends ClientInfo {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly family?: string | undefined;
  readonly tls?: TlsFacts | undefined;
  /** Bytes on the socket, the opening handshake's included. */
  readonly bytesRead?: number | undefined;
  readonly bytesWritten?: number | undefined;
}

export interface TlsFacts {
  readonly protocol: string | null;
  readonly cipher: string | undefined;
  readonly authorized: boolean;
  readonly sessionReused: boolean;
  readonly alpn: string | undefined;
}

/**
 * What a client is doing, for logs and health checks.
 *
 * @example console.log(info(client).phase, info(client).remoteAddress)
 */
export const info: (client: AnyClient) => NodeClientInfo = coreInfo;
