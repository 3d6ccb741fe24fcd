// The browser side of gundam/websocket: what bundlers and workers import.
export * from "@gundam/browser/websocket";
