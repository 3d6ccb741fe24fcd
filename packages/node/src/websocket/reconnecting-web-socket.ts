// `ReconnectingWebSocket` on Node.

import { setMaxListeners } from "node:events";
import { httpResilient } from "@gundam/core";
import {
  type FaceOptions,
  type FamiliarOptions,
  type ReconnectingConstructor,
  type ReconnectingInterface,
  reconnectingWebSocket,
} from "@gundam/core/websocket";
import type { NodeOptions } from "../node-options.ts";
import { nodePlatform } from "../node-platform.ts";
import { ownDial } from "../node-transport.ts";
import { CloseEvent } from "./close-event.ts";
import type { DropEvent, FailureEvent } from "./events.ts";
import { guardListeners } from "./listeners.ts";

/** The events of a `ReconnectingWebSocket`, by type. */
export interface ReconnectingEventMap {
  /** A connection was opened; each one. */
  open: Event;
  /** A message has come: a string, or what `binaryType` says. */
  message: MessageEvent;
  /** An attempt failed or a connection was lost; its `close` follows. Or what does not end the connection failed. */
  error: FailureEvent;
  /** A connection, or an attempt to open one, has ended. `readyState` is CLOSED if it was the last. */
  close: CloseEvent;
  /** A message will not be sent, or was on its way when its connection was lost. */
  drop: DropEvent;
}

/** Gundam's options, over the values that `resilient` recommends, and the names that other clients have for them. */
export type ReconnectingOptions = FamiliarOptions & FaceOptions<NodeOptions>;

export type ReconnectingWebSocket = ReconnectingInterface<ReconnectingEventMap>;

class ListenedTarget extends EventTarget {
  constructor() {
    super();
    // Browsers know no such number. Node would warn of a leak.
    setMaxListeners(0, this);
  }

  static {
    guardListeners(ListenedTarget);
  }
}

/**
 * A WebSocket that stays: it is opened again, and what is sent meanwhile waits in a queue. What it promises beside the
 * standard's interface stands in docs/websocket.md.
 *
 * @example
 * const socket = new ReconnectingWebSocket("wss://example.org/feed");
 * socket.onopen = () => socket.send("subscribe");
 * socket.onmessage = ({ data }) => console.log(data);
 */
export const ReconnectingWebSocket: ReconnectingConstructor<
  ReconnectingEventMap,
  FaceOptions<NodeOptions>
> = /* @__PURE__ */ reconnectingWebSocket({
  EventTarget: ListenedTarget,
  resilient: httpResilient,
  // Each event is a task of its own, as in browsers.
  platform: () => ({ ...nodePlatform, ...ownDial(true) }),
  event: (type) => new Event(type),
  messageEvent: (data, origin) => new MessageEvent("message", { data, origin }),
  closeEvent: (ending) => new CloseEvent("close", ending),
  blob: (bytes) => new Blob([bytes]),
  originOf: (url) => new URL(url).origin,
}) as never;
