// The recipe for a client of socket.io, against its real server.

import { Server } from "socket.io";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToSocketIo, eventPacket } from "../../../../examples/gateways/socket-io.ts";
import { CountingServer } from "./counting-server.ts";

let tcp: CountingServer;
let server: Server;

beforeEach(async () => {
  tcp = await new CountingServer().listen();
  // It asks four times a second.
  server = new Server(tcp.http, { transports: ["websocket"], pingInterval: 250, pingTimeout: 5000 });
  server.on("connection", (socket) => {
    socket.on("double", (value: number) => socket.emit("doubled", value * 2));
  });
});

afterEach(async () => {
  tcp.drop();
  await server.close();
});

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 20_000 });

test("it is let in, heard and asked, through a loss of the connection", { timeout: 30_000 }, async () => {
  const heard: unknown[] = [];
  const packets: unknown[] = [];
  const client = connectToSocketIo(
    `ws://127.0.0.1:${tcp.port}/socket.io/?EIO=4&transport=websocket`,
    (...what) => heard.push(what),
  );
  client.on("message", (packet) => packets.push(packet));
  client.send(eventPacket("double", 1));
  await until(() => expect(heard).toEqual([["doubled", 2]]));
  client.once("disconnect", () => client.send(eventPacket("double", 21)));
  tcp.drop();
  await until(() =>
    expect(heard).toEqual([
      ["doubled", 2],
      ["doubled", 42],
    ]),
  );
  // Who leaves one question unanswered is asked no other, and a packet without meaning ends nothing.
  client.send("6");
  const questions = () => packets.filter((packet) => packet === "2");
  const before = questions().length;
  await until(() => expect(questions().length).toBeGreaterThan(before + 2));
  expect([tcp.total, tcp.open]).toEqual([2, 1]);
  client.terminate();
});
