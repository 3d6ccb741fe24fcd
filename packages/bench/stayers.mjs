// Who comes back after a loss: each opens its connection again for as long as it lives, with the waits that it has by
// itself, or that it recommends. `heard` is called with each message.

export const stayers = {
  async gundam() {
    const { connect, resilient } = await import("gundam");
    return (url, heard) => {
      const client = connect(resilient({ url, supervise: false, onMessage: heard }));
      return { send: (message) => client.send(message), end: () => client.terminate() };
    };
  },

  async ReconnectingWebSocket() {
    const { ReconnectingWebSocket } = await import("gundam/websocket");
    return overFace((url) => new ReconnectingWebSocket(url));
  },

  /** The limit: opened again at once, as nobody should. */
  async ws() {
    const { WebSocket } = await import("ws");
    return (url, heard) => {
      let socket;
      const open = () => {
        socket = new WebSocket(url, { perMessageDeflate: false });
        socket.on("message", (data) => heard(data.toString()));
        socket.on("error", () => {});
        socket.on("close", open);
      };
      open();
      const end = () => {
        socket.off("close", open);
        socket.terminate();
      };
      return { send: (message) => socket.send(message), end };
    };
  },

  async "reconnecting-websocket"() {
    const { default: module } = await import("reconnecting-websocket");
    const { WebSocket } = await import("ws");
    const ReconnectingWebSocket = module.default ?? module;
    return overFace((url) => new ReconnectingWebSocket(url, [], { WebSocket }));
  },

  async partysocket() {
    const { WebSocket: ReconnectingWebSocket } = await import("partysocket");
    const { WebSocket } = await import("ws");
    return overFace((url) => new ReconnectingWebSocket(url, [], { WebSocket }));
  },
};

function overFace(create) {
  return (url, heard) => {
    const socket = create(url);
    socket.onmessage = ({ data }) => heard(data);
    return { send: (message) => socket.send(message), end: () => socket.close() };
  };
}
