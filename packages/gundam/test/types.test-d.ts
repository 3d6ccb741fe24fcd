// What the public types promise.

import { expectTypeOf, test } from "vitest";
import { connect, json, type Message, type Sendable, type State, WebSocketClient } from "../src/node.ts";

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
