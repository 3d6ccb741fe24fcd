// What the public types promise.

import { expectTypeOf, test } from "vitest";
import * as anywhere from "../src/anywhere.ts";
import * as browser from "../src/browser.ts";
import type * as node from "../src/node.ts";
import {
  type AttemptContext,
  type AttemptRecord,
  type ClientInfo,
  type ClientOptions,
  connect,
  explain,
  heartbeat,
  info,
  json,
  type Message,
  type NodeClientInfo,
  ping,
  type RefusedError,
  type RequestContext,
  resilient,
  type Sendable,
  type State,
  updateFlow,
  WebSocketClient,
} from "../src/node.ts";
import type { ReconnectingOptions } from "../src/websocket-node.ts";

test("without a codec messages are text and bytes", () => {
  const client = connect({
    url: "ws://x.test/",
    onMessage(message, client, state) {
      expectTypeOf(message).toEqualTypeOf<Message>();
      expectTypeOf(client.send).parameter(0).toEqualTypeOf<Sendable>();
      expectTypeOf(state.uri).toBeString();
    },
    onConnect: (headers) => expectTypeOf(headers).toEqualTypeOf<Headers>(),
  });
  client.on("message", (message) => expectTypeOf(message).toEqualTypeOf<Message>());
});

test("a codec types what goes in and out", () => {
  const client = connect({
    url: "ws://x.test/",
    wsOpts: { codec: json<{ price: number }, { buy: number }>() },
    onMessage: (quote) => expectTypeOf(quote).toEqualTypeOf<{ price: number }>(),
  });
  client.on("message", (quote) => expectTypeOf(quote).toEqualTypeOf<{ price: number }>());
  expectTypeOf(client.send).parameter(0).toEqualTypeOf<{ buy: number }>();
});

test("the state is the library's part and yours", () => {
  const client = connect({ url: "ws://x.test/", state: { token: "t" } });
  expectTypeOf(client.state).toEqualTypeOf<State<{ token: string }>>();
});

test("callbacks may return anything, and a subclass overrides them with its own types", () => {
  const list: Message[] = [];
  connect({ url: "ws://x.test/", onMessage: (message) => list.push(message) });
  class Ticker extends WebSocketClient<{ last?: Message }> {
    override onConnect(headers: Headers, client: this, _state: State<{ last?: Message }>) {
      expectTypeOf(headers).toEqualTypeOf<Headers>();
      client.send("subscribe");
    }
  }
  expectTypeOf(Ticker.start({ url: "ws://x.test/" })).toEqualTypeOf<Ticker>();
});

test("resilient infers the state, the codec and the callbacks, as connect does", () => {
  const client = connect(
    resilient({
      url: "wss://x.test/",
      state: { token: "t" },
      wsOpts: { codec: json<{ price: number }, { buy: number }>() },
      onConnect: (headers) => expectTypeOf(headers).toEqualTypeOf<Headers>(),
      onMessage(quote, client, state) {
        expectTypeOf(quote).toEqualTypeOf<{ price: number }>();
        expectTypeOf(client.send).parameter(0).toEqualTypeOf<{ buy: number }>();
        expectTypeOf(state).toEqualTypeOf<State<{ token: string }>>();
      },
    }),
  );
  expectTypeOf(client).toEqualTypeOf<
    WebSocketClient<{ token: string }, { price: number }, { buy: number }>
  >();
  // @ts-expect-error: it is no option.
  resilient({ url: "wss://x.test/", retries: 5 });
  const page = browser.connect(
    browser.resilient({ url: "/feed", state: { token: "t" }, onMessage: (_, __, state) => state.token }),
  );
  expectTypeOf(page.state.token).toBeString();
});

