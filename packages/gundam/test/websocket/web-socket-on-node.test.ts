// What only ours can do: Gundam's options, and to say why.

import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runInNewContext } from "node:vm";
import { OptionError, type RefusedError } from "@gundam/core";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { supervisor } from "../../src/node.ts";
import {
  type CloseEvent,
  type FailureEvent,
  WebSocket,
  type WebSocketOptions,
} from "../../src/websocket-node.ts";

// A busy machine can take seconds over what takes no time.
vi.setConfig({ testTimeout: 20_000 });

let server: EchoServer;
let sockets: WebSocket[];

beforeEach(async () => {
  server = await startEchoServer({ perMessageDeflate: true });
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.close();
  await server.stop();
});

function create(options?: WebSocketOptions, url = server.url): WebSocket {
  const socket = new WebSocket(url, [], options);
  sockets.push(socket);
  return socket;
}

const next = (socket: WebSocket, type: string) =>
  new Promise<Event>((resolve) => socket.addEventListener(type, resolve, { once: true }));

async function opened(options?: WebSocketOptions): Promise<WebSocket> {
  const socket = create(options);
  await next(socket, "open");
  return socket;
}

/** What its error and close events say. */
async function ending(socket: WebSocket): Promise<{ error: Error | undefined; close: CloseEvent }> {
  let error: Error | undefined;
  socket.addEventListener("error", (event) => {
    error = (event as FailureEvent).error;
  });
  return { close: (await next(socket, "close")) as CloseEvent, error };
}

const abnormal = { code: 1006, reason: "", wasClean: false };

describe("options", () => {
  test("are those of the client", async () => {
    const headers = { "X-Token": "secret" };
    const socket = await opened({ headers, wsOpts: { compress: true }, openTimeout: 10_000 });
    expect(server.record.upgrades[0]!.headers["x-token"]).toBe("secret");
    expect(socket.extensions).toBe("permessage-deflate");
  });

  test("that are undefined are not given", async () => {
    await opened({ transport: undefined, supervise: undefined, wsOpts: undefined, sendQueue: undefined });
  });

  test.each([
    [{ url: "ws://a/" }, "url must be left out: it is the first argument"],
    [{ retry: 5 }, "retry must be left out: a WebSocket is never opened again; ReconnectingWebSocket is"],
    [{ shouldRetry: () => true }, "shouldRetry must be left out"],
    [{ onMessage() {} }, "onMessage must be left out: there are events in place of callbacks"],
    [{ state: {} }, "state must be left out"],
    [{ wsOpts: { protocols: ["chat"] } }, "wsOpts.protocols must be left out: they are the second argument"],
    [{ wsOpts: { codec: {} } }, "wsOpts.codec must be left out"],
    [{ wsOpts: { flow: 3 } }, "wsOpts.flow must be left out: there is no updateFlow()"],
    [{ wsOpts: { keepalife: 3 } }, "wsOpts.keepalife is not an option; did you mean wsOpts.keepalive?"],
    [{ transport: "udp" }, 'transport must be "tcp" or "tls", not this string'],
  ])("that cannot work throw an OptionError: %o", (options, message) => {
    const creating = () => create(options as WebSocketOptions);
    expect(creating).toThrow(OptionError);
    expect(creating).toThrow(message);
  });

  test("a signal that aborts closes it", async () => {
    const aborting = new AbortController();
    const socket = await opened({ signal: aborting.signal });
    aborting.abort();
    expect(socket.readyState).toBe(WebSocket.CLOSING);
    expect(await next(socket, "close")).toMatchObject({ code: 1000, wasClean: true });
    expect(server.record.closes).toMatchObject([{ code: 1000, reason: "aborted" }]);
  });

  test("a signal that aborts before it is open fails it", async () => {
    server.stallAtUpgrade();
    const socket = create({ signal: AbortSignal.timeout(50) });
    const { error, close } = await ending(socket);
    expect(close).toMatchObject(abnormal);
    expect(error).toMatchObject({ code: "ERR_NOT_OPEN" });
  });

  test("it is supervised only if it is asked for", async () => {
    await opened();
    expect(supervisor.children()).toEqual([]);
    const socket = await opened({ supervise: true });
    const closing = next(socket, "close");
    await supervisor.shutdown();
    expect(await closing).toMatchObject({ code: 1001, wasClean: true });
  });

  test("keepalive finds a peer dead", async () => {
    const socket = await opened({ wsOpts: { keepalive: 50 } });
    server.silence();
    const { error, close } = await ending(socket);
    expect(close).toMatchObject(abnormal);
    expect(error).toMatchObject({ code: "ERR_DEAD_PEER" });
  });
});

describe("an error event", () => {
  test("is an Event that says why", async () => {
    server.refuse(403);
    const socket = create();
    const event = (await next(socket, "error")) as FailureEvent;
    expect(event.constructor).toBe(Event);
    expect((event.error as RefusedError).status).toBe(403);
    expect(event.message).toBe(event.error.message);
  });

  test.each([
    ["a port that Fetch blocks", "ws://127.0.0.1:6000/", "no WebSocket may connect to port 6000"],
    ["a port where nothing listens", "ws://127.0.0.1:2/", "ECONNREFUSED"],
  ])("says so for %s", async (_, url, text) => {
    const { error } = await ending(create({}, url));
    expect(error?.message).toContain(text);
  });

  test("says so when close() came early", async () => {
    const socket = create();
    socket.close();
    expect((await ending(socket)).error?.message).toBe("the WebSocket was closed before it was open");
  });
});

