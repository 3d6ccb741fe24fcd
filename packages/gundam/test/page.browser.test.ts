// What a page goes through, in a real page: the events are ours, dispatched at the targets where a browser dispatches
// them, since no test can put the page away that it runs in.

import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import {
  type ClientOptions,
  connect,
  deliver,
  flush,
  info,
  type Sendable,
  type WebSocketClient,
} from "../src/browser.ts";

let server: { readonly id: string; readonly url: string };
let client: WebSocketClient;
let told: string[];

beforeEach(async () => {
  server = await commands.startServer();
  told = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  client.terminate();
  await commands.stopServer(server.id);
});

async function opened(options: Partial<ClientOptions> = {}): Promise<void> {
  client = connect({
    url: server.url,
    retry: 1,
    retryTimeout: 60_000,
    onConnect: () => told.push("connect"),
    onDisconnect: () => told.push("disconnect"),
    ...options,
  });
  await client.ready();
}

const pagehide = () => window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
const pageshow = (persisted: boolean) =>
  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted }));
const freeze = () => document.dispatchEvent(new Event("freeze"));
const resume = () => document.dispatchEvent(new Event("resume"));
const online = () => window.dispatchEvent(new Event("online"));

function becomes(visibility: DocumentVisibilityState): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
  document.dispatchEvent(new Event("visibilitychange"));
}

const opens = async () => (await commands.serverRecord(server.id)).counts.opens;
const connections = async () => (await commands.serverRecord(server.id)).counts.tcpConnections;
const texts = async () => (await commands.serverRecord(server.id)).messages.map(({ data }) => data);
const closes = async () => (await commands.serverRecord(server.id)).closes.map(({ code }) => code);

describe.each([
  ["put away and shown again", pagehide, () => pageshow(true)],
  ["frozen and resumed", freeze, resume],
])("a page that is %s", (_, leave, comeBack) => {
  test("closes with 1000 and is back at once, for free, with what was sent meanwhile", async () => {
    await opened();
    for (let times = 1; times <= 3; times++) {
      leave();
      expect(client.phase).toBe("waiting");
      await vi.waitFor(async () => expect(await closes()).toEqual(Array(times).fill(1000)));
      client.send(`sent while away ${times}`);
      expect(await opens()).toBe(times);
      comeBack();
      const answer = new Promise((resolve) => client.once("message", resolve));
      await client.ready();
      expect(await answer).toBe(`sent while away ${times}`);
      expect(await opens()).toBe(times + 1);
      expect(info(client).retriesLeft).toBe(1);
    }
    expect(told).toEqual(["connect", ...Array(3).fill(["disconnect", "connect"]).flat()]);
  });

  test("closes as pageSignals says", async () => {
    await opened({ pageSignals: { code: 4000, reason: "put away" } });
    leave();
    await vi.waitFor(async () =>
      expect((await commands.serverRecord(server.id)).closes).toMatchObject([
        { code: 4000, reason: "put away" },
      ]),
    );
    comeBack();
    await client.ready();
    expect(await opens()).toBe(2);
  });

  test("does nothing with pageSignals: false", async () => {
    await opened({ pageSignals: false });
    leave();
    comeBack();
    expect(client.phase).toBe("open");
    expect(told).toEqual(["connect"]);
  });

  test("leaves a client alone that is over", async () => {
    await opened();
    await client.close();
    leave();
    comeBack();
    expect(client.phase).toBe("closed");
  });
});

test("what pageSignals throws is told, and ends nothing", async () => {
  let reads = 0;
  const told: unknown[] = [];
  const pageSignals = {
    get code() {
      if (reads++ > 0) throw new Error("read again");
      return 4000;
    },
  };
  await opened({ pageSignals, onError: (error: { code: string }) => told.push(error.code) });
  pagehide();
  expect([client.phase, told]).toEqual(["open", ["ERR_CALLBACK"]]);
});

