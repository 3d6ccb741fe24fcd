// The WebSocket faces in browsers, workers and their kin.

export {
  type DropEvent,
  type FailureEvent,
  type ReconnectingEventMap,
  type ReconnectingOptions,
  ReconnectingWebSocket,
} from "./reconnecting-web-socket.ts";
export { WebSocket } from "./web-socket.ts";
