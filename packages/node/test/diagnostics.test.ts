// What Node's diagnostics channels are told of clients.

import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, onTestFinished, test, vi } from "vitest";
import { publish } from "../src/diagnostics.ts";
import { type Diagnostic, ping, type WebSocketClient } from "../src/index.ts";
import { all, next, start } from "./connecting.ts";
import { echoServer } from "./dialling.ts";

const types = [
  "attempt",
  "phase",
  "connect",
  "disconnect",
  "error",
  "retry",
  "close",
  "change",
  "drain",
  "drop",
  "ping",
  "pong",
] as const;

/** What is published on all channels, until the test ends. */
function watch(watched: readonly string[] = types): Diagnostic[] {
  const told: Diagnostic[] = [];
  const listen = (message: unknown, name: string | symbol) => {
    expect(name).toBe(`gundam:${(message as Diagnostic).type}`);
    told.push(message as Diagnostic);
  };
  for (const type of watched) subscribe(`gundam:${type}`, listen);
  onTestFinished(() => {
    for (const type of watched) unsubscribe(`gundam:${type}`, listen);
  });
  return told;
}

/** A life with a refusal, a connection, a loss, a reconnect and an end. */
async function live(): Promise<WebSocketClient> {
  const server = await echoServer();
  server.refuse(503, { times: 1 });
  const client = start({ url: server.url, wsOpts: { silencePings: false } });
  await next(client, "connect");
  server.ping("are you there?");
  await next(client, "ping");
  await ping(client);
  server.drop();
  await next(client, "connect");
  await client.close(4000, "done");
  client.reconnect();
  client.send("never");
  client.terminate();
  return client;
}

test("each event of each client is published as the client tells it", async () => {
  const told = watch();
  const client = await live();
  expect(told.every((event) => event.client === client && Math.abs(event.at - Date.now()) < 60_000)).toBe(
    true,
  );
  const story = told.filter(({ type }) => !["phase", "change"].includes(type)).map(({ type }) => type);
  expect(story).toEqual([
    ...["attempt", "error", "retry"],
    ...["attempt", "connect", "ping", "pong", "error", "disconnect", "retry"],
    ...["attempt", "connect", "close"],
    ...["attempt", "drop", "close"],
  ]);
  expect(told.find(({ type }) => type === "retry")!.detail).toEqual({ delay: 0, retriesLeft: 4 });
  expect(told.find(({ type }) => type === "connect")!.detail).toMatchObject({ protocol: "", extensions: "" });
  expect(told.find(({ type }) => type === "close")!.detail).toMatchObject({ code: 4000, reason: "done" });
  const phases = told.flatMap((event) =>
    event.type === "phase" ? [`${event.detail.phase} ${event.detail.type}`] : [],
  );
  expect(phases.slice(0, 6)).toEqual([
    ...["prepare start", "prepare end", "tcp start", "tcp end", "upgrade start", "upgrade end"],
  ]);
});

test("only what has a subscriber is published", async () => {
  const told = watch(["connect"]);
  await live();
  expect(told.map(({ type }) => type)).toEqual(["connect", "connect"]);
});

test("without subscribers nothing is made: no clock is read", () => {
  const now = vi.spyOn(Date, "now");
  onTestFinished(() => now.mockRestore());
  for (const type of types) {
    expect(channel(`gundam:${type}`).hasSubscribers).toBe(false);
    publish({}, type, undefined);
  }
  expect(now).not.toHaveBeenCalled();
});

test("messages are no event of the channels, whatever their number", async () => {
  const told = watch([...types, "message", "sent", "received"]);
  const server = await echoServer();
  const client = start({ url: server.url });
  await client.ready();
  const before = told.length;
  const messages = all(client, "message");
  for (let i = 0; i < 10; i++) client.send("hello");
  await vi.waitFor(() => expect(messages).toHaveLength(10));
  expect(told).toHaveLength(before);
});

test("a client's own trace is told besides", async () => {
  const told = watch(["change"]);
  const traced: string[] = [];
  const server = await echoServer();
  const client = start({ url: server.url, trace: ({ type }) => traced.push(type) });
  await client.ready();
  client.send("hello");
  await next(client, "message");
  expect(told).not.toEqual([]);
  expect(traced.filter((type) => type === "change")).toHaveLength(told.length);
  expect(traced).toEqual(expect.arrayContaining(["sent", "received"]));
});
