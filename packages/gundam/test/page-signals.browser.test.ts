// What a page goes through, in a real page: the events are ours, dispatched at the targets where a browser dispatches
// them, since no test can put the page away that it runs in.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { type ClientOptions, connect, info, type WebSocketClient } from "../src/browser.ts";

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

  test("has no listener of a client's left when its life is over", async () => {
    const counts = new Map<EventTarget, number>();
    for (const target of [window, document]) {
      counts.set(target, 0);
      const { addEventListener, removeEventListener } = target;
      const counting = (by: number, original: typeof addEventListener) =>
        function (this: EventTarget, ...args: Parameters<typeof addEventListener>) {
          counts.set(target, counts.get(target)! + by);
          return original.apply(target, args);
        };
      vi.spyOn(target, "addEventListener").mockImplementation(counting(1, addEventListener));
      vi.spyOn(target, "removeEventListener").mockImplementation(counting(-1, removeEventListener));
    }
    await opened();
    expect([...counts.values()]).toEqual([3, 3]);
    await client.close();
    expect([...counts.values()]).toEqual([0, 0]);
  });
});
