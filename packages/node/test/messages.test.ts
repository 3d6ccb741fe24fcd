// Messages, pings and pongs over an open connection, and what a peer that does not read makes of them.

import { randomBytes } from "node:crypto";
import { SendTimeoutError, type Transport } from "@gundam/core";
import { describe, expect, test } from "vitest";
import { destroyed, echoServer, open, upgradingServer } from "./dialling.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("received", () => {
  test("binary is a Uint8Array with its own memory, whatever its size", async () => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    for (const size of [0, 1, 1000, 4096, 70_000, 1_000_000]) {
      server.push(new Uint8Array(size).fill(7));
      const message = (await listener.next("message")) as Uint8Array;
      expect(message.constructor).toBe(Uint8Array);
      expect([message.byteOffset, message.length, message.buffer.byteLength]).toEqual([0, size, size]);
    }
  });

  test("so are pings and pongs", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url);
    server.ping("ping");
    transport.ping!(Buffer.from("pong"));
    for (const data of [await listener.next("ping"), await listener.next("pong")]) {
      expect(data.constructor).toBe(Uint8Array);
      expect(data.buffer.byteLength).toBe(4);
    }
  });

  test("a hundred pings at once are answered", async () => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    const pings = Array.from({ length: 100 }, () => Buffer.from([0x89, 0]));
    server.sendRaw(Buffer.concat(pings));
    await server.until(({ counts }) => counts.pongs === 100);
    expect(listener.all("ping")).toHaveLength(100);
  });

  test("nothing while paused, and all of it afterwards", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url);
    transport.pause!();
    server.flood(1000);
    await open(server.url);
    expect(listener.all("message")).toEqual([]);
    transport.resume!();
    for (let i = 0; i < 1000; i++) await listener.next("message");
    expect(listener.all("message").at(-1)).toBe("message 1000");
  });
});

describe("sent", () => {
  test.each([100_000, 16 * 1024 * 1024])("%i bytes come back intact", { timeout: 30_000 }, async (size) => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url);
    const binary = randomBytes(size);
    transport.send(binary);
    expect(binary.equals((await listener.next("message")) as Uint8Array)).toBe(true);
    const text = binary.toString("base64").slice(0, size);
    transport.send(text);
    expect((await listener.next("message")) === text).toBe(true);
  });

  test("a tick's first message is with the kernel when send returns, the others when the tick ends", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url);
    transport.send("first");
    expect([transport.hasTaken(transport.mark()), transport.bufferedAmount]).toEqual([true, 0]);
    transport.send("second");
    transport.send(new Uint8Array(1000));
    expect(transport.hasTaken(transport.mark())).toBe(false);
    expect(transport.bufferedAmount).toBe(6 + 6 + 8 + 1000);
    transport.watch(true);
    await listener.next("taken");
    expect([transport.hasTaken(transport.mark()), transport.bufferedAmount]).toEqual([true, 0]);
    expect(transport.deadline).toBe(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 3; i++) await listener.next("message");
    expect([listener.all("taken").length, listener.all("rescheduled")]).toEqual([1, []]);
  });

  test("order is kept when small messages and pings follow a large one", { timeout: 30_000 }, async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url);
    const large = "x".repeat(8_000_000);
    transport.send(large);
    const small = Array.from({ length: 5000 }, (_, i) => `message ${i}`);
    for (const message of small) transport.send(message);
    transport.ping!(Buffer.from("last"));
    await listener.next("pong");
    expect(server.record.messages.map(({ data }) => data)).toEqual([large, ...small]);
    expect(transport.hasTaken(transport.mark())).toBe(true);
    expect(transport.bufferedAmount).toBe(0);
  });
});

