import { expectTypeOf, test } from "vitest";
import * as browser from "../src/browser.ts";
import * as node from "../src/node.ts";

const url = "ws://localhost/";
const quotes = node.json<{ price: number }, { subscribe: string }>();

test("for await has the type that the codec decodes", async () => {
  const client = node.connect({ url });
  for await (const message of node.messages(client))
    expectTypeOf(message).toEqualTypeOf<string | Uint8Array<ArrayBuffer>>();
  const typed = node.connect({ url, wsOpts: { codec: quotes } });
  for await (const message of node.messages(typed)) expectTypeOf(message).toEqualTypeOf<{ price: number }>();
});

test("messages takes limits, and is an iterator for everything that takes one", () => {
  const reader = node.messages(node.connect({ url, wsOpts: { codec: quotes } }), {
    maxMessages: 10,
    maxBytes: undefined,
  });
  expectTypeOf(reader).toEqualTypeOf<AsyncIterableIterator<{ price: number }, undefined>>();
  expectTypeOf(reader.next()).resolves.toEqualTypeOf<IteratorResult<{ price: number }, undefined>>();
  expectTypeOf(browser.messages(browser.connect({ url })).next()).resolves.toEqualTypeOf<
    IteratorResult<string | Uint8Array<ArrayBuffer>, undefined>
  >();
  // @ts-expect-error: there is no such limit.
  node.messages(node.connect({ url }), { maxmessages: 1 });
});

test("deliver takes what the client sends", () => {
  const client = node.connect({ url, wsOpts: { codec: quotes } });
  expectTypeOf(node.deliver(client, { subscribe: "btc" })).resolves.toEqualTypeOf<"flushed" | "acked">();
  // @ts-expect-error: the codec encodes no strings.
  node.deliver(client, "btc");
  // @ts-expect-error: there is no such option.
  node.deliver(client, { subscribe: "btc" }, { acked: true });
  expectTypeOf(node.flush(client, { ack: true })).resolves.toEqualTypeOf<"flushed" | "acked">();
});

test("a Blob can be sent in browsers, and not on Node", () => {
  browser.connect({ url }).send(new Blob(["a"]));
  browser.deliver(browser.connect({ url }), new Blob(["a"]));
  // @ts-expect-error: a Node client takes strings and bytes.
  node.connect({ url }).send(new Blob(["a"]));
});

test("drop tells what becomes of which message", () => {
  node.connect({ url }).on("drop", ({ outcome, cause }) => {
    expectTypeOf(outcome).toEqualTypeOf<"unsent" | "unknown">();
    expectTypeOf(cause).toExtend<node.GundamError>();
  });
});

test("await using closes a client", async () => {
  await using client = node.connect({ url });
  expectTypeOf(client.phase).toEqualTypeOf<node.LifecyclePhase>();
});
