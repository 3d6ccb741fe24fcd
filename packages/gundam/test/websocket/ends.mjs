// A process that brings a face into a situation, closes it, and does nothing more: it must end by itself.

import { ReconnectingWebSocket, WebSocket } from "gundam/websocket";

const [face, situation, url] = process.argv.slice(2);
const options = { wsOpts: { closingTimeout: 50 } };
const next = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve));

const socket =
  face === "WebSocket"
    ? new WebSocket(url, [], options)
    : new ReconnectingWebSocket(url, null, { ...options, minReconnectionDelay: 3_600_000 });
if (situation === "open") await next(socket, "open");
if (situation === "waiting") await next(socket, "close");
socket.close();
await next(socket, "close");
process.stdout.write(`${socket.readyState}\n`);
