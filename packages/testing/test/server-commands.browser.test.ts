// The browser's own WebSocket against a server started by command: what every other browser test builds on.

import { afterEach, beforeEach, expect, it } from "vitest";
import { commands } from "vitest/browser";
import type { StartedServer } from "../../../scripts/vitest-server-commands.ts";

let server: StartedServer;

beforeEach(async () => {
  server = await commands.startServer();
});

afterEach(() => commands.stopServer(server.id));

function next(socket: WebSocket, type: "open" | "message" | "close"): Promise<Event> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}

it("echoes text and bytes, and records them", async () => {
  const socket = new WebSocket(server.url);
  socket.binaryType = "arraybuffer";
  await next(socket, "open");

  socket.send("hello");
  expect(await next(socket, "message")).toHaveProperty("data", "hello");
  socket.send(Uint8Array.of(1, 2, 255));
  const { data } = (await next(socket, "message")) as MessageEvent<ArrayBuffer>;
  expect([...new Uint8Array(data)]).toEqual([1, 2, 255]);

  socket.close(4000, "done");
  await next(socket, "close");
  const record = await commands.serverRecord(server.id);
  expect(record.messages.map((message) => message.data)).toEqual(["hello", [1, 2, 255]]);
  expect(record.closes).toEqual([{ connection: 1, code: 4000, reason: "done" }]);
});

it("applies a fault by name", async () => {
  const socket = new WebSocket(server.url);
  await next(socket, "open");
  const closed = next(socket, "close");
  await commands.fault(server.id, { name: "close", code: 4001, reason: "bye" });
  expect(await closed).toMatchObject({ code: 4001, reason: "bye", wasClean: true });
});