test("the closing handshake that the peer never answers ends within closingTimeout", async () => {
  server.ignoreClose();
  const socket = await opened({ wsOpts: { closingTimeout: 100 } });
  socket.close(3000);
  const { error, close } = await ending(socket);
  expect(close).toMatchObject(abnormal);
  expect(error).toMatchObject({ code: "ERR_TIMEOUT", phase: "closing", timeout: 100 });
});

test("it is CLOSING between the peer's Close frame and close", async () => {
  const socket = await opened();
  const seen = new Set<number>();
  const look = () => {
    seen.add(socket.readyState);
    if (socket.readyState !== WebSocket.CLOSED) setImmediate(look);
  };
  look();
  server.closeAll(1000);
  await next(socket, "close");
  expect([...seen]).toEqual([WebSocket.OPEN, WebSocket.CLOSING]);
});

test("it is never opened again", async () => {
  const socket = await opened();
  server.drop("rst");
  await next(socket, "close");
  await opened();
  expect(server.record.counts.upgrades).toBe(2);
});

describe("what it is given to send", () => {
  test("may be from another realm", async () => {
    const socket = await opened();
    socket.send(runInNewContext("new Uint8Array([1, 2]).buffer"));
    socket.send(runInNewContext("new Uint8Array([3])"));
    await server.until(({ counts }) => counts.messages === 2);
    expect(server.record.messages.map(({ data }) => [...(data as Buffer)])).toEqual([[1, 2], [3]]);
  });

  test("may be no view of a SharedArrayBuffer", async () => {
    const socket = await opened();
    const shared = new Uint8Array(new SharedArrayBuffer(1)) as unknown as Uint8Array<ArrayBuffer>;
    expect(() => socket.send(shared)).toThrow(TypeError);
  });

  test("fails the connection if it is a Blob that cannot be read", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "gundam-"));
    const file = path.join(folder, "changing");
    await writeFile(file, "as it was");
    const blob = await openAsBlob(file);
    await writeFile(file, "changed, and longer");
    const socket = await opened();
    socket.send(blob);
    const { error, close } = await ending(socket);
    await rm(folder, { recursive: true });
    expect(error?.message).toBe("the Blob cannot be read");
    expect(error?.cause).toMatchObject({ name: "NotReadableError" });
    expect(close).toMatchObject(abnormal);
  });
});

describe("otherwise than the standard has it,", () => {
  test("its request says no more than it must", async () => {
    await opened();
    const names = Object.keys(server.record.upgrades[0]!.headers).sort();
    expect(names).toEqual(["connection", "host", "sec-websocket-key", "sec-websocket-version", "upgrade"]);
  });

  test("a relative url is a SyntaxError", () => {
    expect(() => create({}, "/feed")).toThrow(expect.objectContaining({ name: "SyntaxError" }));
  });

  test("a message larger than wsOpts.maxPayload fails the connection", async () => {
    const socket = await opened({ wsOpts: { maxPayload: 10 } });
    socket.send("more than ten");
    const { error, close } = await ending(socket);
    expect(error).toMatchObject({ code: "ERR_PROTOCOL", closeCode: 1009 });
    expect(close).toMatchObject(abnormal);
  });

  test("its events are not trusted", async () => {
    const socket = create();
    expect((await next(socket, "open")).isTrusted).toBe(false);
  });

  test("it sends a resizable ArrayBuffer, and none that is detached", async () => {
    const socket = await opened();
    const resizable: ArrayBuffer = Reflect.construct(ArrayBuffer, [2, { maxByteLength: 4 }]);
    const detached = new ArrayBuffer(2);
    structuredClone(detached, { transfer: [detached] });
    expect(() => socket.send(detached)).toThrow(TypeError);
    socket.send(resizable);
    await server.until(({ counts }) => counts.messages === 1);
    expect([...(server.record.messages[0]!.data as Buffer)]).toEqual([0, 0]);
  });
});

describe("bufferedAmount", () => {
  test("stays while the peer does not read, and falls when it does", async () => {
    const socket = await opened();
    server.stopReading();
    const bytes = 16 * 1024 * 1024;
    socket.send(new Uint8Array(bytes));
    expect(socket.bufferedAmount).toBe(bytes);
    server.resumeReading();
    await vi.waitFor(() => expect(socket.bufferedAmount).toBe(0), { timeout: 10_000 });
  });

  test("is not reset by the end of the connection", async () => {
    const socket = await opened();
    server.stopReading();
    socket.send(new Uint8Array(16 * 1024 * 1024));
    server.drop("rst");
    await next(socket, "close");
    const left = socket.bufferedAmount;
    expect(left).toBeGreaterThan(1024 * 1024);
    socket.send("12345");
    expect(socket.bufferedAmount).toBe(left + 5);
  });

  test("that would be more than sendQueue.maxBytes fails the connection", async () => {
    const socket = await opened({ sendQueue: { maxBytes: 1000 } });
    socket.send(new Uint8Array(1001));
    expect(socket.readyState).toBe(WebSocket.CLOSING);
    expect(socket.bufferedAmount).toBe(1001);
    const { error, close } = await ending(socket);
    expect(error).toMatchObject({ code: "ERR_QUEUE_FULL" });
    expect(close).toMatchObject(abnormal);
  });
});
