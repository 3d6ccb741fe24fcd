// How an open connection ends: by the peer's Close frame, which is the loss as soon as it is read; by ours; or without.

import { CloseError, ConnectError, ProtocolError } from "@gundam/core";
import { badFrames, closeFrame, frame, opcodes } from "@gundam/testing/server";
import { describe, expect, test } from "vitest";
import { destroyed, dial, echoServer, open, upgradingServer } from "./dialling.ts";

describe("the peer closes", () => {
  test("its Close frame is told when it is read, is answered, and TCP does not linger", async () => {
    const server = await echoServer();
    const dialled = await open(server.url);
    const { listener } = dialled;
    server.push("last words");
    server.closeAllWithoutFin(4001, "moved");
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({
      kind: "close",
      code: 4001,
      reason: "moved",
      wasClean: true,
      byUs: false,
    });
    expect(failure.error).toBeInstanceOf(CloseError);
    expect(listener.story).toEqual(["opened", "message", "lost"]);
    await destroyed(dialled);
    await server.until(({ counts }) => counts.closes === 1);
    expect(server.record.closes).toMatchObject([{ code: 4001, reason: "moved" }]);
  });

  test("a Close frame without a code reads 1005, and is answered without one", async () => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    server.closeAll();
    expect(await listener.next("lost")).toMatchObject({ code: 1005, reason: "", wasClean: true });
    await server.until(({ counts }) => counts.disconnects === 1);
    expect(server.record.closes).toMatchObject([{ code: 1005 }]);
  });

  test("what follows its Close frame is not heard", async () => {
    const url = await upgradingServer((socket) => {
      socket.write(Buffer.concat([closeFrame(1000), frame(opcodes.text, "too late")]));
    });
    const { listener } = dial(url);
    expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1000 });
    expect(listener.story).toEqual(["opened", "lost"]);
  });

  test("messages of ours that were still waiting leave before the answer", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url);
    const megabytes = new Uint8Array(8_000_000).fill(1);
    transport.send(megabytes);
    expect(transport.bufferedAmount).toBeGreaterThan(0);
    server.closeAllWithoutFin(1000);
    await listener.next("lost");
    await server.until(({ counts }) => counts.closes === 1);
    expect(server.record.messages[0]!.data.length).toBe(megabytes.length);
  });
});

describe("we close", () => {
  test("our Close frame follows what was sent, and the peer's answer is the loss", async () => {
    const server = await echoServer();
    server.keepTcp();
    const dialled = await open(server.url);
    const { transport, listener } = dialled;
    transport.send("last words");
    transport.close(4000, "done");
    expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 4000, wasClean: true });
    await destroyed(dialled);
    expect(server.record.messages).toMatchObject([{ data: "last words" }]);
    expect(server.record.closes).toMatchObject([{ code: 4000, reason: "done" }]);
  });

  test("a paused connection reads on, up to the peer's answer", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url);
    transport.pause!();
    server.flood(3);
    transport.close(1000, "");
    await listener.next("lost");
    expect(listener.all("message")).toEqual(["message 1", "message 2", "message 3"]);
  });

  test("a peer that drops TCP instead of answering is not clean", async () => {
    const server = await echoServer();
    server.ignoreClose();
    const { transport, listener } = await open(server.url);
    transport.close(1000, "");
    await server.until(({ counts }) => counts.closes === 1);
    server.drop();
    expect(await listener.next("lost")).toMatchObject({ kind: "network", code: 1006, wasClean: false });
  });

  test("with no limit to wait for the answer, it is waited for", async () => {
    const server = await echoServer();
    server.ignoreClose();
    const { transport, listener } = await open(server.url, {
      wsOpts: { closingTimeout: Number.POSITIVE_INFINITY },
    });
    transport.close(1000, "");
    await server.until(({ counts }) => counts.closes === 1);
    await open(server.url);
    expect(listener.story).toEqual(["opened"]);
  });
});

describe("TCP ends without a Close frame", () => {
  test.each([
    ["fin", "ended without a Close frame"],
    ["rst", "ended without a Close frame (ECONNRESET)"],
  ] as const)("by %s", async (how, text) => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    server.drop(how);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({
      kind: "network",
      phase: "open",
      code: 1006,
      wasClean: false,
      byUs: false,
    });
    expect(failure.error).toBeInstanceOf(ConnectError);
    expect(failure.error.message).toBe(`the connection to 127.0.0.1:${server.port} ${text}`);
  });

  test("a peer that ends its side, and reads nothing of what still waits, is not waited for", async () => {
    const url = await upgradingServer((socket) => {
      socket.pause();
      socket.once("resume", () => socket.pause());
      setImmediate(() => socket.end());
    });
    const { transport, listener } = dial(url);
    await listener.next("opened");
    transport.send(new Uint8Array(16_000_000));
    expect(await listener.next("lost")).toMatchObject({ kind: "network", code: 1006 });
  });

  test("all messages before the end are told", async () => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    server.flood(1000);
    for (const connection of server.connections) connection.sendRaw(frame(opcodes.text, "last"));
    server.drop();
    await listener.next("lost");
    const messages = listener.all("message");
    expect(messages).toEqual(Array.from({ length: messages.length }, (_, i) => `message ${i + 1}`));
  });
});

describe("the peer breaks the protocol", () => {
  const expected: Record<string, number> = { "bad-utf8": 1007, "bad-close-reason": 1007, "bad-length": 1009 };

  test.each(Object.entries(badFrames))("%s", async (name, bytes) => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    const code = expected[name] ?? 1002;
    server.sendRaw(Buffer.concat([frame(opcodes.text, "before"), bytes, frame(opcodes.text, "behind")]));
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "protocol", phase: "open", code, byUs: true });
    expect(failure.error).toBeInstanceOf(ProtocolError);
    expect(failure.error).toMatchObject({ closeCode: code });
    await server.until(({ counts }) => counts.disconnects === 1);
    expect(server.record.closes).toMatchObject([{ code }]);
    // "behind" would be the second.
    expect(listener.all("message")).toEqual(["before"]);
  });

  test("a message over maxPayload", async () => {
    const server = await echoServer();
    const { listener } = await open(server.url, { wsOpts: { maxPayload: 10 } });
    server.push("12345678901");
    const { code, error } = await listener.next("lost");
    expect(code).toBe(1009);
    expect(error.message).toContain("wsOpts.maxPayload");
  });

  test("more fragments than anyone needs", async () => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    const fragment = frame(opcodes.continuation, "x", { fin: false });
    server.sendRaw(
      Buffer.concat([frame(opcodes.text, "x", { fin: false }), ...Array(20_000).fill(fragment)]),
    );
    expect(await listener.next("lost")).toMatchObject({ kind: "protocol", code: 1008 });
  });
});
