// What the public types promise.

import { expectTypeOf, test } from "vitest";
import * as browser from "../src/browser.ts";
import {
  type AttemptRecord,
  type ClientInfo,
  connect,
  explain,
  heartbeat,
  info,
  json,
  type Message,
  type NodeClientInfo,
  ping,
  resilient,
  type Sendable,
  type State,
  updateFlow,
  WebSocketClient,
} from "../src/node.ts";

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

test("callbacks may be undefined", () => {
  connect({ url: "ws://x.test/", onConnect: undefined, onMessage: undefined, onError: undefined });
  browser.connect({ url: "ws://x.test/", onDisconnect: undefined, onClose: undefined });
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
