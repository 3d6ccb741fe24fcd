// What a page of Chromium does: it opens a connection of one contender, and sends or receives on it. in-chromium.mjs
// bundles it, and looks at what it costs.

import { connect } from "gundam";
import { ReconnectingWebSocket, WebSocket } from "gundam/websocket";

/** Name → opens a connection, which has `send` and `close`. `heard` is called with each message. */
const contenders = {
  native: (url, heard) => overFace(new globalThis.WebSocket(url), heard),
  WebSocket: (url, heard) => overFace(new WebSocket(url), heard),
  ReconnectingWebSocket: (url, heard) => overFace(new ReconnectingWebSocket(url), heard),
  gundam: async (url, heard) => {
    const client = connect({ url, onMessage: heard, retry: 0 });
    await client.ready();
    return { send: (message) => client.send(message), close: () => client.close() };
  },
};

function overFace(socket, heard) {
  socket.onmessage = ({ data }) => heard(data);
  const close = () =>
    new Promise((closed) => {
      socket.onclose = closed;
      socket.close(1000);
    });
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve({ send: (message) => socket.send(message), close });
    socket.onerror = () => reject(new Error("it did not open"));
  });
}

let connection;
let hear;

const heard = (left) =>
  new Promise((resolve) => {
    hear = () => {
      if (--left === 0) resolve();
    };
  });

globalThis.bench = {
  async open(name, url) {
    connection = await contenders[name](url, () => hear());
  },
  async send({ size, count, burst }) {
    const message = new Uint8Array(size);
    connection.send(JSON.stringify({ receive: burst }));
    for (let sent = 0; sent < count; sent += burst) {
      const received = heard(1);
      for (let i = 0; i < burst; i++) connection.send(message);
      await received;
    }
  },
  async receive({ size, count, type }) {
    const received = heard(count);
    connection.send(JSON.stringify({ send: { size, count, type } }));
    await received;
  },
  close: () => connection.close(),
};
