// wsOpts.compress: permessage-deflate (RFC 7692), and a server that abuses it.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, deflateRawSync } from "node:zlib";
import { type EchoServer, frame, opcodes } from "@gundam/testing/server";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CompressParameters } from "../src/index.ts";
import { answeringServer, next, start } from "./connecting.ts";
import { dial, echoServer, open, switchingProtocols, upgradingServer } from "./dialling.ts";
import { program } from "./program.ts";

const wsOpts = (compress: boolean | CompressParameters) => ({ wsOpts: { compress } });
const inflate = program("inflate");

/** RFC 7692 §7.2.1. */
function compressed(text: string): Buffer {
  const data = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  return frame(opcodes.text, data.subarray(0, -4), { reserved: 4 });
}

describe("the offer", () => {
  test.each<[boolean | CompressParameters, string | undefined]>([
    [false, undefined],
    [true, "permessage-deflate; client_max_window_bits"],
    [{}, "permessage-deflate; client_max_window_bits"],
    [{ serverNoContextTakeover: false, level: 9 }, "permessage-deflate; client_max_window_bits"],
    [
      { serverNoContextTakeover: true, clientNoContextTakeover: true },
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits",
    ],
    [
      { serverMaxWindowBits: 10, clientMaxWindowBits: 11 },
      "permessage-deflate; server_max_window_bits=10; client_max_window_bits=11",
    ],
  ])("with %j is %s, on the reconnect too", async (compress, offer) => {
    const server = await answeringServer();
    const client = start({ url: server.url, ...wsOpts(compress) });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect(server.values("sec-websocket-extensions")).toEqual([offer, offer]);
  });

  test("that is declined leaves messages as they are", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url, wsOpts(true));
    expect(await listener.all("opened")[0]).toMatchObject({ extensions: "" });
    transport.send("x".repeat(5000));
    expect(await listener.next("message")).toHaveLength(5000);
  });

  test("that is accepted is reported as the server put it", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const client = start({ url: server.url, ...wsOpts({ serverMaxWindowBits: 10 }) });
    expect(await next(client, "connect")).toMatchObject({
      extensions: "permessage-deflate; server_max_window_bits=10",
    });
  });

  test.each([
    ["permessage-deflate; server_max_window_bits=7", {}],
    ["permessage-deflate; unknown", {}],
    ["x-webkit-deflate-frame", {}],
    ["permessage-deflate; client_max_window_bits=15", { clientMaxWindowBits: 10 }],
  ])("answered with %s is a broken protocol", async (answer, compress) => {
    const server = await answeringServer(({ request }) =>
      switchingProtocols(request.headers["sec-websocket-key"]!, `Sec-WebSocket-Extensions: ${answer}`),
    );
    const { listener } = dial(server.url, wsOpts(compress));
    expect(await listener.next("lost")).toMatchObject({ kind: "protocol", phase: "upgrade" });
  });

  test.each([
    [
      { serverMaxWindowBits: 8 },
      "wsOpts.compress.serverMaxWindowBits must be a whole number, 9 to 15, not 8",
    ],
    [{ level: 10 }, "wsOpts.compress.level must be a whole number, 0 to 9, not 10"],
    [{ threshold: -1 }, "wsOpts.compress.threshold must be a whole number, 0 or more, or Infinity, not -1"],
    [
      { clientNoContextTakeover: "yes" },
      "wsOpts.compress.clientNoContextTakeover must be true or false, not this string",
    ],
    [{ treshold: 1 }, "wsOpts.compress.treshold is not an option; did you mean wsOpts.compress.threshold?"],
    [
      "deflate",
      "wsOpts.compress must be true, false or an object of permessage-deflate parameters, not this string",
    ],
  ])("%j cannot be made", (compress, text) => {
    expect(() => start({ url: "ws://127.0.0.1:9/", ...wsOpts(compress as object) })).toThrow(text);
  });
});

