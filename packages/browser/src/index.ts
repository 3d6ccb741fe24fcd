// @gundam/browser: Gundam's platform in pages and workers, over their own WebSocket.

export * from "@gundam/core/public";
export type { BrowserOptions, BrowserWsOpts } from "./browser-options.ts";
export { browserPlatform } from "./browser-platform.ts";
export {
  type ClientOptions,
  connect,
  platform,
  type Sendable,
  supervisor,
  WebSocketClient,
} from "./client.ts";
