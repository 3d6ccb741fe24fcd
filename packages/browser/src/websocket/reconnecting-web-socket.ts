// `ReconnectingWebSocket` in browsers.

import { resilient } from "@gundam/core";
import {
  type DropFacts,
  type Ending,
  type FaceOptions,
  type FailureFacts,
  type FamiliarOptions,
  type ReconnectingConstructor,
  type ReconnectingInterface,
  reconnectingWebSocket,
} from "@gundam/core/websocket";
import type { BrowserOptions } from "../browser-options.ts";
import { browserPlatform } from "../browser-platform.ts";

/** An `error` event: an `Event`, as the standard has it, that also says why. */
export interface FailureEvent extends Event, FailureFacts {}

/** A `drop` event: a message that will not be sent. */
export interface DropEvent extends Event, DropFacts {}

/** Node's projects read this, too, and may have no such type. */
type CloseEvent = typeof globalThis extends { CloseEvent: { prototype: infer Own } } ? Own : Event & Ending;

export interface ReconnectingEventMap {
  open: Event;
  message: MessageEvent;
  error: FailureEvent;
  close: CloseEvent;
  drop: DropEvent;
}

/** Gundam's options, over the values that `resilient` recommends, and the names that other clients have for them. */
export type ReconnectingOptions = FamiliarOptions & FaceOptions<BrowserOptions>;

export type ReconnectingWebSocket = ReconnectingInterface<ReconnectingEventMap>;

/** A WebSocket that stays: what it promises stands in docs/websocket.md. */
export const ReconnectingWebSocket: ReconnectingConstructor<
  ReconnectingEventMap,
  FaceOptions<BrowserOptions>
> = /* @__PURE__ */ reconnectingWebSocket({
  EventTarget: globalThis.EventTarget as never,
  platform: () => browserPlatform,
  resilient,
  event: (type) => new Event(type),
  messageEvent: (data, origin) => new MessageEvent("message", { data, origin }),
  closeEvent: (ending) => new CloseEvent("close", ending),
  blob: (bytes) => new Blob([bytes as Uint8Array<ArrayBuffer>]),
  originOf: (url) => new URL(url).origin,
}) as never;
