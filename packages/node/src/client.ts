// The client on Node: core's face, bound to its platform.

import { type Callbacks, Client, type Supervisor } from "@gundam/core";
import type { NodeOptions } from "./node-options.ts";
import { nodePlatform } from "./node-platform.ts";

/** Options and callbacks in one object; `Yours` is your part of the state. */
export interface ClientOptions<Yours extends object = object>
  extends NodeOptions,
    Callbacks<WebSocketClient<Yours>, Yours, Headers> {
  state?: Yours | undefined;
}

/** A WebSocket client that stays connected. Extend it to have the callbacks as methods. */
export class WebSocketClient<Yours extends object = object> extends Client<Yours, Headers> {
  constructor(options: ClientOptions<Yours>) {
    super(nodePlatform, options);
  }
}

/** Starts a client: dials at once and returns it. Throws an `OptionError` for what cannot work. */
export function connect<Yours extends object = object>(
  options: ClientOptions<Yours>,
): WebSocketClient<Yours> {
  const client = new WebSocketClient<Yours>(options);
  client.reconnect();
  return client;
}

/** Lists the clients that were started with `supervise: true` until they are closed. */
export const supervisor: Supervisor = nodePlatform.supervisor;
/** Which side of the isomorphic package this is. */
export const platform = "node";
