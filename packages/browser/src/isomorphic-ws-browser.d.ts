// isomorphic-ws has no types for its browser file.

declare module "isomorphic-ws/browser.js" {
  /** The platform's own; null where there is none. */
  const WebSocket: (new (url: string, protocols: readonly string[]) => globalThis.WebSocket) | null;
  export default WebSocket;
}
