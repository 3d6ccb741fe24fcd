// What code that was written for another client becomes, against a server that goes away once.

import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listen as reconnectingWebSocket } from "./from-reconnecting-websocket.ts";
import { openEvents } from "./from-socket-io.ts";
import { listen as ws } from "./from-ws.ts";

let server: EchoServer;

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  server = await startEchoServer({ protocols: ["chat"] });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

test("from ws: headers and limits, and a subscription on each connection", async () => {
  const heard: string[] = [];
  const client = ws(server.url, "of-mine", (text) => heard.push(text));
  await vi.waitFor(() => expect(heard).toEqual(["subscribe"]));
  server.drop("fin");
  await vi.waitFor(() => expect(heard).toEqual(["subscribe", "subscribe"]));
  expect(server.record.upgrades.map(({ headers }) => headers.authorization)).toEqual(
    Array(2).fill("Bearer of-mine"),
  );
  client.send(new TextEncoder().encode("bytes"));
  await vi.waitFor(() => expect(heard.at(-1)).toBe("bytes"));
  client.terminate();
});

test("from reconnecting-websocket and partysocket: the import, and nothing else", async () => {
  const heard: string[] = [];
  const socket = reconnectingWebSocket(server.url, (text) => heard.push(text));
  socket.send("early");
  await vi.waitFor(() => expect(heard).toEqual(["early"]));
  expect(socket.protocol).toBe("chat");
  server.drop("fin");
  await server.until(({ counts }) => counts.opens === 2);
  socket.send("later");
  await vi.waitFor(() => expect(heard).toEqual(["early", "later"]));
  socket.close();
});

test("from socket.io-client: events and acknowledgements, over a loss", async () => {
  const { client, on, emit, emitWithAck } = openEvents(server.url);
  const heard: unknown[] = [];
  on("greeting", (data) => heard.push(data));
  emit("greeting", "hello");
  await vi.waitFor(() => expect(heard).toEqual(["hello"]));
  expect(await emitWithAck("greeting", { n: 1 })).toEqual({ n: 1 });
  server.drop("fin");
  await server.until(({ counts }) => counts.disconnects === 1);
  expect(await emitWithAck("greeting", { n: 2 })).toEqual({ n: 2 });
  expect(heard).toEqual(["hello"]);
  client.terminate();
});
