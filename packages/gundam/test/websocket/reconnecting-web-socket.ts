// The WebSocket that stays, against a real server: one suite for Node and for browsers.

import { type GundamError, OptionError } from "@gundam/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ReconnectingOptions, ReconnectingWebSocket } from "../../src/websocket-node.ts";
import type { StartServer, SuiteServer } from "../suite-servers/suite-server.ts";
import { describeMembers } from "./interface-members.ts";

export interface ReconnectingSuite {
  readonly ReconnectingWebSocket: typeof ReconnectingWebSocket;
  readonly startServer: StartServer;
}

type Told = readonly [type: string, readyState: number, ...facts: unknown[]];

export function describeReconnectingWebSocket({
  ReconnectingWebSocket,
  startServer,
}: ReconnectingSuite): void {
  // A busy machine can take seconds over what takes no time.
  vi.setConfig({ testTimeout: 20_000 });

  let server: SuiteServer;
  let sockets: ReconnectingWebSocket[];

  beforeEach(async () => {
    server = await startServer();
    sockets = [];
  });

  afterEach(async () => {
    for (const socket of sockets) socket.close();
    await server.stop();
  });

  const soon = { retryFun: (retriesLeft: number) => ({ retries: retriesLeft - 1, timeout: 20 }) };

  type Parameters = ConstructorParameters<typeof ReconnectingWebSocket>;

  function create(
    url: Parameters[0] = server.url,
    protocols: Parameters[1] = null,
    options: ReconnectingOptions = soon,
  ): ReconnectingWebSocket {
    const socket = new ReconnectingWebSocket(url, protocols, options);
    sockets.push(socket);
    return socket;
  }

  function watch(socket: ReconnectingWebSocket): Told[] {
    const told: Told[] = [];
    socket.addEventListener("open", () => told.push(["open", socket.readyState]));
    socket.addEventListener("message", ({ data }) => told.push(["message", socket.readyState, data]));
    socket.addEventListener("error", ({ error }) => told.push(["error", socket.readyState, error.code]));
    socket.addEventListener("close", ({ code, reason, wasClean }) => {
      told.push(["close", socket.readyState, code, reason, wasClean]);
    });
    socket.addEventListener("drop", ({ data }) => told.push(["drop", socket.readyState, data]));
    return told;
  }

  const next = (socket: ReconnectingWebSocket, type: "open" | "message" | "error" | "close" | "drop") =>
    new Promise<void>((resolve) => socket.addEventListener(type, () => resolve(), { once: true }));

  const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 10_000 });
  const messages = async () => (await server.record()).messages.map(({ data }) => data);
  const opens = async (count: number) =>
    until(async () => expect((await server.record()).counts.opens).toBe(count));
  const offers = async () =>
    (await server.record()).upgrades.map(({ headers }) => headers["sec-websocket-protocol"]);

  describe("open and close are those of each connection", () => {
    test("a Close frame: its code, its reason, and CONNECTING meanwhile", async () => {
      const socket = create();
      const told = watch(socket);
      expect(socket.readyState).toBe(ReconnectingWebSocket.CONNECTING);
      await next(socket, "open");
      await Promise.all([next(socket, "open"), server.fault({ name: "close", code: 4001, reason: "bye" })]);
      expect(told).toEqual([
        ["open", 1],
        ["close", 0, 4001, "bye", true],
        ["open", 1],
      ]);
    });

    test("even 1000 is no end: only we end it", async () => {
      const socket = create();
      await next(socket, "open");
      await Promise.all([next(socket, "open"), server.fault({ name: "close", code: 1000 })]);
      expect(socket.shouldReconnect).toBe(true);
    });

    test("a connection lost without a Close frame: 1006, and not clean", async () => {
      const socket = create();
      await next(socket, "open");
      const told = watch(socket);
      await Promise.all([next(socket, "open"), server.fault({ name: "drop", how: "rst" })]);
      expect(told.filter(([type]) => type !== "error")).toEqual([
        ["close", 0, 1006, "", false],
        ["open", 1],
      ]);
      expect(told[0]).toEqual(["error", 0, "ERR_CONNECT"]);
    });

    test("an attempt that failed: error before close, 1006, and not clean", async () => {
      await server.fault({ name: "refuse", status: 503, times: 2 });
      const socket = create();
      const told = watch(socket);
      await next(socket, "open");
      const failure = [
        ["error", 0, expect.any(String)],
        ["close", 0, 1006, "", false],
      ];
      expect(told).toEqual([...failure, ...failure, ["open", 1]]);
      expect(socket.retryCount).toBe(2);
    });

    test("the last of its attempts: the one close with CLOSED", async () => {
      await server.fault({ name: "away" });
      const socket = create(server.url, null, { ...soon, maxRetries: 2 });
      const told = watch(socket);
      await until(() => expect(socket.readyState).toBe(ReconnectingWebSocket.CLOSED));
      await until(() => expect(told.at(-1)).toEqual(["close", 3, 1006, "", false]));
      expect(told.map(([type, readyState]) => [type, readyState])).toEqual([
        ["error", 0],
        ["close", 0],
        ["error", 0],
        ["close", 0],
        ["error", 3],
        ["close", 3],
      ]);
      expect(socket.shouldReconnect).toBe(false);
    });

    test("an error says why", async () => {
      await server.fault({ name: "away" });
      const socket = create();
      let failure: GundamError | undefined;
      let message: string | undefined;
      socket.onerror = (event) => {
        failure = event.error;
        message = event.message;
      };
      await next(socket, "error");
      expect(failure?.isGundamError).toBe(true);
      expect(message).toBe(failure?.message);
    });
  });

  describe("close()", () => {
    test("ends it by a closing handshake, with a code and a reason", async () => {
      const socket = create();
      await next(socket, "open");
      const told = watch(socket);
      socket.close(3000, "done");
      expect(socket.readyState).toBe(ReconnectingWebSocket.CLOSING);
      expect(told).toEqual([]);
      await next(socket, "close");
      expect(told).toEqual([["close", 3, 3000, "", true]]);
      expect((await server.record()).closes).toMatchObject([{ code: 3000, reason: "done" }]);
      expect((await server.record()).counts.opens).toBe(1);
    });

    test("ends it while it waits, and nothing is opened any more", async () => {
      await server.fault({ name: "away" });
      const socket = create(server.url, null, { maxRetries: 9, minReconnectionDelay: 50_000 });
      await next(socket, "close");
      const told = watch(socket);
      socket.close();
      expect(told).toEqual([]);
      await next(socket, "close");
      expect(told).toEqual([["close", 3, 1000, "", false]]);
    });

    test("ends it while it connects", async () => {
      await server.fault({ name: "stall-at-upgrade" });
      const socket = create();
      const told = watch(socket);
      await until(async () => expect((await server.record()).counts.upgrades).toBe(1));
      socket.close(4000, "never mind");
      await next(socket, "close");
      expect(told).toEqual([["close", 3, 4000, "never mind", false]]);
    });

    test("waits for what was sent before it, and takes no more", async () => {
      const socket = create();
      await next(socket, "open");
      socket.send(new Blob(["blob"]));
      socket.close(3000);
      expect(socket.readyState).toBe(ReconnectingWebSocket.CLOSING);
      expect(() => socket.send("late")).toThrow("the message was not sent: the WebSocket is closing");
      await next(socket, "close");
      expect(await messages()).toEqual([[98, 108, 111, 98]]);
    });

    test("is taken back by a reconnect() before it could begin", async () => {
      const socket = create();
      await next(socket, "open");
      socket.send(new Blob(["blob"]));
      socket.close(3000);
      socket.reconnect();
      await next(socket, "open");
      await until(async () => expect(await messages()).toEqual([[98, 108, 111, 98]]));
      expect(socket.readyState).toBe(ReconnectingWebSocket.OPEN);
    });

    test("a second one does nothing", async () => {
      const socket = create();
      await next(socket, "open");
      const told = watch(socket);
      socket.close(3000);
      socket.close(3001);
      await next(socket, "close");
      socket.close(3002);
      await opens(1);
      expect(told).toEqual([["close", 3, 3000, "", true]]);
    });

    test("takes 1000 and 3000 to 4999, and a reason of 123 bytes", () => {
      const socket = create();
      expect(() => socket.close(1001)).toThrow("code must be 1000 or from 3000 to 4999");
      expect(() => socket.close(1000, "x".repeat(124))).toThrow("reason must be");
      expect(socket.readyState).toBe(ReconnectingWebSocket.CONNECTING);
    });
  });

  describe("send()", () => {
    test("queues what is sent early, and sends it in order, blobs too", async () => {
      const socket = create();
      socket.send("text");
      socket.send(new Blob(["blob"]));
      socket.send(new Uint8Array([1, 2]));
      socket.send(new Uint8Array([3, 4]).buffer);
      socket.send(5 as unknown as string);
      await until(async () =>
        expect(await messages()).toEqual(["text", [98, 108, 111, 98], [1, 2], [3, 4], "5"]),
      );
      await until(() => expect(socket.bufferedAmount).toBe(0));
    });

    test("queues what is sent while there is no connection", async () => {
      const socket = create();
      await next(socket, "open");
      await Promise.all([next(socket, "close"), server.fault({ name: "away" })]);
      socket.send("kept");
      expect(socket.bufferedAmount).toBe(4);
      await server.fault({ name: "back" });
      await until(async () => expect(await messages()).toEqual(["kept"]));
    });

    test("throws when more than maxEnqueuedMessages would wait", async () => {
      const socket = create(server.url, null, { startClosed: true, maxEnqueuedMessages: 2 });
      socket.send("1");
      socket.send("2");
      expect(() => socket.send("3")).toThrow("the send queue is full (sendQueue.maxMessages 2");
    });

    test("tells of a message that gives way to another, and of those that are left at the end", async () => {
      const sendQueue = { maxMessages: 1, overflow: "drop-oldest" as const };
      const socket = create(server.url, null, { startClosed: true, sendQueue });
      const told = watch(socket);
      socket.send("1");
      socket.send("2");
      expect(told).toEqual([["drop", 3, "1"]]);
      socket.close();
      await next(socket, "close");
      expect(told).toEqual([
        ["drop", 3, "1"],
        ["drop", 3, "2"],
        ["close", 3, 1000, "", false],
      ]);
    });

    test("tells those who listen of what was handed over to a connection that was lost", async () => {
      const socket = create();
      await next(socket, "open");
      const dropped: unknown[] = [];
      socket.addEventListener("drop", ({ data, outcome, error }) => {
        dropped.push([(data as Uint8Array).byteLength, outcome, error.code]);
      });
      await server.fault({ name: "stop-reading" });
      const bytes = new Uint8Array(16 * 1024 * 1024 - 1);
      socket.send(bytes);
      await Promise.all([next(socket, "close"), server.fault({ name: "drop", how: "rst" })]);
      expect(dropped).toEqual([[bytes.byteLength, "unknown", "ERR_UNKNOWN_DELIVERY"]]);
    });

    test("throws after the end", async () => {
      const socket = create();
      await next(socket, "open");
      socket.close();
      expect(() => socket.send("late")).toThrow("the message was not sent: the WebSocket is closing");
      await next(socket, "close");
      expect(() => socket.send("late")).toThrow("the message was not sent: the WebSocket is closed");
    });

    test("binary messages are Blobs, or ArrayBuffers if binaryType says so", async () => {
      const socket = create();
      const got: unknown[] = [];
      socket.onmessage = ({ data }) => {
        got.push(data);
        socket.binaryType = "arraybuffer";
      };
      socket.send(new Uint8Array([1]));
      socket.send(new Uint8Array([2]));
      await until(() => expect(got).toHaveLength(2));
      expect(got[0]).toBeInstanceOf(Blob);
      expect(new Uint8Array(got[1] as ArrayBuffer)).toEqual(new Uint8Array([2]));
    });
  });

  describe("reconnect()", () => {
    test("replaces an open connection at once", async () => {
      const socket = create(server.url, null, {});
      await next(socket, "open");
      const told = watch(socket);
      socket.reconnect();
      await next(socket, "open");
      expect(told).toEqual([
        ["close", 0, 1000, "", false],
        ["open", 1],
      ]);
      await opens(2);
    });

    test("with a code replaces it at once, too, and the peer is sent the code and the reason", async () => {
      const socket = create(server.url, null, {});
      await next(socket, "open");
      const told = watch(socket);
      await server.fault({ name: "ignore-close" });
      socket.reconnect(3001, "again");
      expect(socket.readyState).toBe(ReconnectingWebSocket.CONNECTING);
      socket.send("queued");
      await next(socket, "message");
      expect(told).toEqual([
        ["close", 0, 3001, "again", false],
        ["open", 1],
        ["message", 1, "queued"],
      ]);
      await until(async () =>
        expect((await server.record()).closes).toMatchObject([{ code: 3001, reason: "again" }]),
      );
      // What was said of one connection is not said of the next.
      socket.reconnect();
      await next(socket, "open");
      expect(told.filter(([type]) => type === "close").at(-1)).toEqual(["close", 0, 1000, "", false]);
    });

    test.each<[number, string]>([
      [1001, ""],
      [2999, ""],
      [5000, ""],
      [3000, "x".repeat(124)],
    ])("with the code %i and a reason of %s is refused, and changes nothing", async (code, reason) => {
      const socket = create();
      await next(socket, "open");
      expect(() => socket.reconnect(code, reason)).toThrow(OptionError);
      expect(socket.readyState).toBe(ReconnectingWebSocket.OPEN);
      await opens(1);
    });

    test("opens one again that has ended", async () => {
      const socket = create();
      await next(socket, "open");
      socket.close();
      await next(socket, "close");
      socket.reconnect();
      expect(socket.readyState).toBe(ReconnectingWebSocket.CONNECTING);
      await next(socket, "open");
      socket.send("again");
      await until(async () => expect(await messages()).toEqual(["again"]));
    });

    test("opens one that was started closed", async () => {
      const socket = create(server.url, null, { startClosed: true });
      expect(socket.readyState).toBe(ReconnectingWebSocket.CLOSED);
      expect(socket.shouldReconnect).toBe(false);
      socket.send("early");
      expect((await server.record()).counts.upgrades).toBe(0);
      socket.reconnect();
      await until(async () => expect(await messages()).toEqual(["early"]));
    });

    test("is not kept waiting by what is being decided", async () => {
      await server.fault({ name: "refuse", status: 503, times: 1 });
      const socket = create(server.url, null, { shouldRetry: () => new Promise(() => {}) });
      const told = watch(socket);
      await next(socket, "error");
      socket.reconnect();
      await next(socket, "open");
      expect(told).toEqual([
        ["error", 0, expect.any(String)],
        ["close", 0, 1006, "", false],
        ["open", 1],
      ]);
    });

    test("a storm of them leaves one connection", async () => {
      const socket = create();
      await next(socket, "open");
      for (let i = 0; i < 50; i++) socket.reconnect();
      await next(socket, "open");
      await until(async () => {
        const { opens, disconnects } = (await server.record()).counts;
        expect([opens, opens - disconnects]).toEqual([2, 1]);
      });
    });
  });

  describe("url and subprotocols", () => {
    test("functions are asked for each attempt, sync or async, with what went before", async () => {
      const asked: number[] = [];
      let token = 0;
      const socket = create(
        ({ attempt }) => {
          asked.push(attempt);
          return `${server.url}?attempt=${attempt}`;
        },
        async () => [`token-${++token}`, "chat"],
      );
      await next(socket, "open");
      expect(socket.protocol).toBe("token-1");
      await Promise.all([next(socket, "open"), server.fault({ name: "close", code: 4000 })]);
      expect(socket.protocol).toBe("token-2");
      expect(socket.url).toBe(`${server.url}?attempt=2`);
      expect(asked).toEqual([1, 2]);
      expect((await offers()).map((offer) => String(offer).replaceAll(" ", ""))).toEqual([
        "token-1,chat",
        "token-2,chat",
      ]);
    });

    test("subprotocols may be one, several, or none", async () => {
      for (const [given, offered] of [
        ["chat", "chat"],
        [["chat"], "chat"],
        [null, undefined],
        [() => null, undefined],
        [() => "chat", "chat"],
      ] as const) {
        await next(create(server.url, given), "open");
        expect((await offers()).at(-1)).toBe(offered);
      }
    });

    test("a function that fails is a failed attempt", async () => {
      let isDown = true;
      const socket = create(server.url, () => {
        if (isDown) throw new Error("no token today");
        return "chat";
      });
      let message = "";
      socket.onerror = (event) => {
        message = event.message;
        isDown = false;
      };
      await next(socket, "open");
      expect(message).toContain("no token today");
    });

    test("a url that cannot work is told at once", () => {
      expect(() => new ReconnectingWebSocket("ftp://a/")).toThrow("it has another scheme");
      expect(() => new ReconnectingWebSocket("ftp://a/", () => "chat")).toThrow("it has another scheme");
      expect(() => new ReconnectingWebSocket(server.url, ["chat", "chat"])).toThrow(
        "wsOpts.protocols must be",
      );
    });
  });

  describe("options", () => {
    test.each([
      [{ url: "ws://a/" }, "url must be left out: it is the first argument"],
      [{ onMessage() {} }, "onMessage must be left out: there are events in place of callbacks"],
      [{ wsOpts: { protocols: [] } }, "wsOpts.protocols must be left out: they are the second argument"],
      [{ maxRetries: -1 }, "maxRetries must be a whole number, 0 or more, or Infinity, not -1"],
      [{ connectionTimeout: "4s" }, "connectionTimeout must be a number of ms, more than 0, not this string"],
      [
        { reconnectionDelayGrowFactor: 0.5 },
        "reconnectionDelayGrowFactor must be a number, 1 or more, not 0.5",
      ],
      [{ debug: true }, "debug is not an option"],
      [{ maxRetry: 3 }, "maxRetry is not an option"],
    ])("that cannot work throw: %o", (options, message) => {
      expect(() => new ReconnectingWebSocket(server.url, null, options as ReconnectingOptions)).toThrow(
        message,
      );
    });

    test("connectionTimeout ends an attempt that takes too long", async () => {
      await server.fault({ name: "stall-at-upgrade", times: 1 });
      const socket = create(server.url, null, { ...soon, connectionTimeout: 1000 });
      const told = watch(socket);
      await next(socket, "open");
      expect(told.slice(0, 2)).toEqual([
        ["error", 0, "ERR_TIMEOUT"],
        ["close", 0, 1006, "", false],
      ]);
    });

    test("minUptime is what makes retryCount 0 again", async () => {
      await server.fault({ name: "refuse", status: 503, times: 1 });
      const socket = create(server.url, null, { ...soon, minUptime: 0 });
      await next(socket, "error");
      await next(socket, "open");
      await until(() => expect(socket.retryCount).toBe(0));
    });

    test("maxRetries: 0 opens once", async () => {
      const socket = create(server.url, null, { maxRetries: 0 });
      await next(socket, "open");
      const told = watch(socket);
      await Promise.all([next(socket, "close"), server.fault({ name: "close", code: 4002, reason: "over" })]);
      expect(told).toEqual([["close", 3, 4002, "over", true]]);
    });

    test("a signal closes it", async () => {
      const aborting = new AbortController();
      const socket = create(server.url, null, { signal: aborting.signal });
      await next(socket, "open");
      aborting.abort();
      await next(socket, "close");
      expect(socket.readyState).toBe(ReconnectingWebSocket.CLOSED);
      expect((await server.record()).closes).toMatchObject([{ code: 1000, reason: "aborted" }]);
    });
  });

  describe("the interface", () => {
    describeMembers(ReconnectingWebSocket, {
      readonly: [
        ...["url", "readyState", "bufferedAmount", "extensions", "protocol"],
        ...["retryCount", "shouldReconnect"],
      ],
      settable: ["binaryType", "onopen", "onerror", "onclose", "onmessage", "ondrop"],
      operations: { close: 0, send: 1, reconnect: 0 },
    });

    test("addEventListener() needs two arguments", () => {
      const socket = create();
      expect(socket.addEventListener.length).toBe(2);
      expect(() => Reflect.apply(socket.addEventListener, socket, ["open"])).toThrow(TypeError);
    });
  });

  test("it looks like a WebSocket", () => {
    const socket = create();
    expect(Object.prototype.toString.call(socket)).toBe("[object ReconnectingWebSocket]");
    expect(socket).toBeInstanceOf(EventTarget);
    for (const holder of [ReconnectingWebSocket, socket]) {
      const { CONNECTING, OPEN, CLOSING, CLOSED } = holder;
      expect([CONNECTING, OPEN, CLOSING, CLOSED]).toEqual([0, 1, 2, 3]);
    }
    const handler = () => {};
    socket.ondrop = handler;
    expect(socket.ondrop).toBe(handler);
    expect(socket.onopen).toBeNull();
  });
}