describe("messages", () => {
  /** The first byte of each frame's payload length and its RSV1, as the client wrote them. */
  async function framesOf(compress: CompressParameters, messages: readonly (string | Uint8Array)[]) {
    const frames: { isCompressed: boolean; size: number }[] = [];
    const url = await deflatingServer((socket) => {
      let bytes = Buffer.alloc(0);
      socket.on("data", (data) => {
        bytes = Buffer.concat([bytes, data]);
        while (bytes.length >= 2) {
          const short = bytes[1]! & 0x7f;
          const [size, header] = short === 126 ? [bytes.readUInt16BE(2), 8] : [short, 6];
          if (bytes.length < header + size) return;
          frames.push({ isCompressed: (bytes[0]! & 0x40) !== 0, size });
          bytes = bytes.subarray(header + size);
          if (frames.length === messages.length) socket.write(frame(opcodes.text, "all"));
        }
      });
    });
    const { transport, listener } = await open(url, wsOpts(compress));
    for (const message of messages) transport.send(message);
    await listener.next("message");
    return frames;
  }

  test("are compressed from the threshold on, by their size in bytes", async () => {
    const small = "x".repeat(99);
    const frames = await framesOf({ threshold: 100 }, [
      small,
      `${small}é`,
      new Uint8Array(100),
      "é".repeat(50),
    ]);
    expect(frames.map(({ isCompressed }) => isCompressed)).toEqual([false, true, true, true]);
  });

  test("are compressed by the given level", async () => {
    const text = Array.from({ length: 500 }, (_, i) => `line ${i * 7919}`).join("\n");
    const [[stored], [best]] = [await framesOf({ level: 0 }, [text]), await framesOf({ level: 9 }, [text])];
    expect(best!.size).toBeLessThan(stored!.size / 2);
  });

  test.each<[string, CompressParameters]>([
    ["with context takeover", {}],
    ["without", { clientNoContextTakeover: true, serverNoContextTakeover: true }],
    ["with small windows", { clientMaxWindowBits: 9, serverMaxWindowBits: 9 }],
  ])("of all sizes come back in order, %s", async (_, compress) => {
    const server = await echoServer({ perMessageDeflate: true });
    const { transport, listener } = await open(server.url, wsOpts(compress));
    const sent = Array.from({ length: 60 }, (_, i) =>
      i % 3 === 0 ? new Uint8Array(i * 1000).fill(i) : `${i} `.repeat(i * 50),
    );
    for (const message of sent) transport.send(message);
    const received = [];
    for (const _ of sent) received.push(digest(await listener.next("message")));
    expect(received).toEqual(sent.map(digest));
  });

  test("leave with the bytes that they had when send was called", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const { transport, listener } = await open(server.url, wsOpts(true));
    const large = new Uint8Array(100_000).fill(1);
    const small = new Uint8Array(10).fill(2);
    const ping = new Uint8Array(4).fill(3);
    transport.send(large);
    transport.send(small);
    transport.ping!(ping);
    for (const bytes of [large, small, ping]) bytes.fill(9);
    expect(digest(await listener.next("message"))).toBe(digest(new Uint8Array(100_000).fill(1)));
    expect(await listener.next("message")).toEqual(new Uint8Array(10).fill(2));
    expect(await listener.next("pong")).toEqual(new Uint8Array(4).fill(3));
  });

  test("count as buffered while they are compressed, and drain afterwards", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const { transport, listener } = await open(server.url, wsOpts(true));
    transport.send(new Uint8Array(200_000));
    transport.send("y".repeat(50_000));
    expect(transport.bufferedAmount).toBe(250_000);
    transport.watch(true);
    while (!transport.hasTaken(transport.mark())) await listener.next("taken");
    expect(transport.bufferedAmount).toBe(0);
  });

  test("larger than maxPayload when inflated fail the connection (1009)", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const { listener } = await open(server.url, { wsOpts: { compress: true, maxPayload: 100_000 } });
    server.push("z".repeat(100_001));
    expect(await listener.next("lost")).toMatchObject({ kind: "protocol", code: 1009 });
  });
});

