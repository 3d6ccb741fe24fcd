// What a user has given fails in ways that nobody expects: it is told, with its name, and harms nobody else. An exception or
// a rejection that reaches nobody fails a test by itself.

import type { LookupFunction } from "node:net";
import { createSecureContext } from "node:tls";
import { OptionError, type State } from "@gundam/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ClientOptions, heartbeat, WebSocketClient } from "../src/index.ts";
import { all, answeringServer, next, start } from "./connecting.ts";
import { echoServer, identity, pem } from "./dialling.ts";
import { untouchable } from "./hostile/behaviours.mjs";

const failing = (): never => {
  throw new Error("not today");
};
const rejecting = async (): Promise<never> => failing();
const throwingProxy = (): never => {
  throw untouchable();
};

/** What works the first time, and then throws. */
function once<T>(value: T): () => T {
  let isAsked = false;
  return () => {
    if (isAsked) failing();
    isAsked = true;
    return value;
  };
}

/** An object whose property is looked up by `get`. */
function withGetter(name: string, get: () => unknown): object {
  return Object.defineProperty({}, name, { get, enumerable: true });
}

/** The warnings of the process from now on. */
function warnings(): Error[] {
  const warned: Error[] = [];
  const listener = (warning: Error) => warned.push(warning);
  process.on("warning", listener);
  onTestFinished(() => void process.off("warning", listener));
  return warned;
}

describe("a function of an attempt fails the attempt", () => {
  const transformHeaderName = "httpOpts.transformHeaderName";
  const getCookieString = "cookieStore.getCookieString";
  test.each<[string, string, ClientOptions | object]>([
    [
      "a lookup that throws undefined",
      "tcpOpts.lookup",
      {
        tcpOpts: {
          lookup: () => {
            throw undefined;
          },
        },
      },
    ],
    ["a lookup that throws a Proxy", "tcpOpts.lookup", { tcpOpts: { lookup: throwingProxy } }],
    ["a lookup that rejects", "tcpOpts.lookup", { tcpOpts: { lookup: rejecting } }],
    ["a lookup that fails with a Proxy", "tcpOpts.lookup", { tcpOpts: { lookup: answering(untouchable()) } }],
    [
      "a lookup that finds a Proxy",
      "tcpOpts.lookup",
      { tcpOpts: { lookup: answering(null, [untouchable()]) } },
    ],
    ["a spelling that rejects", transformHeaderName, { httpOpts: { transformHeaderName: rejecting } }],
    [
      "a spelling that throws a Proxy",
      transformHeaderName,
      { httpOpts: { transformHeaderName: throwingProxy } },
    ],
    [
      "a cookie store that throws a Proxy",
      getCookieString,
      { cookieStore: { getCookieString: throwingProxy, setCookie() {} } },
    ],
  ])("%s", async (_, name, options) => {
    const server = await answeringServer();
    const url = server.url.replace("127.0.0.1", "localhost");
    const client = start({ url, retry: 0, ...options } as ClientOptions);
    const told = all(client, "error");
    const { error } = await next(client, "close");
    expect(error.message).toContain(name);
    expect(told).toEqual([error]);
  });

  function answering(error: unknown, found?: unknown): LookupFunction {
    return ((_host: string, _options: object, answer: (error: unknown, found: unknown) => void) =>
      setImmediate(() => answer(error, found))) as LookupFunction;
  }

  test.each<[string, object, string]>([
    ["protocols", ["chat"], "the wsOpts.protocols function failed: not today"],
    ["compress", { level: 1 }, "the opening handshake cannot be sent: not today"],
  ])("wsOpts.%s that can no longer be read", async (name, value, problem) => {
    const server = await answeringServer();
    let isReadable = true;
    const get = (target: object, key: string | symbol) => (isReadable ? Reflect.get(target, key) : failing());
    const wsOpts = { [name]: new Proxy(value, { get }) };
    const client = new WebSocketClient({ url: server.url, retry: 0, wsOpts, onError() {} });
    isReadable = false;
    client.reconnect();
    const { error } = await next(client, "close");
    expect(error.message).toContain(problem);
  });
});

