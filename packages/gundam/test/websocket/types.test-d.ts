// What the faces' types promise.

import { expectTypeOf, test } from "vitest";
import * as anywhere from "../../src/websocket-anywhere.ts";
import type * as browser from "../../src/websocket-browser.ts";
import type * as node from "../../src/websocket-node.ts";
import {
  type CloseEvent,
  type DropEvent,
  type FailureEvent,
  ReconnectingWebSocket,
  WebSocket,
  type WebSocketOptions,
} from "../../src/websocket-node.ts";

test("our WebSocket goes wherever the platform's does", () => {
  expectTypeOf(WebSocket).toExtend<typeof globalThis.WebSocket>();
  expectTypeOf(new WebSocket("ws://x.test/")).toEqualTypeOf<globalThis.WebSocket>();
  expectTypeOf<typeof browser.WebSocket>().toExtend<typeof globalThis.WebSocket>();
});

test("where the types of a page and of Node are both there, they are Node's", () => {
  expectTypeOf<keyof typeof anywhere>().toEqualTypeOf<keyof typeof node | keyof typeof browser>();
  expectTypeOf(anywhere.WebSocket).toEqualTypeOf(WebSocket);
  expectTypeOf(anywhere.ReconnectingWebSocket).toEqualTypeOf(ReconnectingWebSocket);
});

test("its options are Gundam's, but for what the interface says", () => {
  new WebSocket("ws://x.test/", "chat", { headers: { "X-Token": "t" }, wsOpts: { compress: true } });
  expectTypeOf<WebSocketOptions>().not.toHaveProperty("retry");
  expectTypeOf<WebSocketOptions>().not.toHaveProperty("url");
  expectTypeOf<NonNullable<WebSocketOptions["wsOpts"]>>().not.toHaveProperty("protocols");
});

test("the events of a ReconnectingWebSocket have their own types", () => {
  const socket = new ReconnectingWebSocket(
    async ({ attempt }) => `ws://x.test/?attempt=${attempt}`,
    () => ["chat"],
    { maxRetries: 3, tlsOpts: {} },
  );
  socket.onclose = (event) => expectTypeOf(event).toEqualTypeOf<CloseEvent>();
  socket.onerror = (event) => expectTypeOf(event).toEqualTypeOf<FailureEvent>();
  socket.addEventListener("drop", (event) => expectTypeOf(event).toEqualTypeOf<DropEvent>());
  socket.addEventListener("message", (event) => expectTypeOf(event).toEqualTypeOf<MessageEvent>());
  expectTypeOf(socket.readyState).toBeNumber();
  // @ts-expect-error there is no such event
  socket.addEventListener("disconnect", () => {});
});

test("both can be extended", () => {
  class Chat extends ReconnectingWebSocket {
    say(text: string): void {
      this.send(text);
    }
  }
  expectTypeOf(new Chat("ws://x.test/").say).parameter(0).toBeString();
  class Once extends WebSocket {}
  expectTypeOf(new Once("ws://x.test/").url).toBeString();
});
