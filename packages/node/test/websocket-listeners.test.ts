// The listeners of both faces: as those of every EventTarget, but that one that throws ends no process.

import { getMaxListeners } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { ReconnectingWebSocket, WebSocket } from "../src/websocket/index.ts";
import { echoServer, identity, pem } from "./dialling.ts";

type Face = typeof WebSocket;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The warnings of the process from now on. */
function warnings(): Error[] {
  const told: Error[] = [];
  const listen = (warning: Error) => void told.push(warning);
  process.on("warning", listen);
  onTestFinished(() => void process.off("warning", listen));
  return told;
}

const failing = (what: string) => () => {
  throw new Error(what);
};

describe.each<[string, Face]>([
  ["WebSocket", WebSocket],
  ["ReconnectingWebSocket", ReconnectingWebSocket as unknown as Face],
])("a listener of a %s", (_, Face) => {
  async function create() {
    const server = await echoServer();
    const socket = new Face(server.url);
    onTestFinished(() => socket.close());
    return socket;
  }

  test("that throws is reported, and the others are called", async () => {
    const told = warnings();
    const called: string[] = [];
    const socket = await create();
    socket.onopen = failing("a handler");
    socket.addEventListener("open", failing("a function"));
    socket.addEventListener("open", { handleEvent: failing("an object") });
    socket.addEventListener("open", {} as EventListenerObject);
    socket.addEventListener("open", async () => failing("a promise")());
    await new Promise<void>((resolve) => {
      socket.addEventListener("open", () => {
        called.push("the last");
        resolve();
      });
    });
    await turn();
    expect(told.map(({ name }) => name)).toEqual(Array(5).fill("GundamWarning"));
    expect(told.map(({ cause }) => (cause as Error).message)).toEqual([
      "a handler",
      "a function",
      "an object",
      "listener.handleEvent is not a function",
      "a promise",
    ]);
    expect(called).toEqual(["the last"]);
  });

  test("of any type that throws is reported", async () => {
    const told = warnings();
    const socket = await create();
    const types = ["open", "message", "error", "close", "mine"];
    for (const type of types) socket.addEventListener(type, failing(type), { once: true });
    for (const type of types) socket.dispatchEvent(new Event(type));
    await turn();
    expect(told.map(({ cause }) => (cause as Error).message)).toEqual(types);
  });

  test("is the same one, however often it is added, and is gone once it is removed", async () => {
    const socket = await create();
    let called = 0;
    const count = () => called++;
    const counter = { handleEvent: count };
    for (const listener of [count, counter]) {
      socket.addEventListener("mine", listener);
      socket.addEventListener("mine", listener, false);
      socket.addEventListener("mine", listener, { capture: true });
    }
    socket.dispatchEvent(new Event("mine"));
    expect(called).toBe(4);
    for (const listener of [count, counter]) socket.removeEventListener("mine", listener);
    socket.dispatchEvent(new Event("mine"));
    expect(called).toBe(6);
    for (const listener of [count, counter]) {
      socket.removeEventListener("mine", listener, { capture: true });
    }
    socket.dispatchEvent(new Event("mine"));
    expect(called).toBe(6);
  });

  test("may be of several sockets and types, each of which it is removed from by itself", async () => {
    const sockets = [await create(), await create()];
    const called: string[] = [];
    const listener = ({ type, currentTarget }: Event) =>
      called.push(`${type} of ${sockets.indexOf(currentTarget as WebSocket)}`);
    for (const socket of sockets) {
      socket.addEventListener("a", listener);
      socket.addEventListener("b", listener);
    }
    sockets[0]!.removeEventListener("a", listener);
    for (const socket of sockets) for (const type of ["a", "b"]) socket.dispatchEvent(new Event(type));
    expect(called).toEqual(["b of 0", "a of 1", "b of 1"]);
  });

  test("is called once with { once }, and until the abort with { signal }", async () => {
    const socket = await create();
    const called: string[] = [];
    const aborting = new AbortController();
    socket.addEventListener("mine", () => called.push("once"), { once: true });
    socket.addEventListener("mine", () => called.push("signal"), { signal: aborting.signal });
    socket.dispatchEvent(new Event("mine"));
    aborting.abort();
    socket.dispatchEvent(new Event("mine"));
    expect(called).toEqual(["once", "signal"]);
  });

  test("has its target, or itself, as `this`", async () => {
    const socket = await create();
    const those: unknown[] = [];
    function listener(this: unknown) {
      those.push(this);
    }
    const object = { handleEvent: listener };
    socket.addEventListener("mine", listener);
    socket.addEventListener("mine", object);
    socket.dispatchEvent(new Event("mine"));
    expect(those).toEqual([socket, object]);
  });

  test("is asked for its handleEvent at each event", async () => {
    const socket = await create();
    const called: string[] = [];
    const object = { handleEvent: () => void called.push("first") };
    socket.addEventListener("mine", object);
    object.handleEvent = () => void called.push("second");
    socket.dispatchEvent(new Event("mine"));
    expect(called).toEqual(["second"]);
  });

  test("is one of any number, and none is one too many", async () => {
    const told = warnings();
    const socket = await create();
    for (let i = 0; i < 100; i++) socket.addEventListener("message", () => {});
    await turn();
    expect(told.map(({ message }) => message)).toEqual([]);
  });

  test("is one of any number that one signal takes away", async () => {
    const told = warnings();
    const socket = await create();
    const aborting = new AbortController();
    const { signal } = aborting;
    let called = 0;
    for (let i = 0; i < 100; i++) socket.addEventListener("mine", () => called++, { signal });
    await turn();
    expect(told.map(({ message }) => message)).toEqual([]);
    expect(getMaxListeners(signal)).toBe(Infinity);
    aborting.abort();
    socket.dispatchEvent(new Event("mine"));
    expect(called).toBe(0);
  });

  test("is one of those of many sockets, on one signal", async () => {
    const told = warnings();
    const [plain, secure] = [await echoServer(), await echoServer({ tls: identity("server") })];
    const { signal } = new AbortController();
    const options = { signal, tlsOpts: { ca: pem("authority") } };
    const sockets = [plain, secure].flatMap(({ url }) =>
      Array.from({ length: 30 }, () => new Face(url, [], options)),
    );
    const each = (type: string) =>
      Promise.all(
        sockets.map((socket) => new Promise((resolve) => socket.addEventListener(type, resolve, { signal }))),
      );
    await each("open");
    const ends = each("close");
    for (const socket of sockets) socket.close();
    await ends;
    await turn();
    expect(told.map(({ message }) => message)).toEqual([]);
  });

  test("that is none is judged by EventTarget", async () => {
    const socket = await create();
    expect(() => socket.addEventListener("mine", 5 as never)).toThrow(TypeError);
    expect(() => Reflect.apply(socket.addEventListener, socket, ["mine"])).toThrow(TypeError);
    expect(() => Reflect.apply(socket.removeEventListener, socket, ["mine"])).toThrow(TypeError);
    expect(() => Reflect.apply(socket.addEventListener, {}, ["mine", () => {}])).toThrow(TypeError);
    socket.removeEventListener("mine", () => {});
  });
});

test("a WebSocket is an EventTarget as Web IDL has it", () => {
  expect(Object.getPrototypeOf(WebSocket)).toBe(EventTarget);
  expect(Object.getPrototypeOf(WebSocket.prototype)).toBe(EventTarget.prototype);
  expect([
    WebSocket.prototype.addEventListener.length,
    WebSocket.prototype.removeEventListener.length,
  ]).toEqual([2, 2]);
});
