// The other side, in a process of its own: it counts what comes and says so, echoes, or sends what it is asked for. It
// writes its frames ready-made, so that the client is what limits. It can drop its clients, and be gone for a while.

import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { WebSocketServer } from "ws";
import { now } from "./clock.mjs";
import { serverFrame } from "./frames.mjs";
import { takeOrders } from "./orders.mjs";

/** So many bytes leave in one write. */
const CHUNK = 64 * 1024;
const host = "127.0.0.1";

const server = new WebSocketServer({ noServer: true, maxPayload: 0, perMessageDeflate: false });
const plain = createServer();
const secure = createSecureServer({ key: process.env.TLS_KEY, cert: process.env.TLS_CERT });
const connections = new Set();
/** When connections were dropped: who comes after that is told. */
let droppedAt;

for (const http of [plain, secure]) {
  http.on("upgrade", (request, tcp, head) => {
    server.handleUpgrade(request, tcp, head, (socket) => serve(socket, tcp, request.url));
  });
}

function serve(socket, tcp, path) {
  let [every, awaited] = [0, 0];
  let isEcho = false;
  connections.add(tcp);
  tcp.once("close", () => connections.delete(tcp));
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => {
    if (isEcho) socket.send(data);
    else if (!isBinary) obey(JSON.parse(data.toString()));
    else if (--awaited === 0) {
      awaited = every;
      socket.send("received");
    }
  });
  const obey = ({ receive, send, echo, drop }) => {
    // So many, again and again.
    if (receive !== undefined) [every, awaited] = [receive, receive];
    if (send !== undefined) blast(tcp, send);
    if (echo !== undefined) isEcho = true;
    if (drop !== undefined) dropAll(drop);
  };
  if (path === "/greeted") socket.send(JSON.stringify({ droppedAt }));
}

/** Sends `count` messages of `size` bytes, as fast as they are read. */
function blast(tcp, { count, size, type }) {
  const frame = serverFrame(type === "text" ? Buffer.alloc(size, "x") : Buffer.alloc(size, 1), type);
  const inChunk = Math.max(1, Math.floor(CHUNK / frame.length));
  const chunk = Buffer.concat(Array(inChunk).fill(frame));
  let left = count;
  const write = () => {
    while (left > 0) {
      const frames = Math.min(left, inChunk);
      left -= frames;
      if (!tcp.write(chunk.subarray(0, frames * frame.length))) {
        tcp.once("drain", write);
        return;
      }
    }
  };
  write();
}

/** Resets all connections; for `gone` ms nobody listens. */
function dropAll({ gone }) {
  const { port } = plain.address();
  if (gone > 0) {
    plain.close();
    setTimeout(() => plain.listen(port, host), gone);
  }
  droppedAt = now();
  for (const tcp of connections) tcp.resetAndDestroy();
}

const urlOf = (http, scheme) =>
  new Promise((resolve) => {
    http.listen(0, host, () => resolve(`${scheme}://${host}:${http.address().port}/`));
  });
const urls = { ws: await urlOf(plain, "ws"), wss: await urlOf(secure, "wss") };

/** How much CPU time it has used, in µs, and how many connections there are. */
await takeOrders(urls, () => {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, connections: connections.size };
});
