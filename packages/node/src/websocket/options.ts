// The third argument of `WebSocket`: Gundam's options, in what they can do for one connection.

import { type FaceOptions, type Refusals, refuseOptions, saidByInterface } from "@gundam/core/websocket";
import type { NodeOptions } from "../node-options.ts";

/**
 * Gundam's options for one connection. Unless they are given, `sendQueue.maxBytes` is unlimited, `supervise` is false,
 * and a `ws:` url goes without TLS at every port.
 */
export type WebSocketOptions = FaceOptions<
  Omit<NodeOptions, "retry" | "retryFun" | "retryTimeout" | "shouldRetry" | "stableAfter">
>;

const once = "must be left out: a WebSocket is never opened again; ReconnectingWebSocket is";

const refusals: Refusals = {
  ...saidByInterface,
  retry: once,
  retryFun: once,
  retryTimeout: once,
  shouldRetry: once,
  stableAfter: once,
};

/** The client's options for the one life of a `WebSocket`. Throws an `OptionError` for what has no place there. */
export function onceOptions(url: URL, protocols: readonly string[], options: WebSocketOptions): NodeOptions {
  refuseOptions(refusals, options);
  const { transport = url.protocol === "ws:" ? "tcp" : undefined, supervise = false, sendQueue } = options;
  return {
    ...options,
    url: url.href,
    retry: 0,
    transport,
    supervise,
    sendQueue: { ...sendQueue, maxBytes: sendQueue?.maxBytes ?? Infinity },
    wsOpts: { ...options.wsOpts, protocols },
  };
}
