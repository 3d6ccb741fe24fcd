// `WebSocket` in browsers: the native class, which the platform alone can make conform, as a class of our own. It is safe to
// import where there is none.

type WebSocketClass = typeof globalThis.WebSocket;

/** Stands in where there is no WebSocket: a server that renders pages imports what it does not use. */
class NoWebSocket {
  constructor() {
    throw new Error("there is no WebSocket here");
  }
}

const NativeWebSocket = (globalThis.WebSocket ?? NoWebSocket) as WebSocketClass;

/**
 * The WHATWG interface: one connection, which is never opened again. `options` are those of Node's side: a browser can
 * do nothing for them, and a warning names them.
 *
 * @example
 * const socket = new WebSocket("wss://example.org/feed", ["feed.v2"]);
 * socket.onmessage = ({ data }) => console.log(data);
 */
export class WebSocket extends NativeWebSocket {
  constructor(url: string | URL, protocols: string | string[] = [], options: object = {}) {
    // Web IDL counts the arguments: without any it is a TypeError.
    // biome-ignore lint/complexity/noArguments: a rest parameter would change what `length` says.
    super(...((arguments.length === 0 ? [] : [url, protocols]) as unknown as [string]));
    const ignored = Object.keys(options);
    if (ignored.length > 0)
      console.warn(`gundam: a browser's WebSocket takes no options; ignored: ${ignored}`);
  }
}
