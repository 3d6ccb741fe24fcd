// @gundam/browser: Gundam's platform in pages and workers, over their own WebSocket.

export { info } from "@gundam/core";
export * from "@gundam/core/public";
export type { BrowserOptions, BrowserWsOpts } from "./browser-options.ts";
export { browserPlatform } from "./browser-platform.ts";
export {
  type ClientOptions,
  connect,
  platform,
  resilient,
  type Sendable,
  WebSocketClient,
} from "./client.ts";
export { supervisor } from "./supervisor.ts";