describe("what fails beside an attempt is an error with its name, and the client goes on", () => {
  const signal = { aborted: false, reason: undefined, addEventListener() {}, removeEventListener() {} };
  const codec = { encode: (value: string) => value, decode: (message: unknown) => message };
  test.each<[string, string, object]>([
    ["a supervisor that throws", "supervise.adopt", { supervise: { adopt: failing, release() {} } }],
    ["a supervisor that rejects", "supervise.adopt", { supervise: { adopt: rejecting, release() {} } }],
    ["a signal that takes no listener", "signal", { signal: { ...signal, addEventListener: failing } }],
    ["a codec that rejects", "wsOpts.codec.decode", { wsOpts: { codec: { ...codec, decode: rejecting } } }],
    [
      "an isReply that rejects",
      "wsOpts.heartbeat.isReply",
      {
        wsOpts: {
          heartbeat: heartbeat({
            message: "?",
            interval: 60_000,
            isReply: rejecting as unknown as () => boolean,
          }),
        },
      },
    ],
    ["a plan that cannot be read twice", "", { retryFun: () => withGetter("retries", once(3)) }],
  ])("%s", async (_, name, options) => {
    const server = await echoServer();
    const client = start({ url: server.url, ...options } as ClientOptions);
    const told = all(client, "error");
    await next(client, "connect");
    client.send("echo");
    await server.waitFor("messageReceived");
    if (name !== "") await vi.waitFor(() => expect(told.map(String).join()).toContain(name));
    server.drop();
    await next(client, "connect");
    await client.close();
  });

  test("a state whose properties throw later is taken as it was", async () => {
    const server = await echoServer();
    const mine = once("mine");
    const client = start({
      url: server.url,
      onConnect: (_headers: Headers, _client: unknown, state: State) =>
        Object.defineProperty({ ...state }, "mine", { get: mine, enumerable: true }),
    } as ClientOptions);
    await next(client, "connect");
    await client.ready();
    server.drop();
    await next(client, "connect");
    expect(client.state).toMatchObject({ mine: "mine" });
  });

  test.each([
    ["of which `in` throws", () => new Proxy({}, { has: failing })],
    [
      "that is a promise whose constructor throws",
      () => Object.defineProperty(Promise.resolve(), "constructor", { get: failing }),
    ],
    [
      "that is a promise with a then of its own",
      // biome-ignore lint/suspicious/noThenProperty: that is what it is about.
      () => Object.defineProperty(Promise.resolve(), "then", { value: failing }),
    ],
  ])("an answer of onMessage %s", async (_, answer) => {
    const server = await echoServer();
    const onMessage = vi.fn(answer);
    const client = start({ url: server.url, onMessage });
    await client.ready();
    client.send("one");
    client.send("two");
    await vi.waitFor(() => expect(onMessage).toHaveBeenCalledTimes(2));
    await client.close();
  });
});

describe("what nobody can be told of is told to the operator", () => {
  test("a listener that rejects", async () => {
    const warned = warnings();
    const server = await echoServer();
    const client = start({ url: server.url });
    client.on("connect", rejecting as () => void);
    await next(client, "connect");
    await vi.waitFor(() =>
      expect(warned).toMatchObject([{ name: "GundamWarning", cause: { message: "not today" } }]),
    );
  });

  test.each([
    ["throws", failing],
    ["rejects", rejecting],
  ])("a trace that %s, by its name", async (_, trace) => {
    const warned = warnings();
    const server = await echoServer();
    await start({ url: server.url, trace }).ready();
    await vi.waitFor(() =>
      expect(warned.map(({ cause }) => String(cause))).toContain("CallbackError: trace failed: not today"),
    );
  });

  test("a supervisor and a signal that will not let go", async () => {
    const warned = warnings();
    const server = await echoServer();
    const signal = { aborted: false, reason: undefined, addEventListener() {}, removeEventListener: failing };
    const supervise = { adopt() {}, release: failing };
    const client = start({ url: server.url, signal, supervise });
    await client.ready();
    await client.close();
    await vi.waitFor(() => expect(warned).toHaveLength(2));
    expect(warned.map(({ cause }) => String(cause))).toEqual([
      "CallbackError: supervise.release failed: not today",
      "CallbackError: signal failed: not today",
    ]);
  });
});

test("a codec whose encode rejects is thrown by send, and by nobody else", async () => {
  const server = await echoServer();
  const codec = { encode: rejecting as unknown as () => string, decode: String };
  const client = start({ url: server.url, wsOpts: { codec } } as ClientOptions);
  await client.ready();
  expect(() => client.send("echo")).toThrow("wsOpts.codec.encode failed: message must be a string");
});

