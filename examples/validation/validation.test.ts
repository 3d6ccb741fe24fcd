import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { type GundamError, json, type WebSocketClient } from "gundam";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { z } from "zod";
import { connectToUsers } from "./async.ts";
import { connectToStrictMarket } from "./bad-messages.ts";
import { connectToNews } from "./valibot.ts";
import { validated } from "./validated.ts";
import { connectToMarket } from "./zod.ts";

type Listening = Pick<WebSocketClient, "on" | "ready" | "terminate" | "phase">;

let server: EchoServer;
let client: Listening;
let errors: GundamError[];

beforeEach(async () => {
  server = await startEchoServer();
  server.mute();
  errors = [];
});

afterEach(async () => {
  client.terminate();
  await server.stop();
});

async function open<Opened extends Listening>(opened: Opened): Promise<Opened> {
  client = opened;
  client.on("error", (error) => errors.push(error));
  await client.ready();
  return opened;
}

/** Has the server send these, and waits until all have been told: heard or not. */
async function tell(messages: readonly (string | object)[], told: () => number): Promise<void> {
  for (const message of messages)
    server.push(typeof message === "string" ? message : JSON.stringify(message));
  await vi.waitFor(() => expect(told()).toBe(messages.length));
}

const at = "2026-11-28T18:00:00Z";

test("zod: what fits is heard as the schema makes it, all else is an error, and the connection stays", async () => {
  const heard: unknown[] = [];
  const market = await open(connectToMarket(server.url, (...quote) => heard.push(quote)));
  expectTypeOf(market.send).parameter(0).toEqualTypeOf<{ symbol: string; amount: number }>();
  const told = () => heard.length + errors.length;
  await tell(
    [
      { symbol: "A", price: 1, at },
      { symbol: "B", price: "secret", at },
      "secret",
      { symbol: "C", price: 3, at },
    ],
    told,
  );
  expect(heard).toEqual([
    ["A", 1, new Date(at)],
    ["C", 3, new Date(at)],
  ]);
  expect(errors.map(({ code, message }) => [code, message])).toEqual([
    [
      "ERR_CALLBACK",
      expect.stringContaining(
        "wsOpts.codec.decode failed, and the message is not delivered: price is not as the schema says",
      ),
    ],
    ["ERR_CALLBACK", expect.stringContaining("a message of 6 characters is no JSON")],
  ]);
  expect(errors.map(String).join()).not.toContain("secret");
  expect([client.phase, server.record.counts.disconnects]).toEqual(["open", 0]);
});

test("zod: what does not fit is thrown by send, and never leaves", async () => {
  const market = await open(connectToMarket(server.url, () => {}));
  expect(() => market.send({ symbol: "A", amount: -1 })).toThrow(
    "wsOpts.codec.encode failed: amount is not as the schema says",
  );
  market.send({ symbol: "A", amount: 1 });
  await server.until(({ counts }) => counts.messages === 1);
  expect(server.record.messages.map(({ data }) => data)).toEqual(['{"symbol":"A","amount":1}']);
});

test("valibot: a variant is told by its kind", async () => {
  const heard: string[] = [];
  const news = await open(connectToNews(server.url, (one) => heard.push(one)));
  expectTypeOf(news.send).parameter(0).toEqualTypeOf<{ op: "subscribe"; channel: string }>();
  await tell(
    [{ kind: "text", text: "a" }, { kind: "secret" }, { kind: "count", count: 2 }],
    () => heard.length + errors.length,
  );
  expect(heard).toEqual(["a", "2"]);
  expect(String(errors[0]!.cause)).not.toContain("secret");
  expect(errors[0]!.message).toContain("kind is not as the schema says");
});

test("bad messages: whoever wants none ends the client", async () => {
  const heard: number[] = [];
  const ended: unknown[] = [];
  await open(connectToStrictMarket(server.url, (price) => heard.push(price)));
  client.on("close", ({ code, reason }) => ended.push([code, reason]));
  server.push('{"symbol":"A","price":1}');
  server.push('{"symbol":"A"}');
  await vi.waitFor(() => expect(ended).toEqual([[4000, "not what was agreed"]]));
  expect(heard).toEqual([1]);
});

test("async: messages are heard in their order, and one that does not fit is left out", async () => {
  const heard: string[] = [];
  const slow = (name: string) =>
    new Promise<boolean>((resolve) =>
      setTimeout(() => resolve(name !== "nobody"), name === "first" ? 20 : 0),
    );
  await open(connectToUsers(server.url, slow, (name) => heard.push(name)));
  await tell(
    ["first", "nobody", "last"].map((name) => ({ name })),
    () => heard.length + errors.length,
  );
  expect(heard).toEqual(["first", "last"]);
  expect(errors.map(({ code, message }) => [code, message])).toEqual([
    ["ERR_CALLBACK", expect.stringContaining("onMessage failed: ")],
  ]);
});

describe("any Standard Schema", () => {
  // https://standardschema.dev: what a validator has to have.
  const even = {
    "~standard": {
      version: 1,
      vendor: "this test",
      validate: (value: unknown) =>
        typeof value === "number" && value % 2 === 0 ? { value } : { issues: [{ message: "is odd" }] },
    },
  } as const;

  test("is a codec", () => {
    const codec = validated(even, even);
    expectTypeOf(codec.decode).returns.toEqualTypeOf<unknown>();
    expect(codec.decode("2", undefined)).toBe(2);
    expect(() => codec.decode("3", undefined)).toThrow("the message is not as the schema says");
    expect(() => codec.encode(3, undefined)).toThrow("the message is not as the schema says");
    expect(codec.encode(4, undefined)).toBe(json().encode(4, undefined));
  });

  test("that is async is refused", () => {
    const codec = validated(
      z.string().refine(async () => true),
      even,
    );
    expect(() => codec.decode('"text"', undefined)).toThrow("must not be async");
  });
});
