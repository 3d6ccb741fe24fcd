// The WHATWG interface, sentence by sentence: one suite for ours on Node and for the browsers' own. The words are the
// standard's.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StartServer, SuiteServer } from "../suite-servers/suite-server.ts";
import { describeMembers } from "./interface-members.ts";

/** Where a browser leaves the standard. */
export type Leave =
  /** A connection that is lost without a Close frame is no `error`. */
  | "an end of TCP is no error"
  | "a reset is no error"
  /** `[Clamp]` cuts off what is behind the point. */
  | "clamps without rounding"
  /** A server that selects no subprotocol, though some were offered, is let in. */
  | "needs no subprotocol"
  /** Subprotocols that differ in case alone can be offered together. */
  | "tells subprotocols apart by case";

export interface WebSocketSuite {
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly startServer: StartServer;
  readonly leaves: ReadonlySet<Leave>;
}

/** What happened to a socket, with its `readyState` at that time. */
type Told = readonly [type: string, readyState: number, ...facts: unknown[]];

const lost: readonly Told[] = [
  ["error", 3],
  ["close", 3, 1006, "", false],
];

export function describeWebSocket({ WebSocket, startServer, leaves }: WebSocketSuite): void {
  // A busy machine can take seconds over what takes no time.
  vi.setConfig({ testTimeout: 20_000 });

  let server: SuiteServer;
  let sockets: WebSocket[];

  beforeEach(async () => {
    server = await startServer();
    sockets = [];
  });

  afterEach(async () => {
    for (const socket of sockets) socket.close();
    await server.stop();
  });

  function create(url: string | URL = server.url, protocols?: string | string[]): WebSocket {
    const socket = protocols === undefined ? new WebSocket(url) : new WebSocket(url, protocols);
    sockets.push(socket);
    return socket;
  }

  function watch(socket: WebSocket): Told[] {
    const told: Told[] = [];
    const tell = (type: string, facts: (event: never) => unknown[]) =>
      socket.addEventListener(type, (event) =>
        told.push([type, socket.readyState, ...facts(event as never)]),
      );
    tell("open", () => []);
    tell("message", ({ data }: MessageEvent) => [data]);
    tell("error", () => []);
    tell("close", ({ code, reason, wasClean }: CloseEvent) => [code, reason, wasClean]);
    return told;
  }

  const next = <Type extends keyof WebSocketEventMap>(socket: WebSocket, type: Type) =>
    new Promise<WebSocketEventMap[Type]>((resolve) =>
      socket.addEventListener(type, resolve as (event: Event) => void, { once: true }),
    );

  async function opened(protocols?: string | string[]): Promise<WebSocket> {
    const socket = create(server.url, protocols);
    await next(socket, "open");
    return socket;
  }

  async function echoes(socket: WebSocket, count: number): Promise<unknown[]> {
    const data: unknown[] = [];
    await new Promise<void>((resolve) => {
      socket.addEventListener("message", (event) => data.push(event.data) === count && resolve());
    });
    return data;
  }

  const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 10_000 });
  const messages = async () => (await server.record()).messages.map(({ data }) => data);

  const throwing = (name: string) => expect.objectContaining({ name }) as unknown as Error;

  describe("the constructor", () => {
    test("needs a url, and new", () => {
      expect(() => Reflect.construct(WebSocket, [])).toThrow(TypeError);
      expect(() => (WebSocket as unknown as (url: string) => void)(server.url)).toThrow(TypeError);
    });

    test.each(["ws://", "ws://a:65536/", "wss://[::1", "//"])(
      "throws a SyntaxError for what the url parser fails at: %s",
      (url) => {
        expect(() => create(url)).toThrow(throwing("SyntaxError"));
        expect(() => create(url)).toThrow(DOMException);
      },
    );

    test.each(["ftp://a/", "about:blank", "mailto:a@b", "file:///a", "wsss://a/"])(
      "throws a SyntaxError for a url whose scheme is not ws or wss: %s",
      (url) => expect(() => create(url)).toThrow(throwing("SyntaxError")),
    );

    test.each(["#", "#fragment"])("throws a SyntaxError for a url with the fragment %s", (fragment) =>
      expect(() => create(server.url + fragment)).toThrow(throwing("SyntaxError")),
    );

    test.each([
      ["http", "ws"],
      ["https", "wss"],
    ])("sets a scheme of %s to %s", (given, scheme) => {
      const socket = create(server.url.replace(/^ws/, given));
      expect(socket.url).toBe(server.url.replace(/^ws/, scheme));
      socket.close();
    });

    test.each(["", "a b", "a,b", "a/b", "(a)", "é", "a\u0000", "\t"])(
      "throws a SyntaxError for a subprotocol that is no token: %j",
      (protocol) => {
        expect(() => create(server.url, protocol)).toThrow(throwing("SyntaxError"));
        expect(() => create(server.url, ["chat", protocol])).toThrow(throwing("SyntaxError"));
      },
    );

    test("throws a SyntaxError for a subprotocol that occurs more than once", () => {
      expect(() => create(server.url, ["chat", "other", "chat"])).toThrow(throwing("SyntaxError"));
      const creating = expect(() => create(server.url, ["chat", "other", "Chat"]));
      if (leaves.has("tells subprotocols apart by case")) creating.not.toThrow();
      else creating.toThrow(throwing("SyntaxError"));
    });

    test("makes strings of its arguments before it looks at any", () => {
      const asked: string[] = [];
      const said = (what: string) => ({ toString: () => `${asked.push(what) && what}` });
      const noString = [Symbol("no string")] as unknown as string[];
      expect(() => create(said("no url") as unknown as string, noString)).toThrow(TypeError);
      expect(() =>
        create(said("no url") as unknown as string, [said("no token") as unknown as string]),
      ).toThrow(throwing("SyntaxError"));
      expect(asked).toEqual(["no url", "no url", "no token"]);
    });

    test("opens nothing when it throws", async () => {
      expect(() => create(server.url, "no token")).toThrow();
      await opened();
      expect((await server.record()).counts.upgrades).toBe(1);
    });

    test("takes a sequence of subprotocols in any form, and makes strings of them", async () => {
      const given = new Set(["chat", 5]) as unknown as string[];
      await next(create(server.url, given), "open");
      const { upgrades } = await server.record();
      expect(upgrades[0]!.headers["sec-websocket-protocol"]).toMatch(/^chat, ?5$/);
    });

    test("takes anything else as a string", async () => {
      const socket = create({ toString: () => server.url } as URL, 7 as unknown as string);
      await next(socket, "open");
      expect(socket.protocol).toBe("7");
    });

    test("returns a socket that is CONNECTING, and has nothing else to say", () => {
      const socket = create();
      const { readyState, bufferedAmount, extensions, protocol, binaryType } = socket;
      const { onopen, onerror, onclose, onmessage } = socket;
      expect({ readyState, bufferedAmount, extensions, protocol, binaryType }).toEqual({
        readyState: 0,
        bufferedAmount: 0,
        extensions: "",
        protocol: "",
        binaryType: "blob",
      });
      expect([onopen, onerror, onclose, onmessage]).toEqual([null, null, null, null]);
    });
  });

  describe("the interface", () => {
    const constants = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

    test.each(Object.entries(constants))(
      "has the constant %s on the class and on the prototype",
      (name, value) => {
        for (const holder of [WebSocket, Object.getPrototypeOf(create())]) {
          expect(Reflect.get(holder, name)).toBe(value);
          expect(Reflect.set(holder, name, 7, {})).toBe(false);
        }
      },
    );

    test("shows its attributes, operations and constants to for…in", () => {
      const names: string[] = [];
      for (const name in create()) names.push(name);
      expect(names).toEqual(
        expect.arrayContaining([
          ...["url", "readyState", "bufferedAmount", "extensions", "protocol", "binaryType"],
          ...["onopen", "onerror", "onclose", "onmessage", "close", "send"],
          ...Object.keys(constants),
        ]),
      );
      expect(names).not.toContain("constructor");
    });

    test("says its name", () => {
      expect(Object.prototype.toString.call(create())).toBe("[object WebSocket]");
      expect(WebSocket.name).toBe("WebSocket");
    });

    test("is an EventTarget", () => expect(create()).toBeInstanceOf(EventTarget));

    describeMembers(WebSocket, {
      readonly: ["url", "readyState", "bufferedAmount", "extensions", "protocol"],
      settable: ["binaryType", "onopen", "onerror", "onclose", "onmessage"],
      operations: { close: 0, send: 1 },
    });

    test("has attributes that cannot be set", () => {
      const socket = create();
      for (const name of ["url", "readyState", "bufferedAmount", "extensions", "protocol"]) {
        expect(Reflect.set(socket, name, "other")).toBe(false);
      }
    });

    test("can be extended", async () => {
      class Chat extends WebSocket {
        say(text: string): void {
          this.send(text);
        }
      }
      const chat = new Chat(server.url);
      sockets.push(chat);
      await next(chat, "open");
      chat.say("hello");
      expect(await echoes(chat, 1)).toEqual(["hello"]);
    });
  });

  describe("url", () => {
    test("is the url record, serialized", () => {
      const { host } = new URL(server.url);
      const socket = create(`WS://${host}/a b/../c?d e`);
      expect(socket.url).toBe(`ws://${host}/c?d%20e`);
    });

    test("has no default port, and a path", () => {
      expect(create("ws://127.0.0.1:80").url).toBe("ws://127.0.0.1/");
      expect(create("wss://127.0.0.1:443").url).toBe("wss://127.0.0.1/");
    });

    test("is a USVString: a lone surrogate is U+FFFD", () => {
      expect(create(`${server.url}\ud800`).url).toBe(`${server.url}%EF%BF%BD`);
    });

    test("may be given as a URL", () => expect(create(new URL(server.url)).url).toBe(server.url));
  });

  describe("when the WebSocket connection is established", () => {
    test("it is OPEN and has its subprotocol when open is fired, later than the constructor", async () => {
      const socket = create(server.url, ["chat", "other"]);
      const told = watch(socket);
      const event = await next(socket, "open");
      expect(told).toEqual([["open", 1]]);
      expect(socket.protocol).toBe("chat");
      expect(socket.extensions).toBe("");
      expect(event.constructor).toBe(Event);
      expect([event.bubbles, event.cancelable]).toEqual([false, false]);
      expect(event.target).toBe(socket);
    });
  });

  describe("the WebSocket connection is failed", () => {
    async function ends(socket: WebSocket): Promise<Told[]> {
      expect(socket.readyState).toBe(0);
      const told = watch(socket);
      await next(socket, "close");
      return told;
    }

    test.each([200, 301, 401, 404, 503])("when the server answers HTTP status %i", async (status) => {
      await server.fault({ name: "refuse", status });
      expect(await ends(create())).toEqual(lost);
    });

    test.each(["garbage-at-upgrade", "wrong-accept-at-upgrade", "drop-at-upgrade", "drop-at-accept", "away"])(
      "when the server does this: %s",
      async (name) => {
        await server.fault({ name });
        expect(await ends(create())).toEqual(lost);
      },
    );

    test("when the server selects a subprotocol that was not offered", async () => {
      await server.fault({ name: "select-protocol", protocol: "wrong" });
      expect(await ends(create(server.url, "chat"))).toEqual(lost);
    });

    test("when the server selects none of those that were offered", async () => {
      await server.fault({ name: "select-protocol", protocol: "none" });
      const socket = create(server.url, "chat");
      if (leaves.has("needs no subprotocol")) await next(socket, "open");
      else expect(await ends(socket)).toEqual(lost);
    });

    test.each([1, 22, 6000, 10080])("when the port is one that Fetch blocks: %i", async (port) => {
      expect(await ends(create(`ws://127.0.0.1:${port}/`))).toEqual(lost);
    });

    test("when close() is called before it is established: CLOSING at once, and never open", async () => {
      const socket = create();
      const told = watch(socket);
      socket.close(3000, "never mind");
      expect(socket.readyState).toBe(2);
      expect(told).toEqual([]);
      await next(socket, "close");
      expect(told).toEqual(lost);
    });

    test("when the server breaks the protocol", async () => {
      const socket = await opened();
      const told = watch(socket);
      await Promise.all([
        next(socket, "close"),
        server.fault({ name: "bad-frame", frame: "reserved-opcode" }),
      ]);
      expect(told).toEqual(lost);
    });

    test.each([
      ["fin", "an end of TCP is no error"],
      ["rst", "a reset is no error"],
    ] as const)("when the connection is lost without a Close frame: %s", async (how, leave) => {
      const socket = await opened();
      const told = watch(socket);
      await Promise.all([next(socket, "close"), server.fault({ name: "drop", how })]);
      expect(told).toEqual(leaves.has(leave) ? lost.slice(1) : lost);
    });
  });

  describe("send()", () => {
    test("throws an InvalidStateError while CONNECTING", () => {
      expect(() => create().send("early")).toThrow(throwing("InvalidStateError"));
    });

    test("needs an argument", async () => {
      const socket = await opened();
      expect(() => Reflect.apply(socket.send, socket, [])).toThrow(TypeError);
    });

    test("sends strings as text, and makes strings of what is no data", async () => {
      const socket = await opened();
      const got = echoes(socket, 6);
      for (const data of ["héllo 🌍", "", 7, null, undefined, { toString: () => "object" }]) {
        socket.send(data as string);
      }
      expect(await got).toEqual(["héllo 🌍", "", "7", "null", "undefined", "object"]);
    });

    test("sends a lone surrogate as U+FFFD", async () => {
      const socket = await opened();
      const got = echoes(socket, 1);
      socket.send("a\ud800b");
      expect(await got).toEqual(["a\ufffdb"]);
    });

    test("sends buffers, what views show of them, and blobs as binary, in order with text", async () => {
      const socket = await opened();
      const { buffer } = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
      socket.send("first");
      socket.send(new Blob([new Uint8Array([9, 8]), "a"]));
      socket.send(buffer);
      socket.send(new Uint8Array(buffer, 2, 3));
      socket.send(new Blob([]));
      socket.send(new DataView(buffer, 7));
      socket.send(new Uint16Array(buffer, 4, 1));
      socket.send("last");
      await until(async () =>
        expect(await messages()).toEqual([
          "first",
          [9, 8, 97],
          [0, 1, 2, 3, 4, 5, 6, 7],
          [2, 3, 4],
          [],
          [7],
          [4, 5],
          "last",
        ]),
      );
    });

    test("sends the bytes that there were when it was called", async () => {
      const socket = await opened();
      const bytes = new Uint8Array(100_000).fill(1);
      socket.send(bytes);
      bytes.fill(2);
      await until(async () => expect(await messages()).toHaveLength(1));
      expect(new Set((await messages())[0] as readonly number[])).toEqual(new Set([1]));
    });

    test("sends bytes as they were although a blob before them takes its time", async () => {
      const socket = await opened();
      const bytes = new Uint8Array([1]);
      socket.send(new Blob(["blob"]));
      socket.send(bytes);
      bytes.fill(2);
      await until(async () => expect(await messages()).toEqual([[98, 108, 111, 98], [1]]));
    });

    test("leaves before the Close frame of a close() that comes after it", async () => {
      const socket = await opened();
      socket.send("text");
      socket.send(new Blob(["blob"]));
      socket.close(3001);
      await next(socket, "close");
      expect(await messages()).toEqual(["text", [98, 108, 111, 98]]);
    });
  });

  describe("bufferedAmount", () => {
    test("grows by the bytes of each message, and does not fall within the task", async () => {
      const socket = await opened();
      const seen: number[] = [];
      for (const data of ["abc", "é🌍", "\ud800", new Uint8Array(10), new Blob(["1234"]), ""]) {
        socket.send(data);
        seen.push(socket.bufferedAmount);
      }
      expect(seen).toEqual([3, 9, 12, 22, 26, 26]);
    });

    test("falls to 0 when all has left", async () => {
      const socket = await opened();
      socket.send("x".repeat(1000));
      await until(() => expect(socket.bufferedAmount).toBe(0));
    });

    test("only grows once the connection is closed", async () => {
      const socket = await opened();
      socket.close();
      socket.send("12345");
      expect(socket.bufferedAmount).toBe(5);
      await next(socket, "close");
      socket.send("é");
      socket.send(new Uint8Array(3));
      socket.send(new Blob(["1234"]));
      expect(socket.bufferedAmount).toBe(14);
      // Not even later tasks take it back.
      await opened();
      expect(socket.bufferedAmount).toBe(14);
    });
  });

  describe("when a WebSocket message has been received", () => {
    test("message is fired, with the data and the origin", async () => {
      const socket = await opened();
      socket.send("hello");
      const event = await next(socket, "message");
      const { data, origin, lastEventId, source, ports, bubbles, cancelable } = event;
      expect({ data, origin, lastEventId, source, bubbles, cancelable }).toEqual({
        data: "hello",
        origin: new URL(server.url).origin,
        lastEventId: "",
        source: null,
        bubbles: false,
        cancelable: false,
      });
      expect(ports).toHaveLength(0);
      expect(event.constructor).toBe(MessageEvent);
    });

    test("binary data is a Blob, or an ArrayBuffer as soon as binaryType says so", async () => {
      const socket = await opened();
      const got = echoes(socket, 3);
      socket.addEventListener("message", () => {
        socket.binaryType = "arraybuffer";
      });
      socket.send(new Uint8Array([1, 2, 3]));
      socket.send(new Uint8Array([4, 5]));
      socket.send("text");
      const [blob, buffer, text] = await got;
      expect(blob).toBeInstanceOf(Blob);
      expect((blob as Blob).type).toBe("");
      expect(new Uint8Array(await (blob as Blob).arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
      expect(buffer).toBeInstanceOf(ArrayBuffer);
      expect(new Uint8Array(buffer as ArrayBuffer)).toEqual(new Uint8Array([4, 5]));
      expect(text).toBe("text");
    });

    test("binaryType keeps its value when it is set to what is none", () => {
      const socket = create();
      socket.binaryType = "arraybuffer";
      for (const value of ["nodebuffer", "", "Blob", null]) socket.binaryType = value as BinaryType;
      expect(socket.binaryType).toBe("arraybuffer");
    });

    test("nothing is fired once the ready state is not OPEN any more", async () => {
      const socket = await opened();
      const told = watch(socket);
      socket.send("echoed before the Close frame is answered");
      socket.close();
      await next(socket, "close");
      expect(await messages()).toHaveLength(1);
      expect(told.map(([type]) => type)).toEqual(["close"]);
    });

    test("it may be large, text and binary", async () => {
      const socket = await opened();
      socket.binaryType = "arraybuffer";
      const text = "é".repeat(300_000);
      const bytes = new Uint8Array(500_000).map((_, i) => i);
      const got = echoes(socket, 2);
      socket.send(text);
      socket.send(bytes);
      const [gotText, gotBytes] = await got;
      expect(gotText === text).toBe(true);
      const received = new Uint8Array(gotBytes as ArrayBuffer);
      expect(received).toHaveLength(bytes.length);
      expect(received.every((byte, i) => byte === bytes[i])).toBe(true);
    });
  });

  describe("close()", () => {
    test.each([0, 999, 1001, 1005, 1006, 2999, 5000, 65_536, -1, Number.NaN, null, "one", 2999.4])(
      "throws an InvalidAccessError for the code %s, in any state",
      async (code) => {
        expect(() => create().close(code as number)).toThrow(throwing("InvalidAccessError"));
        const socket = await opened();
        expect(() => socket.close(code as number)).toThrow(throwing("InvalidAccessError"));
        expect(socket.readyState).toBe(1);
      },
    );

    test.each([
      [1000, 1000],
      [3000, 3000],
      [4999, 4999],
      ["3001", 3001],
      [2999.5, 3000],
      [3000.5, 3000],
      [999.6, 1000],
    ])("takes the code %j as %i", async (given, code) => {
      const socket = await opened();
      if (
        given !== code &&
        typeof given === "number" &&
        given < code &&
        leaves.has("clamps without rounding")
      ) {
        expect(() => socket.close(given)).toThrow(throwing("InvalidAccessError"));
        return;
      }
      socket.close(given as number);
      const event = await next(socket, "close");
      expect(event.code).toBe(code);
      expect((await server.record()).closes).toMatchObject([{ code }]);
    });

    test("throws a SyntaxError for a reason of more than 123 bytes", async () => {
      const socket = await opened();
      for (const reason of ["x".repeat(124), "é".repeat(62), "🌍".repeat(31), "\ud800".repeat(42)]) {
        expect(() => socket.close(1000, reason)).toThrow(throwing("SyntaxError"));
      }
      expect(socket.readyState).toBe(1);
      const reason = `${"é".repeat(61)}x`;
      socket.close(3000, reason);
      await next(socket, "close");
      expect((await server.record()).closes).toMatchObject([{ code: 3000, reason }]);
    });

    test("looks at the code before the reason, and at both before the state", async () => {
      const socket = await opened();
      socket.close();
      expect(() => socket.close(0, "x".repeat(124))).toThrow(throwing("InvalidAccessError"));
      expect(() => socket.close(1000, "x".repeat(124))).toThrow(throwing("SyntaxError"));
    });

    test("sends a Close frame without a body when it is given nothing", async () => {
      const socket = await opened();
      socket.close();
      expect(await next(socket, "close")).toMatchObject({ code: 1005, reason: "", wasClean: true });
      expect((await server.record()).closes).toMatchObject([{ code: 1005, reason: "" }]);
    });

    test("takes undefined for nothing", async () => {
      const socket = await opened();
      socket.close(undefined, undefined);
      await next(socket, "close");
      expect((await server.record()).closes).toMatchObject([{ code: 1005, reason: "" }]);
    });

    test("is CLOSING at once, and CLOSED when close is fired, later, with what the server answered", async () => {
      const socket = await opened();
      const told = watch(socket);
      expect(socket.close(3000, "done")).toBeUndefined();
      expect(socket.readyState).toBe(2);
      expect(told).toEqual([]);
      const event = await next(socket, "close");
      expect(told).toEqual([["close", 3, 3000, "", true]]);
      expect(event.constructor.name).toBe("CloseEvent");
      expect(event).toBeInstanceOf(Event);
    });

    test("does nothing the second time, nor when it is CLOSED", async () => {
      const socket = await opened();
      const told = watch(socket);
      socket.close(3000, "first");
      socket.close(3001, "second");
      await next(socket, "close");
      socket.close(3002, "third");
      await opened();
      expect(told).toEqual([["close", 3, 3000, "", true]]);
      expect((await server.record()).closes).toMatchObject([{ code: 3000, reason: "first" }]);
    });

    test("sends a reason with a lone surrogate as U+FFFD", async () => {
      const socket = await opened();
      socket.close(1000, "a\ud800");
      await next(socket, "close");
      expect((await server.record()).closes).toMatchObject([{ code: 1000, reason: "a\ufffd" }]);
    });
  });

  describe("when the WebSocket connection is closed by the server", () => {
    test.each([
      [1000, ""],
      [1001, "going away"],
      [1012, "restart"],
      [3999, "é"],
      [4999, "x".repeat(123)],
    ])("close has its code and reason: %i %s", async (code, reason) => {
      const socket = await opened();
      const told = watch(socket);
      await Promise.all([next(socket, "close"), server.fault({ name: "close", code, reason })]);
      expect(told).toEqual([["close", 3, code, reason, true]]);
    });

    test("close has 1005 for a Close frame without a code", async () => {
      const socket = await opened();
      const told = watch(socket);
      await Promise.all([next(socket, "close"), server.fault({ name: "close-without-code" })]);
      expect(told).toEqual([["close", 3, 1005, "", true]]);
    });

    test("messages before the Close frame come first", async () => {
      const socket = await opened();
      const told = watch(socket);
      socket.send("1");
      socket.send("2");
      await until(async () => expect(await messages()).toHaveLength(2));
      await Promise.all([next(socket, "close"), server.fault({ name: "close", code: 1000 })]);
      expect(told.map(([type, , fact]) => [type, fact])).toEqual([
        ["message", "1"],
        ["message", "2"],
        ["close", 1000],
      ]);
    });
  });

  describe("event handlers", () => {
    const types = ["open", "error", "close", "message"] as const;

    test.each(types)("on%s is null unless it is set to an object", (type) => {
      const socket = create() as unknown as Record<string, unknown>;
      const handler = () => {};
      socket[`on${type}`] = handler;
      expect(socket[`on${type}`]).toBe(handler);
      for (const value of [null, undefined, 5, "handler", true, Symbol.iterator]) {
        socket[`on${type}`] = handler;
        socket[`on${type}`] = value;
        expect(socket[`on${type}`]).toBeNull();
      }
    });

    test("an object that is no function is kept, and not called", async () => {
      const socket = create();
      const handleEvent = vi.fn();
      const handler = { handleEvent };
      socket.onopen = handler as never;
      expect(socket.onopen).toBe(handler);
      await next(socket, "open");
      expect(handleEvent).not.toHaveBeenCalled();
    });

    test("a listener may be an object with handleEvent", async () => {
      const socket = create();
      const handleEvent = vi.fn();
      const listener = { handleEvent };
      socket.addEventListener("open", listener);
      const event = await next(socket, "open");
      expect(handleEvent.mock.calls).toEqual([[event]]);
      expect(handleEvent.mock.contexts).toEqual([listener]);
    });

    test("a handler is called with the event, and the socket as this", async () => {
      const socket = create();
      const handler = vi.fn();
      socket.onopen = handler;
      const event = await next(socket, "open");
      expect(handler.mock.calls).toEqual([[event]]);
      expect(handler.mock.contexts).toEqual([socket]);
    });

    test("a handler keeps its place among the listeners when it is replaced", async () => {
      const socket = create();
      const called: string[] = [];
      socket.addEventListener("open", () => called.push("first"));
      socket.onopen = () => called.push("replaced");
      socket.addEventListener("open", () => called.push("last"));
      socket.onopen = () => called.push("handler");
      await next(socket, "open");
      expect(called).toEqual(["first", "handler", "last"]);
    });

    test("a handler goes to the end when it is set again after null", async () => {
      const socket = create();
      const called: string[] = [];
      socket.onopen = () => called.push("handler");
      socket.addEventListener("open", () => called.push("listener"));
      socket.onopen = null;
      socket.onopen = () => called.push("handler");
      await next(socket, "open");
      expect(called).toEqual(["listener", "handler"]);
    });

    test("a handler that was taken away is not called", async () => {
      const socket = create();
      const handler = vi.fn();
      socket.onopen = handler;
      socket.onopen = null;
      await next(socket, "open");
      expect(handler).not.toHaveBeenCalled();
    });

    test("a handler that returns false cancels what can be cancelled", () => {
      const socket = create();
      socket.onmessage = () => false;
      const event = new Event("message", { cancelable: true });
      expect(socket.dispatchEvent(event)).toBe(false);
    });

    test("{ once } and { signal } work as in every EventTarget", async () => {
      const socket = await opened();
      const called: string[] = [];
      const aborting = new AbortController();
      socket.addEventListener("message", () => called.push("once"), { once: true });
      socket.addEventListener("message", () => called.push("signal"), { signal: aborting.signal });
      socket.addEventListener("message", () => aborting.abort());
      const got = echoes(socket, 2);
      socket.send("1");
      socket.send("2");
      await got;
      expect(called).toEqual(["once", "signal"]);
    });
  });
}
