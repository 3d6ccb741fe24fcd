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

export interface ReconnectingEventMap {
  open: Event;
  message: MessageEvent;
  error: FailureEvent;
  close: CloseEvent;
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

/** A WebSocket that stays: what it promises stands in docs/websocket.md. */
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
  blob: (bytes) => new Blob([bytes as Uint8Array<ArrayBuffer>]),
  originOf: (url) => new URL(url).origin,
}) as never;
