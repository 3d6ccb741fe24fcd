// The browser side of gundam/websocket: what bundlers, workers, Deno and Bun import.
export * from "@gundam/browser/websocket";