test("what resilient gives can be kept, spread, laid over once more and given to a class", () => {
  const codec = json<{ price: number }, { buy: number }>();
  const kept = resilient({ url: "wss://x.test/", state: { token: "t" }, wsOpts: { codec } });
  type Typed = WebSocketClient<{ token: string }, { price: number }, { buy: number }>;
  expectTypeOf(kept).toEqualTypeOf<ClientOptions<{ token: string }, { price: number }, { buy: number }>>();
  expectTypeOf(connect(kept)).toEqualTypeOf<Typed>();
  expectTypeOf(
    connect({ ...kept, onMessage: (quote) => expectTypeOf(quote.price).toBeNumber() }),
  ).toEqualTypeOf<Typed>();
  const again = resilient({ ...kept, onConnect: (_, client) => client.send({ buy: 1 }) });
  expectTypeOf(connect(resilient(again))).toEqualTypeOf<Typed>();
  class Ticker extends WebSocketClient<{ token: string }, { price: number }, { buy: number }> {}
  expectTypeOf(Ticker.start(kept)).toEqualTypeOf<Ticker>();
  expectTypeOf(
    Ticker.start(
      resilient({
        url: "wss://x.test/",
        state: { token: "t" },
        wsOpts: { codec },
        onMessage: (quote) => expectTypeOf(quote).toEqualTypeOf<{ price: number }>(),
      }),
    ),
  ).toEqualTypeOf<Ticker>();
  // @ts-expect-error: the class has another codec.
  Ticker.start(resilient({ url: "wss://x.test/", state: { token: "t" }, wsOpts: { codec: json<1, 2>() } }));
});

test("signals and headers are the platform's own", () => {
  for (const client of [connect({ url: "ws://x.test/" }), browser.connect({ url: "ws://x.test/" })]) {
    expectTypeOf(client.connectionSignal).toEqualTypeOf<AbortSignal>();
    client.on("connect", ({ headers }) => expectTypeOf(headers).toEqualTypeOf<Headers>());
  }
  expectTypeOf<AttemptContext["signal"]>().toEqualTypeOf<AbortSignal>();
  expectTypeOf<RequestContext["signal"]>().toEqualTypeOf<AbortSignal>();
  expectTypeOf<RefusedError["headers"]>().toEqualTypeOf<Headers>();
  expectTypeOf<Extract<anywhere.Drop["message"], object>>().toEqualTypeOf<Uint8Array | Blob>();
});

/** What may be left out, and may not be undefined. */
type Exact<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? Record<K, undefined> extends Pick<T, K>
      ? never
      : K
    : never;
}[keyof T];

test("every option and every callback may be undefined", () => {
  const some: { onError?: () => void } = {};
  connect({ url: "ws://x.test/", onConnect: undefined, onMessage: undefined, onError: some.onError });
  browser.connect({ url: "ws://x.test/", onDisconnect: undefined, onClose: undefined });
  expectTypeOf<Exact<{ a?: 1; b?: 2 | undefined; c: 3 }>>().toEqualTypeOf<"a">();
  expectTypeOf<Exact<ClientOptions>>().toBeNever();
  expectTypeOf<Exact<browser.ClientOptions>>().toBeNever();
  expectTypeOf<Exact<anywhere.ClientOptions>>().toBeNever();
  expectTypeOf<Exact<ReconnectingOptions>>().toBeNever();
  expectTypeOf<Exact<node.NodeWsOpts>>().toBeNever();
  expectTypeOf<Exact<browser.BrowserWsOpts>>().toBeNever();
  expectTypeOf<Exact<node.HttpOpts>>().toBeNever();
  expectTypeOf<Exact<node.TcpOpts>>().toBeNever();
  expectTypeOf<Exact<node.CompressParameters>>().toBeNever();
  expectTypeOf<Exact<node.SendQueueOptions>>().toBeNever();
  expectTypeOf<Exact<node.PaceOptions>>().toBeNever();
  expectTypeOf<Exact<node.ReceiveBufferOptions>>().toBeNever();
  expectTypeOf<Exact<node.HeartbeatOptions>>().toBeNever();
  expectTypeOf<Exact<node.EndpointsOptions>>().toBeNever();
  expectTypeOf<Exact<node.HandoverOptions>>().toBeNever();
  expectTypeOf<Exact<node.MessagesOptions>>().toBeNever();
  expectTypeOf<Exact<node.FlushOptions>>().toBeNever();
  expectTypeOf<Exact<node.SendOptions>>().toBeNever();
  expectTypeOf<Exact<NonNullable<Parameters<WebSocketClient["ready"]>[0]>>>().toBeNever();
});

