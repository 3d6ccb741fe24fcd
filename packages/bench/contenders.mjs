// Who is compared: each opens a connection, and sends and hears on it. Compression is off. Whose certificates are trusted
// is in the environment of the process.

import { overTcp } from "./tcp.mjs";

/**
 * Name → how it is loaded, which gives `open(url, heard, { keepalive })`. `heard` is called with each message. A
 * connection has `send`, `close`, and `reopen` when it can do that by itself.
 */
export const contenders = {
  async ws() {
    const { WebSocket } = await import("ws");
    return (url, heard) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(url, { perMessageDeflate: false });
        // What a user of ws does first: text as a string.
        socket.on("message", (data, isBinary) => heard(isBinary ? data : data.toString()));
        socket.once("error", reject);
        socket.once("open", () =>
          resolve({
            send: (message) => socket.send(message),
            close: () =>
              new Promise((closed) => {
                socket.once("close", closed);
                socket.close(1000);
              }),
          }),
        );
      });
  },

  /** In a process in which ws finds bufferutil. */
  async bufferutil() {
    const { createRequire } = await import("node:module");
    createRequire(import.meta.url)("bufferutil");
    return contenders.ws();
  },

  async gundam() {
    const { connect } = await import("gundam");
    return async (url, heard, { keepalive } = {}) => {
      const client = connect({ ...forGundam(keepalive), url, supervise: false, retry: 0, onMessage: heard });
      await client.ready();
      return {
        send: (message) => client.send(message),
        close: () => client.close(),
        reopen: () => {
          client.reconnect();
          return client.ready();
        },
      };
    };
  },

  async WebSocket() {
    const { WebSocket } = await import("gundam/websocket");
    return overFace((url, { keepalive }) => new WebSocket(url, [], forGundam(keepalive)));
  },

  async ReconnectingWebSocket() {
    const { ReconnectingWebSocket } = await import("gundam/websocket");
    return overFace((url, { keepalive }) => new ReconnectingWebSocket(url, [], forGundam(keepalive)));
  },

  async undici() {
    const { WebSocket } = await import("undici");
    return overFace((url) => new WebSocket(url));
  },

  async "reconnecting-websocket"() {
    const { default: module } = await import("reconnecting-websocket");
    const ReconnectingWebSocket = module.default ?? module;
    const WebSocket = await plainWs();
    return overFace((url) => new ReconnectingWebSocket(url, [], { WebSocket }));
  },

  async partysocket() {
    const { WebSocket: ReconnectingWebSocket } = await import("partysocket");
    const WebSocket = await plainWs();
    return overFace((url) => new ReconnectingWebSocket(url, [], { WebSocket }));
  },

  bun: native,
  deno: native,

  /** The limit: frames that are made before, a write for each burst, and bytes that are only counted. */
  async tcp() {
    return overTcp;
  },
};

function native() {
  return overFace((url) => new globalThis.WebSocket(url));
}

/** No burst is too large. */
function forGundam(keepalive) {
  return {
    sendQueue: { maxBytes: Infinity },
    ...(keepalive !== undefined && { wsOpts: { keepalive } }),
  };
}

async function plainWs() {
  const { WebSocket } = await import("ws");
  return class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { perMessageDeflate: false });
    }
  };
}

/** Over what has the face of a WebSocket. */
function overFace(create) {
  return (url, heard, options = {}) =>
    new Promise((resolve, reject) => {
      const socket = create(url, options);
      const next = (event) =>
        new Promise((happened) => {
          socket[event] = happened;
        });
      const connection = {
        send: (message) => socket.send(message),
        close: () => {
          const closed = next("onclose");
          socket.close(1000);
          return closed;
        },
        ...(socket.reconnect !== undefined && {
          reopen: () => {
            const opened = next("onopen");
            socket.reconnect();
            return opened;
          },
        }),
      };
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }) => heard(data);
      socket.onerror = ({ error, message }) => reject(error ?? new Error(message));
      socket.onopen = () => resolve(connection);
    });
}