describe("a peer that stops reading", () => {
  const megabytes = new Uint8Array(16 * 1024 * 1024);
  const incompressible = randomBytes(megabytes.length);

  test("is dead when the kernel has taken nothing for sendTimeout", async () => {
    const server = await echoServer();
    const dialled = await open(server.url, { tcpOpts: { sendTimeout: 1234 } });
    const { transport, listener } = dialled;
    server.stopReading();
    transport.send(megabytes);
    expect(listener.all("rescheduled")).toHaveLength(1);
    const { deadline } = transport;
    expect(deadline).toBeLessThanOrEqual(performance.now() + 1234);
    transport.expire(deadline - 1);
    expect(listener.all("lost")).toEqual([]);
    transport.expire(transport.deadline);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "dead", phase: "open", code: 1006, byUs: true });
    expect(failure.error).toBeInstanceOf(SendTimeoutError);
    expect(failure.error.message).toContain("tcpOpts.sendTimeout (1234 ms)");
    await destroyed(dialled);
  });

  test("is only told of, once a stall, without sendTimeoutClose", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url, { tcpOpts: { sendTimeoutClose: false } });
    server.stopReading();
    transport.send(megabytes);
    transport.expire(transport.deadline);
    expect(listener.all("troubled")[0]).toBeInstanceOf(SendTimeoutError);
    expect(transport.deadline).toBe(Number.POSITIVE_INFINITY);
    transport.send(megabytes);
    transport.expire(Number.MAX_VALUE);
    expect(listener.all("troubled")).toHaveLength(1);
    server.resumeReading();
    transport.watch(true);
    while (transport.bufferedAmount > 0) await listener.next("taken");
    server.stopReading();
    transport.send(megabytes);
    transport.expire(transport.deadline);
    expect(listener.all("troubled")).toHaveLength(2);
    expect(listener.all("lost")).toEqual([]);
  });

  test("is never dead without a sendTimeout", async () => {
    const server = await echoServer();
    const { transport, listener } = await open(server.url, {
      tcpOpts: { sendTimeout: Number.POSITIVE_INFINITY },
    });
    server.stopReading();
    transport.send(megabytes);
    expect(transport.deadline).toBe(Number.POSITIVE_INFINITY);
    expect(listener.all("rescheduled")).toEqual([]);
  });

  test("lives while it reads on, however slowly", { timeout: 30_000 }, async () => {
    let received = 0;
    const url = await upgradingServer((socket) => {
      socket.pause();
      // Reads 64 KiB in each turn of the event loop.
      const step = () => {
        received += socket.read(64 * 1024)?.length ?? socket.read()?.length ?? 0;
        if (!socket.destroyed) setImmediate(step);
      };
      step();
    });
    const { transport, listener } = await open(url);
    transport.send(megabytes);
    const first = transport.deadline;
    while (transport.deadline === first) await turn();
    // A byte has moved since: the first deadline is no verdict any more.
    transport.expire(first);
    while (received < megabytes.length) await turn();
    expect(listener.story).toEqual(["opened"]);
  });

  test.each([false, true])("makes small messages wait, which are counted: compress %s", async (compress) => {
    const server = await echoServer({ perMessageDeflate: compress });
    const { transport, listener } = await open(server.url, { wsOpts: { compress } });
    const waiting = () => (transport as Transport & { bufferedMessages: number }).bufferedMessages;
    server.stopReading();
    expect(waiting()).toBe(0);
    transport.send(incompressible);
    for (let i = 0; i < 1000; i++) {
      transport.send("a");
      transport.send(new Uint8Array(1));
    }
    // Framed, they lie one behind the other, and cost their bytes alone.
    expect(waiting()).toBeGreaterThanOrEqual(compress ? 2001 : 1);
    expect(waiting()).toBeLessThanOrEqual(compress ? 2001 : incompressible.length / 65_536 + 2);
    server.resumeReading();
    transport.watch(true);
    while (transport.bufferedAmount > 0) await listener.next("taken");
    expect(waiting()).toBe(0);
  });

  test("does not hold the connection when it closes", async () => {
    const server = await echoServer();
    const dialled = await open(server.url);
    const { transport, listener } = dialled;
    server.stopReading();
    transport.send(megabytes);
    transport.abandon();
    listener.abandoned();
    await destroyed(dialled);
  });
});
