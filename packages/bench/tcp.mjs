// What is left when all is taken away that a WebSocket client does for a message: the bytes, written and counted.

import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { clientFrame } from "./frames.mjs";

/** Opens a connection as contenders do; `burstOf` and `received` are for those who know how many bytes will come. */
export function overTcp(url, heard) {
  const { protocol, hostname: host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = protocol === "wss:" ? connectTls({ host, port }) : connectTcp({ host, port });
    socket.setNoDelay(true);
    socket.once("error", reject);
    let awaited;
    const count = ({ length }) => {
      heard();
      if (awaited === undefined) return;
      awaited.bytes -= length;
      if (awaited.bytes <= 0) awaited.finish();
    };
    const connection = {
      send: (message) => {
        const type = typeof message === "string" ? "text" : "binary";
        socket.write(clientFrame(Buffer.from(message), type));
      },
      /** A write for so many messages. */
      burstOf: (payload, messages) => {
        const frames = Buffer.concat(Array.from({ length: messages }, () => clientFrame(payload, "binary")));
        return () => socket.write(frames);
      },
      received: (bytes) =>
        new Promise((finish) => {
          awaited = { bytes, finish };
        }),
      close: () =>
        new Promise((closed) => {
          socket.once("close", closed);
          socket.destroy();
        }),
    };
    socket.write(openingHandshake(pathname, host, port));
    // The server says nothing before it is asked: its answer comes alone.
    socket.once("data", () => {
      socket.on("data", count);
      resolve(connection);
    });
  });
}

function openingHandshake(path, host, port) {
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
    "\r\n",
  ].join("\r\n");
}
