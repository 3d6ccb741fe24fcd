// The browser platform where there is no page: server-side rendering, workers at the edge, tests of an app.

import { OptionError, resolveOptions } from "@gundam/core";
import { RecordingListener } from "@gundam/testing/contract";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { BrowserOptions } from "../src/index.ts";

afterEach(() => {
  vi.doUnmock("isomorphic-ws/browser.js");
  vi.resetModules();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("without a window", () => {
  test("importing touches nothing that only a page has", async () => {
    expect(globalThis).not.toHaveProperty("window");
    const { browserPlatform } = await import("../src/index.ts");
    expect(browserPlatform.name).toBe("browser");
  });

  test("absolute urls are parsed, relative ones are none", async () => {
    const { browserPlatform } = await import("../src/index.ts");
    expect(browserPlatform.runtime.parseUrl("ws://localhost/a")?.href).toBe("ws://localhost/a");
    expect(browserPlatform.runtime.parseUrl("/a")).toBeUndefined();
  });

  test("errors are printed where there is no reportError", async () => {
    const { browserPlatform } = await import("../src/index.ts");
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    browserPlatform.runtime.report("first");
    expect(print.mock.calls).toEqual([["first"]]);
  });

  test("where there is no WebSocket at all, an attempt is told as blocked", async () => {
    vi.doMock("isomorphic-ws/browser.js", () => ({ default: null }));
    vi.stubGlobal("WebSocket", undefined);
    const { browserPlatform } = await import("../src/index.ts");
    const listener = new RecordingListener();
    const options = { connectTimeout: Infinity, wsOpts: { protocols: [] } } as never;
    browserPlatform.dial({ url: "ws://localhost/", headers: {}, options }, listener);
    listener.dialled();
    const { kind, error } = await listener.next("lost");
    expect(kind).toBe("blocked");
    expect(error.message).toContain("there is no WebSocket here");
    expect(listener.violations).toEqual([]);
  });
});

describe("where the platform has less than a browser", () => {
  test("timers fire without MessageChannel, as in React Native", async () => {
    vi.stubGlobal("MessageChannel", undefined);
    const { browserPlatform } = await import("../src/index.ts");
    await new Promise<void>((fired) => browserPlatform.runtime.setTimer(0, fired));
    const never = vi.fn();
    browserPlatform.runtime.setTimer(0, never)();
    await new Promise<void>((fired) => browserPlatform.runtime.setTimer(1, fired));
    expect(never).not.toHaveBeenCalled();
  });

  test("what is sent is taken at once without bufferedAmount, as in React Native", async () => {
    const { browserPlatform } = await import("../src/index.ts");
    class Uncounting {
      readyState = 1;
      sent: unknown[] = [];
      send(message: unknown) {
        this.sent.push(message);
      }
    }
    vi.stubGlobal("WebSocket", Uncounting);
    const options = { connectTimeout: Infinity, wsOpts: { protocols: [] } } as never;
    const request = { url: "ws://localhost/", headers: {}, options };
    const connection = browserPlatform.dial(request, new RecordingListener());
    expect(connection.bufferedAmount).toBe(0);
    expect(connection.hasTaken(connection.mark())).toBe(true);
    connection.send("text");
    expect(connection.hasTaken(connection.mark())).toBe(true);
  });

  test("events are listened to where no listener may be on their way down, as in workerd", async () => {
    const listened: string[] = [];
    const change = (sign: string) => (type: string, _: unknown, useCapture: unknown) => {
      if (useCapture) throw new TypeError("useCapture must be false");
      listened.push(sign + type);
    };
    vi.stubGlobal("addEventListener", change("+"));
    vi.stubGlobal("removeEventListener", change("-"));
    const { browserPlatform } = await import("../src/index.ts");
    browserPlatform.watch!({ post() {} } as never, true)();
    expect(listened).toContain("+online");
    expect(listened).toContain("-online");
  });
});

test("a WebSocket that takes the global's place after the import is what dials", async () => {
  const { browserPlatform } = await import("../src/index.ts");
  const sockets: unknown[][] = [];
  class StandIn {
    constructor(...given: unknown[]) {
      sockets.push(given);
    }
    close() {}
  }
  vi.stubGlobal("WebSocket", StandIn);
  const listener = new RecordingListener();
  const options = { connectTimeout: Infinity, wsOpts: { protocols: ["chat"] } } as never;
  browserPlatform.dial({ url: "ws://localhost/", headers: {}, options }, listener).abandon();
  expect(sockets).toEqual([["ws://localhost/", ["chat"]]]);
});

describe("options that a browser ignores", () => {
  const required = { url: "ws://localhost/" };

  test("are known by name, neither checked nor used", async () => {
    const { browserPlatform } = await import("../src/index.ts");
    const { declarations, ignored } = browserPlatform;
    expect(ignored).toContain("tlsOpts");
    for (const path of ignored) {
      const [group, key] = path.split(".") as [string, string?];
      const nonsense = { [group]: key === undefined ? Symbol(path) : { [key]: Symbol(path) } };
      const resolved = resolveOptions(declarations, { ...required, ...nonsense }, ignored);
      expect(resolved, path).toEqual(resolveOptions(declarations, required, ignored));
    }
  });

  test("are suggested for names that are nearly theirs", async () => {
    const { browserPlatform } = await import("../src/index.ts");
    const { declarations, ignored, suggest } = browserPlatform;
    const resolve = (options: object) => () =>
      resolveOptions(declarations, { ...required, ...options }, ignored, suggest);
    expect(resolve({ wsOpts: { keepAlive: 1 } })).toThrow(OptionError);
    expect(resolve({ wsOpts: { keepAlive: 1 } })).toThrow("did you mean wsOpts.keepalive?");
    expect(resolve({ tlsOptions: {} })).toThrow("did you mean tlsOpts?");
  });

  test("are none of what resilient() recommends", async () => {
    const { info, resilient, WebSocketClient } = await import("../src/index.ts");
    const client = new WebSocketClient(resilient(required));
    expect(info(client).ignoredOptions).toEqual([]);
  });

  test("are typed, so that one options object serves both platforms", () => {
    const forNode = {
      ...required,
      headers: { authorization: "Bearer secret" },
      domainLookupTimeout: 1000,
      tlsHandshakeTimeout: 1000,
      httpOpts: { upgradeTimeout: 1000 },
      tcpOpts: { noDelay: false },
      tlsOpts: { ca: "…" },
      transport: "tls",
      wsOpts: { protocols: ["alpha"], compress: true, keepalive: 20_000, maxPayload: 1024 },
    };
    const options: BrowserOptions = forNode;
    expect(options).toBe(forNode);
  });
});
