// A server that goes on sending until it hears from the client, in a thread of its own: so that it does so while the
// client ends.

import { Worker } from "node:worker_threads";
import { identity } from "@gundam/testing/certificates";
import { onTestFinished } from "vitest";
import type { Carrier } from "./dialling.ts";

export interface FloodingServer {
  readonly url: string;
  /** What the next connection to end has brought: the code of its Close frame, or how it ended without one. */
  next(): Promise<string>;
}

// Nothing else is loaded there, and Node 20 has no types that it could strip.
const program = `
  const { parentPort, workerData: { first, tls } } = require("node:worker_threads");
  const { createHash } = require("node:crypto");
  const { createServer } = require(tls ? "node:https" : "node:http");
  const message = Buffer.from([0x81, 2, 0x68, 0x69]);
  const server = createServer(tls ?? {}).on("upgrade", (request, socket) => {
    const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + guid).digest("base64");
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n" +
      "Sec-WebSocket-Accept: " + accept + "\\r\\n\\r\\n");
    let received = Buffer.alloc(0);
    let outcome = "end";
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length >= 8) socket.end();
    });
    socket.on("error", ({ code }) => { outcome = code; });
    socket.on("close", () => {
      const code = received.subarray(6, 8).map((byte, i) => byte ^ received[2 + i]);
      parentPort.postMessage(received[0] === 0x88 ? String(code[0] * 256 + code[1]) : outcome);
    });
    socket.write(Buffer.from(first));
    const flood = () => {
      if (!socket.writable || received.length > 0) return;
      for (let i = 0; i < 20; i++) socket.write(message);
      setImmediate(flood);
    };
    flood();
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

/** `first`: what it sends before it goes on with messages. */
export async function floodingServer(carrier: Carrier, first: Uint8Array): Promise<FloodingServer> {
  const tls = carrier === "TLS" ? identity("server") : undefined;
  const worker = new Worker(program, { eval: true, workerData: { first, tls } });
  onTestFinished(() => void worker.terminate());
  const next = () => new Promise<string>((resolve) => worker.once("message", resolve));
  const port = await next();
  return { url: tls ? `wss://localhost:${port}/` : `ws://127.0.0.1:${port}/`, next };
}
