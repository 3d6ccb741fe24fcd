// The other side, in a process of its own: it counts what comes and says so, or sends what it is asked for. It writes
// its frames ready-made, so that the client is what limits.

import { WebSocketServer } from "ws";

/** So many bytes leave in one write. */
const CHUNK = 64 * 1024;

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, maxPayload: 0 });
server.on("listening", () => process.send({ url: `ws://127.0.0.1:${server.address().port}` }));
server.on("connection", (socket, { socket: tcp }) => {
  let awaited = 0;
  socket.on("message", (data, isBinary) => {
    if (isBinary) {
      if (--awaited === 0) socket.send("received");
      return;
    }
    const { receive, send } = JSON.parse(data.toString());
    if (receive !== undefined) awaited = receive;
    if (send !== undefined) blast(tcp, send);
  });
});

/** Sends `count` messages of `size` bytes, as fast as they are read. */
function blast(tcp, { count, size, type }) {
  const frame = frameOf(type === "text" ? Buffer.alloc(size, "x") : Buffer.alloc(size, 1), type);
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

/** RFC 6455 §5.2: FIN, the opcode, the length; a server masks nothing. */
function frameOf(payload, type) {
  const first = type === "text" ? 0x81 : 0x82;
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.of(first, length), payload]);
  if (length < 2 ** 16) return Buffer.concat([Buffer.of(first, 126, length >> 8, length & 0xff), payload]);
  const header = Buffer.of(first, 127, 0, 0, 0, 0, 0, 0, 0, 0);
  header.writeUInt32BE(length, 6);
  return Buffer.concat([header, payload]);
}