describe("a page", () => {
  test("that wakes from a sleep it was not told of replaces its connection", async () => {
    await opened();
    resume();
    await vi.waitFor(() => expect(told).toEqual(["connect", "disconnect", "connect"]));
    expect(await closes()).toEqual([1000]);
  });

  test("that is loaded, hidden, shown or online keeps its open connection", async () => {
    await opened();
    pageshow(false);
    becomes("hidden");
    becomes("visible");
    window.dispatchEvent(new Event("offline"));
    online();
    expect(client.phase).toBe("open");
    expect(await opens()).toBe(1);
    expect(told).toEqual(["connect"]);
  });

  test.each([
    ["is shown", () => becomes("visible")],
    ["comes online", online],
  ])("that %s retries within 250 ms", async (_, wake) => {
    await opened({ retry: 5 });
    await commands.fault(server.id, { name: "drop", how: "fin" });
    await vi.waitFor(() => expect(client.phase).toBe("waiting"));
    wake();
    await client.ready();
    expect(told).toEqual(["connect", "disconnect", "connect"]);
  });

  test("that nobody sees waits 30 s at the least, for free", async () => {
    await opened({ retryTimeout: 10 });
    becomes("hidden");
    const wait = new Promise((resolve) => client.once("retry", resolve));
    await commands.fault(server.id, { name: "drop", how: "fin" });
    expect(await wait).toEqual({ delay: 30_000, retriesLeft: 1 });
    becomes("visible");
    await client.ready();
  });

  test("has as many listeners for many clients as for one, and none when their lives are over", async () => {
    let count = 0;
    const { addEventListener, removeEventListener } = window;
    const counting = (by: number, original: typeof addEventListener) =>
      function (this: EventTarget, ...args: Parameters<typeof addEventListener>) {
        count += by;
        return original.apply(window, args);
      };
    vi.spyOn(window, "addEventListener").mockImplementation(counting(1, addEventListener));
    vi.spyOn(window, "removeEventListener").mockImplementation(counting(-1, removeEventListener));
    await opened();
    const ofOne = count;
    expect(ofOne).toBeGreaterThan(0);
    const others = Array.from({ length: 3 }, () => connect({ url: server.url }));
    expect(count).toBe(ofOne);
    await Promise.all([client, ...others].map((each) => each.close()));
    expect(count).toBe(0);
  });

  test("that comes online begins an attempt anew that hangs, at no cost", async () => {
    await commands.fault(server.id, { name: "stall-at-upgrade", times: 1 });
    client = connect({ url: server.url, retry: 0, connectTimeout: 60_000 });
    await vi.waitFor(async () => expect(await connections()).toBe(1));
    becomes("visible");
    expect(client.phase).toBe("connecting");
    online();
    await client.ready();
    expect(await connections()).toBe(2);
  });

  test("that is shown has the attempts of an outage for nothing", async () => {
    await opened({ retry: 1, retryTimeout: 60_000 });
    await commands.fault(server.id, { name: "away" });
    await vi.waitFor(() => expect(client.phase).toBe("waiting"));
    for (let times = 1; times <= 3; times++) {
      const failed = new Promise((resolve) => client.once("error", resolve));
      becomes("visible");
      await failed;
      await vi.waitFor(() => expect(client.phase).toBe("waiting"));
    }
    await commands.fault(server.id, { name: "back" });
    becomes("visible");
    await client.ready();
  });

  test("is back soon after the first 1001, which may be its own, and waits for the crowd from the second on", async () => {
    const delays: number[] = [];
    vi.spyOn(Math, "random").mockReturnValue(0.99);
    await opened({ retry: 5, retryTimeout: 4000, stableAfter: 60_000 });
    client.on("retry", ({ delay }) => delays.push(delay));
    for (let times = 1; times <= 2; times++) {
      await commands.fault(server.id, { name: "close", code: 1001 });
      await vi.waitFor(() => expect(delays).toHaveLength(times));
      client.reconnect();
      await client.ready();
    }
    expect(delays[0]).toBeLessThanOrEqual(1500);
    expect(delays[1]).toBeGreaterThan(4000);
  });
});

describe("a sleep that no event tells of", () => {
  /** Both clocks go on, or only that on the wall, as the platform has it. */
  function sleeps(ms: number, hasStopped: boolean): void {
    const { now } = Date;
    const monotonic = performance.now.bind(performance);
    vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
    if (!hasStopped) vi.spyOn(performance, "now").mockImplementation(() => monotonic() + ms);
  }

  test.each([
    ["while the monotonic clock stands still", true],
    ["while the browser is stopped", false],
  ])("%s is noticed at the next send, which goes over the next connection", async (_, hasStopped) => {
    await opened();
    sleeps(35_000, hasStopped);
    expect(client.send("after the sleep")).toBe(true);
    expect(client.phase).not.toBe("open");
    await client.ready();
    await vi.waitFor(async () => expect(await texts()).toEqual(["after the sleep"]));
    expect((await commands.serverRecord(server.id)).messages[0]?.connection).toBe(2);
    expect(told).toEqual(["connect", "disconnect", "connect"]);
  });

  test("is noticed at the next message, which is delivered", async () => {
    await opened();
    const received = new Promise((resolve) => client.once("message", resolve));
    sleeps(35_000, false);
    await commands.fault(server.id, { name: "push", message: "from before" });
    expect(await received).toBe("from before");
    await vi.waitFor(() => expect(told).toEqual(["connect", "disconnect", "connect"]));
  });

  test("is noticed by whatever the page goes through, also with pageSignals: false", async () => {
    await opened({ pageSignals: false });
    sleeps(35_000, true);
    becomes("visible");
    await vi.waitFor(() => expect(told).toEqual(["connect", "disconnect", "connect"]));
  });

  test("is none where a page that nobody sees was held back for a minute", async () => {
    await opened();
    becomes("hidden");
    sleeps(65_000, false);
    client.send("still here");
    becomes("visible");
    await vi.waitFor(async () => expect(await texts()).toEqual(["still here"]));
    expect(told).toEqual(["connect"]);
    expect(await opens()).toBe(1);
  });

  test("is one where a page that nobody sees ran nothing for longer than any browser holds it back", async () => {
    await opened();
    becomes("hidden");
    sleeps(100_000, false);
    client.send("after the sleep");
    expect(client.phase).not.toBe("open");
  });
});

