// The Node side of gundam/websocket.
export * from "@gundam/node/websocket";
