// Between two events of a face all microtasks run, as between the tasks of a browser, whatever came in one packet.

import { createServer } from "node:http";
import { frame, opcodes } from "@gundam/protocol";
import { closeFrame } from "@gundam/testing/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { listen, switchingProtocols } from "../../../node/test/dialling.ts";
import { ReconnectingWebSocket, WebSocket } from "../../src/websocket-node.ts";

vi.setConfig({ testTimeout: 20_000 });

/** A server that sends this in one packet with its answer. */
async function gluing(...frames: Buffer[]): Promise<string> {
  const server = createServer().on("upgrade", (request, socket) => {
    const answer = Buffer.from(switchingProtocols(request.headers["sec-websocket-key"]!));
    socket.on("error", () => {});
    socket.write(Buffer.concat([answer, ...frames]));
  });
  return `ws://127.0.0.1:${await listen(server, "127.0.0.1")}/`;
}

type Face = new (url: string) => EventTarget & { close(): void };

describe.each<[string, Face]>([
  ["WebSocket", WebSocket],
  ["ReconnectingWebSocket", ReconnectingWebSocket],
])("%s", (_, Face) => {
  const next = (socket: EventTarget, type: string) =>
    new Promise<Event>((resolve) => socket.addEventListener(type, resolve, { once: true }));
  const create = (url: string) => {
    const socket = new Face(url);
    onTestFinished(() => socket.close());
    return socket;
  };

  test("who awaits open, and then a message of the same packet, does not miss it", async () => {
    const socket = create(await gluing(frame(opcodes.text, "glued")));
    await next(socket, "open");
    // As much as a library does between the two.
    for (let i = 0; i < 10; i++) await undefined;
    expect(((await next(socket, "message")) as MessageEvent).data).toBe("glued");
  });

  test("who awaits each message of one packet misses none, and the Close frame comes last", async () => {
    const words = Array.from({ length: 100 }, (_, i) => `message ${i}`);
    const socket = create(await gluing(...words.map((word) => frame(opcodes.text, word)), closeFrame(4000)));
    const heard: string[] = [];
    await next(socket, "open");
    for (const _ of words) heard.push(((await next(socket, "message")) as MessageEvent).data);
    expect(heard).toEqual(words);
    expect(((await next(socket, "close")) as CloseEvent).code).toBe(4000);
  });
});
