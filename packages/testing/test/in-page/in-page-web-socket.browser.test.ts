// The face of the server in the page beside the browser's own WebSocket: each dialogue is had with both, and both must tell
// the same. What the two browsers tell differently is left out of it, and said.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import type { StartedServer } from "../../../../scripts/vitest-server-commands.ts";
import { applyFault, type InPageFault, InPageServer, inPageWebSocket } from "../../src/in-page/index.ts";

/** Where a dialogue is had. */
interface Stage {
  readonly WebSocket: typeof WebSocket;
  readonly url: string;
  readonly fault: (fault: InPageFault) => Promise<void>;
  /** What the server has read of Close frames. */
  readonly closes: () => Promise<readonly unknown[]>;
}

type Dialogue = (stage: Stage) => Promise<unknown>;

let real: StartedServer;

beforeEach(async () => {
  real = await commands.startServer();
});

afterEach(() => commands.stopServer(real.id));

function realStage(): Stage {
  return {
    WebSocket: globalThis.WebSocket,
    url: real.url,
    fault: (fault) => commands.fault(real.id, fault as never),
    closes: async () =>
      (await commands.serverRecord(real.id)).closes.map(({ code, reason }) => ({ code, reason })),
  };
}

function inPageStage(): Stage {
  const closes: unknown[] = [];
  const server = new InPageServer({
    runtime: {
      now: () => performance.now(),
      setTimer: (delay, fire) => {
        const timer = setTimeout(fire, delay);
        return () => clearTimeout(timer);
      },
      microtask: queueMicrotask,
    },
    note: (event) => {
      if (event.type === "closeReceived") closes.push({ code: event.code, reason: event.reason });
    },
  });
  return {
    WebSocket: inPageWebSocket(server) as unknown as typeof WebSocket,
    url: server.url,
    fault: async (fault) => applyFault(server, fault),
    closes: async () => closes,
  };
}

async function had(dialogue: Dialogue): Promise<{ real: unknown; inPage: unknown }> {
  return { real: await dialogue(realStage()), inPage: await dialogue(inPageStage()) };
}

/** What a socket tells, in order; an end that is not clean may come with an error. */
function listen(socket: WebSocket): unknown[] {
  const told: unknown[] = [];
  socket.addEventListener("open", () => told.push(["open", socket.readyState]));
  socket.addEventListener("message", ({ data }) => told.push(["message", plain(data), socket.readyState]));
  socket.addEventListener("close", (event) => told.push(["close", ending(event), socket.readyState]));
  return told;
}

function plain(data: unknown): unknown {
  return data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data;
}

function ending(event: CloseEvent): unknown {
  const { code, reason, wasClean } = event;
  return [event instanceof CloseEvent, code, reason, wasClean];
}

function next<Type extends keyof WebSocketEventMap>(
  socket: WebSocket,
  type: Type,
): Promise<WebSocketEventMap[Type]> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}

async function open({ WebSocket, url }: Stage, protocols?: string[]): Promise<WebSocket> {
  const socket = new WebSocket(url, protocols);
  await next(socket, "open");
  return socket;
}

function thrown(run: () => void): unknown {
  try {
    run();
    return "nothing";
  } catch (error) {
    return [(error as Error).name, error instanceof DOMException];
  }
}