describe("a connection whose end the browser does not tell yet", () => {
  test("takes nothing more: what is sent waits for the next one, and the close code is heeded", async () => {
    await opened({ retryTimeout: 10 });
    const lost = new Promise((resolve) => client.once("disconnect", resolve));
    const kept: string[] = [];
    let sent = 0;
    const sending = setInterval(() => {
      client.send(`${++sent}`);
      if (client.phase !== "open") kept.push(`${sent}`);
    }, 5);
    onTestFinished(() => clearInterval(sending));
    await commands.fault(server.id, { name: "close-without-fin", code: 4321 });
    await lost;
    clearInterval(sending);
    expect(client.lastClose).toMatchObject({ code: 4321, wasClean: true });
    await client.ready();
    client.send(`${++sent}`);
    await vi.waitFor(async () => expect((await texts()).at(-1)).toBe(`${sent}`));
    const arrived = (await texts()) as string[];
    expect(kept.filter((text) => !arrived.includes(text))).toEqual([]);
    expect(arrived).toEqual([...arrived].sort((a, b) => Number(a) - Number(b)));
  });
});

describe("a page whose timers stand still", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval"] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test("hears at once what has left: deliver, flush and drain", async () => {
    await opened();
    for (let n = 0; n < 20; n++) expect(await deliver(client, `${n}`)).toBe("flushed");
    for (let n = 0; n < 5; n++) {
      if (!client.send(new Uint8Array(65_536)))
        await new Promise((resolve) => client.once("drain", () => resolve(0)));
    }
    expect(await flush(client)).toBe("flushed");
    expect(client.bufferedAmount).toBe(0);
  });
});

describe("send", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    .buffer as unknown as ArrayBuffer;
  const resizable = new (ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer)(3, {
    maxByteLength: 8,
  });
  const { contentWindow } = document.body.appendChild(document.createElement("iframe"));
  const frame = contentWindow as Window & typeof globalThis;

  test.each<[string, Sendable, number]>([
    ["a resizable buffer", resizable, 3],
    ["a view of one", new Uint8Array(resizable), 3],
    ["a view of shared memory", new Uint8Array(memory, 0, 4), 4],
    ["another realm's ArrayBuffer", new frame.ArrayBuffer(3), 3],
    ["another realm's view", new frame.Uint16Array(3), 6],
    ["another realm's Blob", new frame.Blob(["abc"]), 3],
    ["another realm's File", new frame.File(["abc"], "name"), 3],
  ])("takes %s while open, and before", async (_, message, bytes) => {
    client = connect({ url: server.url });
    client.send(message);
    await client.ready();
    client.send(message);
    await vi.waitFor(async () => expect((await texts()).map(({ length }) => length)).toEqual([bytes, bytes]));
    expect(info(client).messagesSent).toBe(2);
  });

  test.each([
    ["an object", {}],
    ["a number", 1],
    ["what only calls itself a buffer", { [Symbol.toStringTag]: "ArrayBuffer" }],
    ["what only looks like a Blob", { size: 3, slice() {} }],
  ])("does not take %s, neither while open nor before", async (_, message) => {
    client = connect({ url: server.url });
    const refusal = expect.objectContaining({ code: "ERR_OPTION", option: "message" });
    expect(() => client.send(message as never)).toThrow(refusal);
    await client.ready();
    expect(() => client.send(message as never)).toThrow(refusal);
    expect(info(client).messagesSent).toBe(0);
  });
});
