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
export type ReconnectingOptions = FamiliarOptions & FaceOptions<BrowserOptions>;

export type ReconnectingWebSocket = ReconnectingInterface<ReconnectingEventMap>;

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
  FaceOptions<BrowserOptions>
> = /* @__PURE__ */ reconnectingWebSocket({
  EventTarget: globalThis.EventTarget as never,
  platform: () => browserPlatform,
  resilient,
  event: (type) => new Event(type),
  messageEvent: (data, origin) => new MessageEvent("message", { data, origin }),
  closeEvent: (ending) => new CloseEvent("close", ending),
  blob: (bytes) => new Blob([bytes]),
  originOf: (url) => new URL(url).origin,
}) as never;