test("where the types of a page and of Node are both there, a client is of both", () => {
  // There is a name for everything that either side has.
  expectTypeOf<keyof typeof anywhere>().toEqualTypeOf<keyof typeof node | keyof typeof browser>();
  const client = anywhere.connect({ url: "ws://x.test/", tcpOpts: { proxy: anywhere.proxyFromEnv() } });
  client.unref().send(new Blob(["a"]));
  expectTypeOf(client).toEqualTypeOf<anywhere.WebSocketClient>();
  expectTypeOf(anywhere.info(client)).toEqualTypeOf<NodeClientInfo>();
  expectTypeOf(anywhere.platform).toEqualTypeOf<"node" | "browser">();
  // @ts-expect-error: Node's options are checked as Node's.
  anywhere.connect({ url: "ws://x.test/", tcpOpts: { family: 5 } });
});

test("info is typed, and Node's knows its socket", () => {
  const client = connect({ url: "ws://x.test/", wsOpts: { codec: json<{ price: number }, never>() } });
  expectTypeOf(info(client)).toEqualTypeOf<NodeClientInfo>();
  expectTypeOf(info(client).remoteAddress).toEqualTypeOf<string | undefined>();
  expectTypeOf(info(client).life).toEqualTypeOf<{
    readonly connections: number;
    readonly messagesSent: number;
    readonly messagesReceived: number;
  }>();
  const page = browser.connect({ url: "ws://x.test/" });
  expectTypeOf(browser.info(page)).toEqualTypeOf<ClientInfo>();
  // @ts-expect-error: a browser tells nothing of its sockets.
  browser.info(page).remoteAddress;
});

test("functions over a client take one of either side, whatever its codec", () => {
  for (const client of [connect({ url: "ws://x.test/" }), browser.connect({ url: "ws://x.test/" })]) {
    expectTypeOf(ping(client)).resolves.toBeNumber();
    expectTypeOf(ping(client, new Uint8Array(4))).resolves.toBeNumber();
    expectTypeOf(updateFlow(client, 1)).toBeVoid();
    expectTypeOf(explain(client).attempts).toEqualTypeOf<readonly AttemptRecord[]>();
  }
  // @ts-expect-error: bytes are a Uint8Array.
  ping(connect({ url: "ws://x.test/" }), "text");
  // @ts-expect-error: it is no client.
  info({});
});

test("what explain tells of an error are words", () => {
  const { error } = explain(connect({ url: "ws://x.test/" })).attempts[0]!;
  expectTypeOf(error).toEqualTypeOf<
    | {
        readonly name: string;
        readonly code: string;
        readonly message: string;
        readonly closeCode: number | undefined;
        readonly status: number | undefined;
      }
    | undefined
  >();
});

test("reconnect takes the code and the reason of a Close frame", () => {
  expectTypeOf(WebSocketClient.prototype.reconnect).parameters.toEqualTypeOf<
    [code?: number | undefined, reason?: string | undefined]
  >();
  expectTypeOf(WebSocketClient.prototype.reconnect).returns.toBeVoid();
});

test("wsOpts.heartbeat takes what heartbeat() makes", () => {
  connect({
    url: "ws://x.test/",
    wsOpts: {
      heartbeat: heartbeat({
        message: "ping",
        interval: 1000,
        timeout: 1000,
        isReply(message) {
          expectTypeOf(message).toEqualTypeOf<Message>();
          return message === "pong";
        },
      }),
    },
  });
  // @ts-expect-error: the options alone do nothing.
  connect({ url: "ws://x.test/", wsOpts: { heartbeat: { message: "ping", interval: 1, timeout: 1 } } });
  // @ts-expect-error: the message is missing.
  heartbeat({ interval: 1000, timeout: 1000 });
});