describe("a connection that ends while messages are compressed", () => {
  test("by close(): they and the Close frame follow", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const { transport } = await open(server.url, wsOpts(true));
    const messages = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(20_000));
    for (const message of messages) transport.send(message);
    transport.close(4000, "done");
    await server.until(({ counts }) => counts.closes === 1);
    expect(messagesOf(server)).toEqual(messages.map(digest));
    expect(server.record.closes[0]).toMatchObject({ code: 4000, reason: "done" });
  });

  test("by abandon(code): they and the Close frame follow", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const { transport, listener } = await open(server.url, wsOpts(true));
    const messages = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(20_000));
    for (const message of messages) transport.send(message);
    transport.abandon(1001);
    listener.abandoned();
    await server.until(({ counts }) => counts.closes === 1);
    expect(messagesOf(server)).toEqual(messages.map(digest));
    expect(server.record.closes[0]).toMatchObject({ code: 1001 });
    await server.until(({ counts }) => counts.disconnects === 1);
  });

  test("by abandon(): nothing is told, and nothing is left", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const { transport, listener } = await open(server.url, wsOpts(true));
    for (let i = 0; i < 20; i++) transport.send(`${i}`.repeat(20_000));
    transport.abandon();
    listener.abandoned();
    await server.until(({ counts }) => counts.disconnects === 1);
  });
});

test("short messages that the kernel has not taken are not told as taken, where long ones are compressed", async () => {
  const server = await echoServer({ perMessageDeflate: true });
  const { transport } = await open(server.url, wsOpts(true));
  server.stopReading();
  while (transport.bufferedAmount < 200_000) transport.send("x".repeat(500));
  expect(transport.hasTaken(transport.mark())).toBe(false);
});

describe("a bad frame behind a message that is being inflated", { timeout: 30_000 }, () => {
  // Bytes that ws takes for one whole bad frame, so that what follows would be read as frames again.
  const badFrame = Buffer.from([0x83, 0]);

  const plain = frame(opcodes.text, "behind");

  test.each([
    ["fin", "compressed", [compressed("behind"), plain]],
    ["rst", "compressed", [compressed("behind"), plain]],
    ["none", "plain", [plain, compressed("behind")]],
  ])(
    "ends the connection, and nothing from behind it is delivered; then TCP: %s; behind it: %s",
    async (ending, _, behind) => {
      const folder = mkdtempSync(join(tmpdir(), "gundam-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const [first, second] = [join(folder, "first"), join(folder, "second")] as const;
      execFileSync("mkfifo", [first, second]);
      let connected = (_: Socket) => {};
      const accepted = new Promise<Socket>((resolve) => {
        connected = resolve;
      });
      const url = await deflatingServer((socket) => connected(socket));
      const client = inflate([url, first, second], { UV_THREADPOOL_SIZE: "1" });

      const socket = await accepted;
      const gone = Promise.race([once(socket, "end"), once(socket, "close")]);
      await once(socket, "data");
      // Each chunk is read before the next is written.
      let isRead = await client.line();
      for (const chunk of [compressed("good"), badFrame, ...behind]) {
        socket.write(chunk);
        isRead = await client.line();
        expect(isRead).toMatch(/^read /);
      }
      openSync(first, "w");
      expect(await client.line()).toBe("message good");
      expect(await client.line()).toMatch(/^error failed the connection to .* invalid opcode 3$/);
      expect(await client.line()).toMatch(/^close /);
      if (ending === "fin") socket.end();
      if (ending === "rst") socket.resetAndDestroy();
      socket.resume();
      await gone;
      openSync(second, "w");
      expect(await client.ended()).toEqual({ code: 0, lines: [], stderr: "" });
    },
  );
});

/** Large messages are compared by this: what differs is shown in a line. */
function digest(message: string | Uint8Array): string {
  return `${message.length}: ${createHash("sha1").update(message).digest("hex")}`;
}

function messagesOf(server: EchoServer): string[] {
  return server.record.messages.map(({ data }) => digest(data));
}

/** A server that accepts permessage-deflate, and then does with the connection what the test says. */
test("a message that zlib cannot read fails the connection, and nothing is told of it or from behind it", async () => {
  const garbage = frame(opcodes.text, Buffer.from([6, 6, 6]), { reserved: 4 });
  const url = await deflatingServer((socket) => socket.write(Buffer.concat([garbage, compressed("behind")])));
  const { listener } = dial(url, wsOpts(true));
  expect(await listener.next("lost")).toMatchObject({ kind: "protocol", code: 1007 });
  expect(listener.story).toEqual(["opened", "lost"]);
});

async function deflatingServer(serve: (socket: Socket) => void): Promise<string> {
  return upgradingServer(serve, "Sec-WebSocket-Extensions: permessage-deflate");
}
