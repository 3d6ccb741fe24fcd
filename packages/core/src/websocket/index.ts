// What the WebSocket faces of the platforms share.

export { utf8Length } from "../close-codes.ts";
export { sizeOf } from "../sendable.ts";
export { defineEventHandlers, type EventHandlers } from "./event-handlers.ts";
export { type BinaryType, dataOf, isBinaryType } from "./message-data.ts";
export type {
  DropFacts,
  Ending,
  EventMap,
  FailureFacts,
  ProtocolSource,
  ReconnectingConstructor,
  ReconnectingInterface,
} from "./reconnecting-interface.ts";
export type { FamiliarOptions } from "./reconnecting-options.ts";
export {
  type EventLike,
  type EventTargetLike,
  type Host,
  reconnectingWebSocket,
} from "./reconnecting-web-socket.ts";
export { type FaceOptions, type Refusals, refuseOptions, saidByInterface } from "./said-elsewhere.ts";
export { SendOrder } from "./send-order.ts";
export {
  clampedShort,
  exposeInterface,
  type Payload,
  payloadOf,
  type ReadableBlob,
  readyStates,
  stringSequence,
  wrappedShort,
} from "./web-idl.ts";
