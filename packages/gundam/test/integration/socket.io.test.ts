// socket.io-client over our WebSocket, by its own WebSocket transport.

import { Server } from "socket.io";
import { io, WebSocket as WebSocketTransport } from "socket.io-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "../../src/websocket-node.ts";
import { CountingServer } from "./counting-server.ts";

/** What socket.io-client's transport for browsers asks of a WebSocket, ours gives on Node. */
class OverOurs extends WebSocketTransport {
  override createSocket(uri: string, protocols?: string | string[]): WebSocket {
    const socket = protocols ? new WebSocket(uri, protocols) : new WebSocket(uri);
    socket.binaryType = "arraybuffer";
    return socket;
  }
}

let tcp: CountingServer;
let server: Server;

beforeEach(async () => {
  tcp = await new CountingServer().listen();
  server = new Server(tcp.http, { transports: ["websocket"] });
  server.on("connection", (socket) => {
    socket.on("double", (value: number, bytes: Buffer, reply: (...answer: unknown[]) => void) =>
      reply({ value: value * 2, bytes: Buffer.concat([bytes, bytes]) }),
    );
  });
});

afterEach(async () => {
  tcp.drop();
  await server.close();
});

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 20_000 });

function connect() {
  return io(`http://127.0.0.1:${tcp.port}`, {
    transports: [OverOurs],
    forceNew: true,
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
  });
}

test("it is asked and answers, text and binary, through a loss of the connection", {
  timeout: 30_000,
}, async () => {
  const client = connect();
  const double = (value: number) =>
    client.timeout(10_000).emitWithAck("double", value, new Uint8Array([value]));
  expect(await double(1)).toMatchObject({ value: 2 });

  const lost = new Promise((resolve) => client.on("disconnect", resolve));
  tcp.drop();
  expect(await lost).toBe("transport error");
  // It waits for the library's own reconnection.
  const { value, bytes } = await double(21);
  expect(value).toBe(42);
  expect(new Uint8Array(bytes)).toEqual(new Uint8Array([21, 21]));
  expect([tcp.total, tcp.open]).toEqual([2, 1]);

  client.disconnect();
  await until(() => expect(tcp.open).toBe(0));
  // Another client comes and goes meanwhile: nobody else has come.
  const other = connect();
  await other.timeout(10_000).emitWithAck("double", 1, new Uint8Array(1));
  other.disconnect();
  await until(() => expect([tcp.total, tcp.open]).toEqual([3, 0]));
});