const dialogues: Readonly<Record<string, Dialogue>> = {
  "text and bytes come back, and our Close is answered": async (stage) => {
    const socket = new stage.WebSocket(stage.url);
    const told = listen(socket);
    socket.binaryType = "arraybuffer";
    await next(socket, "open");
    socket.send("hello");
    socket.send(new Uint8Array([1, 2, 255]));
    socket.send(new DataView(new Uint8Array([9, 3, 4, 9]).buffer, 1, 2));
    socket.send(new Uint8Array([5]).buffer);
    for (let count = 0; count < 4; count++) await next(socket, "message");
    socket.close(4000, "done");
    told.push(socket.readyState);
    await next(socket, "close");
    return { told, closes: await stage.closes() };
  },
  "a Blob keeps its place among what is sent, and binary comes as a Blob by default": async (stage) => {
    const socket = await open(stage);
    socket.send(new Blob(["first"]));
    socket.send("second");
    const [first, second] = [await next(socket, "message"), await next(socket, "message")];
    return [socket.binaryType, first.data instanceof Blob, await (first.data as Blob).text(), second.data];
  },
  "a Close without a code, and others": async (stage) => {
    const ends: unknown[] = [];
    for (const args of [[], [1000], [4999, "ü"]] as [number?, string?][]) {
      const socket = await open(stage);
      socket.close(...args);
      ends.push(ending(await next(socket, "close")));
    }
    return { ends, closes: await stage.closes() };
  },
  "close() checks what it is given, in every state": async (stage) => {
    const socket = new stage.WebSocket(stage.url);
    const refused = () => [
      ...[1001, 1005, 2999, 5000, -1, Number.NaN].map((code) => thrown(() => socket.close(code))),
      thrown(() => socket.close(3000, "x".repeat(124))),
      thrown(() => socket.close(3000, "ü".repeat(62))),
    ];
    const connecting = refused();
    await next(socket, "open");
    const opened = refused();
    socket.close(3000, "x".repeat(123));
    const closing = refused();
    await next(socket, "close");
    return { connecting, opened, closing, closed: refused() };
  },
  "closed before it is open": async (stage) => {
    const socket = new stage.WebSocket(stage.url);
    const told = listen(socket);
    socket.addEventListener("error", () => told.push(["error", socket.readyState]));
    socket.close();
    told.push(socket.readyState);
    socket.close(4000);
    await next(socket, "close");
    return told;
  },
  "send() in each state": async (stage) => {
    const socket = new stage.WebSocket(stage.url);
    const connecting = [thrown(() => socket.send("early")), socket.bufferedAmount];
    await next(socket, "open");
    socket.send("four");
    const opened = socket.bufferedAmount;
    await next(socket, "message");
    const taken = socket.bufferedAmount;
    socket.close();
    socket.send("ünsent");
    const closing = socket.bufferedAmount;
    await next(socket, "close");
    socket.send(new Uint8Array(3));
    return { connecting, opened, taken, closing, closed: socket.bufferedAmount };
  },
  "the server's Close, with a code and without": async (stage) => {
    const first = await open(stage);
    const told = listen(first);
    await Promise.all([next(first, "close"), stage.fault({ name: "close", code: 1012, reason: "restart" })]);
    const second = await open(stage);
    const [event] = await Promise.all([next(second, "close"), stage.fault({ name: "close-without-code" })]);
    return { told, without: ending(event) };
  },
  "a frame that breaks the protocol": async (stage) => {
    const socket = await open(stage);
    let errors = 0;
    socket.onerror = () => errors++;
    const [event] = await Promise.all([next(socket, "close"), stage.fault({ name: "bad-frame" })]);
    const { code, wasClean } = event;
    // Firefox tells the code that it sends.
    return { errors, isAbnormal: [1002, 1006].includes(code), wasClean };
  },
  "TCP ends without a Close": async (stage) => {
    const ends: unknown[] = [];
    for (const how of ["fin", "rst"]) {
      const socket = await open(stage);
      const told = listen(socket);
      await Promise.all([next(socket, "close"), stage.fault({ name: "drop", how })]);
      ends.push(told);
    }
    return ends;
  },
  "the upgrade is refused": async (stage) => {
    await stage.fault({ name: "refuse", status: 503 });
    const socket = new stage.WebSocket(stage.url);
    const told = listen(socket);
    socket.onerror = ({ type }) => told.push([type, socket.readyState]);
    await next(socket, "close");
    return told;
  },
  "nobody listens": async (stage) => {
    await stage.fault({ name: "away" });
    const socket = new stage.WebSocket(stage.url);
    const told = listen(socket);
    socket.onerror = ({ type }) => told.push([type, socket.readyState]);
    await next(socket, "close");
    return told;
  },
  "a subprotocol is chosen, and one that was not offered fails": async (stage) => {
    const socket = await open(stage, ["chat", "talk"]);
    const chosen = [socket.protocol, socket.extensions];
    await stage.fault({ name: "select-protocol", protocol: "wrong" });
    const wrong = new stage.WebSocket(stage.url, "chat");
    return { chosen, wrong: ending(await next(wrong, "close")), protocol: wrong.protocol };
  },
  "what the constructor refuses": async ({ WebSocket, url }) => [
    thrown(() => new WebSocket("ftp://example.test/")),
    thrown(() => new WebSocket("ws://")),
    thrown(() => new WebSocket(url, ["a", "a"])),
    thrown(() => new WebSocket(url, "no token")),
  ],
  "its constants, names and defaults": async ({ WebSocket, url }) => {
    const socket = new WebSocket(url);
    socket.binaryType = "text" as never;
    const { CONNECTING, OPEN, CLOSING, CLOSED } = WebSocket;
    return {
      ofClass: [CONNECTING, OPEN, CLOSING, CLOSED],
      ofSocket: [socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED],
      handlers: [socket.onopen, socket.onmessage, socket.onerror, socket.onclose],
      state: [socket.readyState, socket.bufferedAmount, socket.binaryType, socket.protocol],
      url: socket.url === url,
      tag: String(socket),
      isTarget: socket instanceof EventTarget,
    };
  },
  "handlers are called in their place among listeners, with the event's target": async (stage) => {
    const socket = new stage.WebSocket(stage.url);
    const told: unknown[] = [];
    socket.addEventListener("open", () => told.push("first"));
    socket.onopen = () => told.push("replaced");
    socket.addEventListener("open", () => told.push("third"));
    socket.onopen = function (event) {
      told.push(this === socket && event.target === socket && event.currentTarget === socket);
    };
    socket.onmessage = () => told.push("never");
    socket.onmessage = null;
    await next(socket, "open");
    socket.send("hello");
    const { origin, data, lastEventId } = await next(socket, "message");
    const { origin: own } = new URL(stage.url);
    return [told, origin === own, data, lastEventId];
  },
  "what comes after our Close is told no more": async (stage) => {
    const socket = await open(stage);
    const told = listen(socket);
    socket.send("echo");
    socket.close();
    await next(socket, "close");
    return told.slice(-1);
  },
};

describe("as the browser's own", () => {
  test.each(Object.entries(dialogues))("%s", async (_, dialogue) => {
    const { real, inPage } = await had(dialogue);
    expect(inPage).toEqual(real);
  });
});

test("what is sent while the server does not read is buffered past what a kernel holds", async () => {
  const stage = inPageStage();
  const socket = await open(stage);
  await stage.fault({ name: "stop-reading" });
  socket.send(new Uint8Array(1024 * 1024));
  await new Promise((resolve) => setTimeout(resolve));
  expect(socket.bufferedAmount).toBe(768 * 1024);
  const echoed = next(socket, "message");
  await stage.fault({ name: "resume-reading" });
  await echoed;
  expect(socket.bufferedAmount).toBe(0);
});
