// What `gundam/websocket` is where nothing says which side it is: as anywhere.ts has it for `gundam`.

import type * as browser from "@gundam/browser/websocket";
import type * as node from "@gundam/node/websocket";
import type { OnNode } from "./side.ts";

export * from "@gundam/browser/websocket";
export type * from "@gundam/node/websocket";

export type DropEvent = OnNode extends true ? node.DropEvent : browser.DropEvent;
export type FailureEvent = OnNode extends true ? node.FailureEvent : browser.FailureEvent;
export type ReconnectingEventMap = OnNode extends true
  ? node.ReconnectingEventMap
  : browser.ReconnectingEventMap;
/** Gundam's options, over the values that `resilient` recommends, and the names that other clients have for them. */
export type ReconnectingOptions = OnNode extends true
  ? node.ReconnectingOptions
  : browser.ReconnectingOptions;
export type ReconnectingWebSocket = OnNode extends true
  ? node.ReconnectingWebSocket
  : browser.ReconnectingWebSocket;
/** A WebSocket that stays: what it promises stands in docs/websocket.md. */
export declare const ReconnectingWebSocket: OnNode extends true
  ? typeof node.ReconnectingWebSocket
  : typeof browser.ReconnectingWebSocket;
/** The platform's own type of a WebSocket: whoever takes one takes ours. */
export type WebSocket = OnNode extends true ? node.WebSocket : browser.WebSocket;
/** The WHATWG interface: one connection, which is never opened again. */
export declare const WebSocket: OnNode extends true ? typeof node.WebSocket : typeof browser.WebSocket;
