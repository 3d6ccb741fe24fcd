// Who is compared, as the probes need them: `serve()` starts the server that a client wants, `{ port, received, stop }`, and
// `open(port)` a client, `{ isOpen, send, end }`. Clients are used as their own documentation shows; waits before a
// reconnect are made short where they can be, and signs of life, where there are any, are asked for often.

import { EventEmitter, on, once } from "node:events";
import { startEchoServer } from "@gundam/testing/server";
import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { Server } from "socket.io";
import { WebSocket, WebSocketServer } from "ws";

/** ms before a reconnect, */
const SOON = 100;

/** and between signs of life: a busy machine can be late with them. */
const OFTEN = 500;

const headers = { "x-probe": "yes" };
const waits = { minReconnectionDelay: SOON, maxReconnectionDelay: SOON };

async function plain() {
  const server = await startEchoServer();
  return {
    port: server.port,
    get received() {
      return server.record.messages.map(({ data }) => data);
    },
    stop: () => server.stop(),
  };
}

/** Over what has the face of a WebSocket. */
function overFace(socket) {
  socket.onerror = () => {};
  return {
    isOpen: () => socket.readyState === 1,
    send: (text) => socket.send(text),
    end: () => socket.close(),
  };
}

const addressOf = (port) => `ws://127.0.0.1:${port}/`;

export const contenders = {
  gundam: {
    serve: plain,
    async open(port) {
      const { connect, resilient } = await import("gundam");
      const client = connect(
        resilient({ url: addressOf(port), headers, wsOpts: { keepalive: OFTEN }, onError: () => {} }),
      );
      return {
        isOpen: () => client.phase === "open",
        isOver: () => client.phase === "closed",
        send: (text) => client.send(text),
        end: () => client.terminate(),
      };
    },
  },

  ws: {
    serve: plain,
    open: (port) => overFace(new WebSocket(addressOf(port), { headers })),
  },

  undici: {
    serve: plain,
    async open(port) {
      const { WebSocket } = await import("undici");
      return overFace(new WebSocket(addressOf(port), { headers }));
    },
  },

  "reconnecting-websocket": {
    serve: plain,
    async open(port) {
      const { default: module } = await import("reconnecting-websocket");
      const ReconnectingWebSocket = module.default ?? module;
      return overFace(new ReconnectingWebSocket(addressOf(port), [], { WebSocket, ...waits }));
    },
  },

  partysocket: {
    serve: plain,
    async open(port) {
      const { WebSocket: ReconnectingWebSocket } = await import("partysocket");
      return overFace(new ReconnectingWebSocket(addressOf(port), [], { WebSocket, ...waits }));
    },
  },

  "graphql-ws": {
    async serve() {
      const received = [];
      const text = { type: new GraphQLNonNull(GraphQLString) };
      const resolve = (_, { text }) => {
        received.push(text);
        return text;
      };
      const query = new GraphQLObjectType({
        name: "Query",
        fields: { say: { ...text, args: { text }, resolve } },
      });
      // Something to be subscribed to, for without that there is no connection.
      const subscription = new GraphQLObjectType({
        name: "Subscription",
        fields: { silence: { ...text, subscribe: () => on(new EventEmitter(), "silence") } },
      });
      const schema = new GraphQLSchema({ query, subscription });
      const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
      await once(server, "listening");
      useServer({ schema }, server);
      return { port: server.address().port, received, stop: () => server.close() };
    },
    async open(port) {
      const { createClient } = await import("graphql-ws");
      let isOpen = false;
      const client = createClient({
        url: addressOf(port),
        webSocketImpl: WebSocket,
        keepAlive: OFTEN,
        retryAttempts: Infinity,
        // Else, over ws, it gives up at the first connection that is refused.
        shouldRetry: () => true,
        retryWait: () => new Promise((resolve) => setTimeout(resolve, SOON)),
        on: {
          connected: () => {
            isOpen = true;
          },
          closed: () => {
            isOpen = false;
          },
        },
      });
      const sink = { next() {}, error() {}, complete() {} };
      client.subscribe({ query: "subscription { silence }" }, sink);
      return {
        isOpen: () => isOpen,
        send: (text) =>
          client.subscribe(
            { query: "query ($text: String!) { say(text: $text) }", variables: { text } },
            sink,
          ),
        end: () => client.dispose(),
      };
    },
  },

  "socket.io-client": {
    async serve() {
      const received = [];
      const server = new Server(0, { transports: ["websocket"], pingInterval: OFTEN, pingTimeout: OFTEN });
      server.on("connection", (socket) => socket.on("text", (text) => received.push(text)));
      return { port: server.httpServer.address().port, received, stop: () => server.close() };
    },
    async open(port) {
      const { io } = await import("socket.io-client");
      const socket = io(`http://127.0.0.1:${port}`, {
        transports: ["websocket"],
        forceNew: true,
        extraHeaders: headers,
        reconnectionDelay: SOON,
        reconnectionDelayMax: SOON,
      });
      return {
        isOpen: () => socket.connected,
        send: (text) => socket.emit("text", text),
        end: () => socket.disconnect(),
      };
    },
  },

  "@atproto/ws-client": {
    serve: plain,
    async open(port) {
      const { websocket } = await import("@atproto/ws-client");
      const control = new AbortController();
      let sender;
      const stream = websocket(addressOf(port), {
        signal: control.signal,
        headers,
        heartbeat: { intervalMs: OFTEN },
        onConnect: (given) => {
          sender = given;
        },
        onDisconnect: () => {
          sender = undefined;
        },
      });
      void read(stream);
      return {
        isOpen: () => sender !== undefined,
        // There is none to send by while nothing is open.
        send: (text) => sender.send(text),
        end: () => control.abort(),
      };
    },
  },
};

async function read(stream) {
  try {
    for await (const _ of stream);
  } catch {
    // It was ended, or has given up.
  }
}
