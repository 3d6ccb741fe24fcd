// What only a page can show: connections that the browser refuses to begin, and the runtime over the page's globals.

import { RecordingListener } from "@gundam/testing/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { browserPlatform } from "../src/index.ts";

const { dial, runtime } = browserPlatform;

/** Dials past the checks of core, which refuse earlier what is refused here. */
function dialUnchecked(url: string, protocols: readonly string[] = []) {
  const listener = new RecordingListener();
  const options = { connectTimeout: 1234, wsOpts: { protocols } } as never;
  const transport = dial({ url, headers: {}, options }, listener);
  listener.dialled();
  return { transport, listener };
}

test.each([
  ["a subprotocol that is no token", "ws://127.0.0.1:1/", ["no token"]],
  ["a subprotocol offered twice", "ws://127.0.0.1:1/", ["alpha", "alpha"]],
  ["a url that is none", "ws://[/", []],
])("%s is told as blocked, with the browser's error as cause", async (_, url, protocols) => {
  const { listener } = dialUnchecked(url, protocols);
  expect(listener.story).toEqual([]);
  const { kind, phase, byUs, error } = await listener.next("lost");
  expect({ kind, phase, byUs }).toEqual({ kind: "blocked", phase: "open", byUs: true });
  expect(error.code).toBe("ERR_CONNECT");
  expect(error.cause).toMatchObject({ name: "SyntaxError" });
  expect(error.message).toContain("SyntaxError");
  expect(listener.violations).toEqual([]);
});

test("a blocked connection that is abandoned at once tells nothing, and neither call on it throws", async () => {
  const { transport, listener } = dialUnchecked("ws://[/");
  expect(transport.bufferedAmount).toBe(0);
  transport.close(1000, "");
  transport.abandon();
  transport.abandon(1001);
  await Promise.resolve();
  await Promise.resolve();
  expect(listener.story).toEqual([]);
});

test("a port that browsers never connect to is a loss before opened", async () => {
  const { listener } = dialUnchecked("ws://127.0.0.1:6667/");
  expect(["blocked", "network"]).toContain((await listener.next("lost")).kind);
  expect(listener.story).toEqual(["lost"]);
});

test("the error of a connection that did not open says what can be checked", async () => {
  const { listener } = dialUnchecked("ws://127.0.0.1:1/");
  const { error } = await listener.next("lost");
  expect(error.message).toMatch(/server.*certificate.*port.*network panel/);
});

test("the only phase is open, as long as connectTimeout lets it", () => {
  const { transport, listener } = dialUnchecked("ws://127.0.0.1:1/");
  transport.abandon();
  expect(listener.all("phase")).toEqual([{ phase: "open", timeout: 1234, option: "connectTimeout" }]);
});

test("urls are parsed relative to the page", () => {
  expect(runtime.parseUrl("/feed?x=1")?.href).toBe(new URL("/feed?x=1", document.baseURI).href);
  expect(runtime.parseUrl("wss://Example.org:443")?.href).toBe("wss://example.org/");
  expect(runtime.parseUrl("ws://[")).toBeUndefined();
});

test("urls are parsed relative to the base element, as the browser's own WebSocket does", () => {
  const base = document.createElement("base");
  base.href = "https://example.org/app/";
  document.head.append(base);
  onTestFinished(() => base.remove());
  expect(runtime.parseUrl("feed")?.href).toBe("https://example.org/app/feed");
});

test("errors are reported where the page's monitoring listens", () => {
  const reportError = vi.spyOn(globalThis, "reportError").mockImplementation(() => {});
  onTestFinished(() => reportError.mockRestore());
  const error = new Error("for the operator");
  runtime.report(error);
  expect(reportError).toHaveBeenCalledExactlyOnceWith(error);
});

test("a timer that is cancelled does not fire; cancelling twice is harmless", async () => {
  const order: string[] = [];
  const cancel = runtime.setTimer(0, () => order.push("cancelled timer"));
  const fired = new Promise<void>((resolve) => {
    runtime.setTimer(0, () => {
      order.push("timer");
      resolve();
    });
  });
  runtime.microtask(() => order.push("microtask"));
  cancel();
  cancel();
  await fired;
  expect(order).toEqual(["microtask", "timer"]);
});