describe("options that cannot be read are refused by an OptionError", () => {
  const url = "ws://x.test/";
  test.each<[string, string, object]>([
    ["an option", "retry", Object.assign(withGetter("retry", failing), { url })],
    ["one of a group", "wsOpts.protocols", { url, wsOpts: withGetter("protocols", failing) }],
    ["a group", "tcpOpts", { url, tcpOpts: new Proxy({}, { ownKeys: failing }) }],
    ["a url", "url", { url: withGetter("href", failing) }],
    ["headers", "headers", { url, headers: withGetter("Name", failing) }],
    ["a state", "state", { url, state: withGetter("mine", failing) }],
    [
      "what is compressed with",
      "wsOpts.compress",
      { url, wsOpts: { compress: withGetter("level", failing) } },
    ],
    ["a proxy", "tcpOpts.proxy", { url, tcpOpts: { proxy: untouchable({} as never) } }],
    ["a signal", "signal", { url, signal: withGetter("aborted", failing) }],
    ["all of them", "options", untouchable({} as never)],
  ])("%s", (_, option, options) => {
    const construct = () => new WebSocketClient(options as ClientOptions);
    expect(construct).toThrow(OptionError);
    expect(construct).toThrow(new RegExp(`^${option} `));
  });
});

describe.each(["TLSv1.2", "TLSv1.3"] as const)("%s", (version) => {
  const tls = { ...identity("server"), minVersion: version, maxVersion: version };
  const ca = pem("authority");

  test.each(["start", "end"] as const)("a client can end at the %s of each phase", async (type) => {
    const server = await echoServer({ tls });
    for (const phase of ["lookup", "tcp", "tls", "upgrade"]) {
      const client = start({ url: server.url, retry: 0, tlsOpts: { ca } });
      client.on("phase", (told) => told.phase === phase && told.type === type && client.terminate());
      const closes = all(client, "close");
      await next(client, "close");
      await vi.waitFor(() => {
        const { tcpConnections, disconnects } = server.record.counts;
        expect(disconnects).toBe(tcpConnections);
      });
      expect(closes).toHaveLength(1);
    }
  });

  test.each([
    ["answers", () => undefined],
    ["throws", failing],
  ])("a client can end within its pskCallback, which %s", async (_, goOn) => {
    const server = await echoServer({ tls });
    const pskCallback = vi.fn(() => {
      client.terminate();
      return goOn() as never;
    });
    const tlsOpts = { ca, pskCallback, ciphers: "PSK:DEFAULT" };
    const client = new WebSocketClient({ url: server.url, tlsOpts });
    client.reconnect();
    await next(client, "close");
    expect(pskCallback).toHaveBeenCalled();
  });

  test.each<[string, (this: void) => unknown]>([
    ["false", () => false],
    ["null", () => null],
    ["a Proxy", () => untouchable()],
    ["an Error that cannot be read", () => withGetters(new Error("no"))],
  ])("a check that answers with %s rejects the certificate", async (_, check) => {
    const server = await echoServer({ tls });
    const client = start({
      url: server.url,
      tlsOpts: { ca, checkServerIdentity: check as () => undefined },
    });
    const { error } = await next(client, "close");
    expect(error).toMatchObject({ code: "ERR_TLS", rejected: true });
    expect(server.record.counts.upgrades).toBe(0);
  });

  function withGetters(error: Error): Error {
    for (const name of ["stack", "message", "code"]) Object.defineProperty(error, name, { get: failing });
    return error;
  }

  test.each([
    ["a name that cannot be read", withGetter("servername", failing)],
    ["a pskCallback that throws a Proxy", { pskCallback: throwingProxy }],
    ["a secureContext of nothing", { secureContext: {} }],
    ["a secureContext of something else", { secureContext: { context: {} } }],
    [
      "a secureContext behind a Proxy",
      { secureContext: { context: new Proxy(createSecureContext().context as object, {}) } },
    ],
  ])("tlsOpts with %s fail the attempt", async (_, tlsOpts) => {
    const server = await echoServer({ tls });
    const client = start({ url: server.url, retry: 0, tlsOpts: Object.assign(tlsOpts, { ca }) });
    const { error } = await next(client, "close");
    expect(error).toMatchObject({ code: "ERR_TLS" });
    expect(error.message).toMatch(/tlsOpts/);
  });
});

test.each<[string, object]>([
  ["whose watch is none", { ...heartbeat({ message: "?", interval: 1000 }), watch: undefined }],
  ["whose watch cannot begin", { ...heartbeat({ message: "?", interval: 1000 }), watch: {} }],
  [
    "whose watch cannot be read",
    { ...heartbeat({ message: "?", interval: 1000 }), watch: untouchable({} as never) },
  ],
  ["whose vigilance cannot begin", { ...heartbeat({ message: "?", interval: 1000 }), vigilance: "yes" }],
])("a heartbeat %s is refused before anything is dialled", (_, forged) => {
  const given = { url: "ws://127.0.0.1:1/", wsOpts: { heartbeat: forged as never } };
  expect(() => new WebSocketClient(given)).toThrow(
    /^wsOpts\.heartbeat (must be a heartbeat\(|cannot be read)/,
  );
});
