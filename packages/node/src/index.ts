export type { Sendable } from "@gundam/core";
export * from "@gundam/core/public";
export { type ClientOptions, connect, platform, resilient, supervisor, WebSocketClient } from "./client.ts";
export type { Diagnostic } from "./diagnostics.ts";
export { info, type NodeClientInfo, type TlsFacts } from "./info.ts";
export type {
  CompressParameters,
  CookieStore,
  HttpOpts,
  NodeOptions,
  NodeWsOpts,
  ProxyHeadersContext,
  ProxyHeadersFunction,
  ProxyHeadersSource,
  TcpOpts,
} from "./node-options.ts";
export { nodePlatform } from "./node-platform.ts";
export { proxyFromEnv } from "./proxy-from-env.ts";
