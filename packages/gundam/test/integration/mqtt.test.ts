// mqtt.js over our WebSocket, against an aedes broker. mqtt.js hands a class of the standard to the stream that it has for
// browsers, and to no other.

import { Aedes } from "aedes";
import { type IClientOptions, MqttClient } from "mqtt";
import { browserStreamBuilder } from "mqtt/lib/connect/ws";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWebSocketStream, WebSocketServer } from "ws";
import { WebSocket } from "../../src/websocket-node.ts";
import { CountingServer } from "./counting-server.ts";

let tcp: CountingServer;
let broker: Aedes;

beforeEach(async () => {
  tcp = await new CountingServer().listen();
  broker = await Aedes.createBroker();
  const server = new WebSocketServer({ server: tcp.http, handleProtocols: () => "mqtt" });
  server.on("connection", (socket, request) => {
    const stream = createWebSocketStream(socket);
    stream.on("error", () => {});
    broker.handle(stream, request);
  });
});

afterEach(async () => {
  await new Promise<void>((resolve) => broker.close(resolve));
  await tcp.stop();
});

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 20_000 });

/** With a session, which the broker keeps through the loss. */
function connect(clientId: string): MqttClient {
  const options: IClientOptions = {
    clientId,
    clean: false,
    protocol: "ws",
    hostname: "127.0.0.1",
    port: tcp.port,
    path: "/",
    reconnectPeriod: 20,
    createWebsocket: (url: string, protocols: string[]) => new WebSocket(url, protocols),
  };
  return new MqttClient((client) => browserStreamBuilder(client, client.options), options);
}

test("a subscription goes on through a loss of the connection", { timeout: 30_000 }, async () => {
  const client = connect("one");
  const told: string[] = [];
  client.on("message", (_topic, payload) => told.push(payload.toString()));
  client.on("error", () => {});
  await client.subscribeAsync("numbers", { qos: 1 });
  await client.publishAsync("numbers", "1", { qos: 1 });
  await until(() => expect(told).toEqual(["1"]));

  const lost = new Promise((resolve) => client.once("close", () => resolve(undefined)));
  tcp.drop();
  await lost;
  // It leaves when the library has its connection again.
  await client.publishAsync("numbers", "2", { qos: 1 });
  await until(() => expect(told).toEqual(["1", "2"]));
  expect([tcp.total, tcp.open]).toEqual([2, 1]);

  await client.endAsync();
  await until(() => expect(tcp.open).toBe(0));
  // Another client comes and goes meanwhile: nobody else has come.
  const other = connect("other");
  await other.publishAsync("numbers", "3", { qos: 1 });
  await other.endAsync();
  await until(() => expect([tcp.total, tcp.open]).toEqual([3, 0]));
});
