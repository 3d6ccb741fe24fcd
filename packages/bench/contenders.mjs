// Who is compared: each opens a connection, and sends and hears on it. Compression is off, as both have it by choice.

/** `heard`: called with each message. */
export const contenders = {
  async gundam() {
    const { connect } = await import("gundam");
    return async (url, heard) => {
      const sendQueue = { maxBytes: Infinity };
      const client = connect({ url, sendQueue, supervise: false, retry: 0, onMessage: heard });
      await client.ready();
      return { send: (message) => client.send(message), close: () => client.close() };
    };
  },
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
};
