// The Node side of gundam/websocket: what Node, Deno and Bun import.
export * from "@gundam/node/websocket";
