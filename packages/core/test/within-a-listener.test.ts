// What a listener asks of the client in the midst of a telling: sequences that the simulation has found.

import { flush, messages } from "@gundam/core";
import { settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

async function openClient(options: object = {}) {
  const world = virtualWorld();
  const client = virtualClient(world, options);
  world.network.last.open();
  await settled();
  return { world, client, transport: world.network.last };
}

describe("a reader", () => {
  test("that another listener of the message has left holds nothing back", async () => {
    const { client, transport } = await openClient();
    client.on("message", () => void reader.return?.());
    const reader = messages(client, { maxMessages: 1 });
    transport.receive("a");
    await settled();
    expect(transport.isPaused).toBe(false);
    expect(await reader.next()).toEqual({ value: undefined, done: true });
  });

  test("that is full when another listener replaces the connection goes on with the next", async () => {
    const { world, client, transport } = await openClient();
    client.on("message", (message) => {
      if (message === "b") client.reconnect();
    });
    const reader = messages(client, { maxMessages: 1 });
    transport.receive("a");
    transport.receive("b");
    await settled();
    world.network.last.open();
    await settled();
    expect(world.network.last.isPaused).toBe(true);
    expect([await reader.next(), await reader.next()].map(({ value }) => value)).toEqual(["a", "b"]);
    expect(world.network.last.isPaused).toBe(false);
  });
});

describe("a listener of drop", () => {
  test("sends after what has waited, though it hears when that leaves", async () => {
    const { world, client } = await openClient();
    world.network.last.lose();
    await settled();
    client.send("late", { ttl: 1 });
    client.send("first");
    client.on("drop", () => client.send("second"));
    client.reconnect();
    world.runtime.skip(2);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["first", "second"]);
  });

  test("may end the connection that was too busy for a volatile message", async () => {
    const { client, transport } = await openClient({ sendQueue: { highWaterMark: 1 } });
    const watched: boolean[] = [];
    transport.watch = (isWatched) => {
      if (transport.isAbandoned) watched.push(isWatched);
    };
    transport.bufferedAmount = 1;
    client.on("drop", () => client.terminate());
    client.on("drain", () => {});
    expect(client.send("now or never", { volatile: true })).toBe(false);
    expect(watched).toEqual([]);
  });
});

test("flush(), asked for while a loss is told, does not watch what was lost", async () => {
  const { client, transport } = await openClient();
  const watched: boolean[] = [];
  transport.watch = (isWatched) => {
    if (transport.isLost) watched.push(isWatched);
  };
  transport.bufferedAmount = 1;
  client.send("on its way");
  client.on("change", () => void flush(client, { ack: true }).catch(() => {}));
  transport.lose();
  await settled();
  expect(watched).toEqual([]);
});

test("an onMessage that hangs is told of no more once the end was told", async () => {
  const { world, client, transport } = await openClient({ onMessage: () => new Promise(() => {}) });
  const errors: unknown[] = [];
  transport.receive("a");
  client.on("error", (error) => errors.push(error));
  client.terminate();
  await world.runtime.advance(60_000);
  expect(errors).toEqual([]);
  expect(world.runtime.timers).toBe(0);
});

test("onError, told that a message takes too long when the connection has just timed out, sends into none that is lost", async () => {
  const { world, client, transport } = await openClient({
    callbackTimeout: 100,
    retryTimeout: 10,
    onMessage: () => new Promise(() => {}),
    onError: (reason: Error) => void (reason.name === "TimeoutError" && client.send("too late for this one")),
  });
  transport.receive("a");
  transport.expire = () => transport.lose();
  transport.reschedule(world.runtime.now() + 100);
  await world.runtime.advance(100);
  expect(transport.isLost).toBe(true);
  expect(transport.sent).toEqual([]);
  await world.runtime.advance(110);
  world.network.last.open();
  await settled();
  expect(world.network.last.sent).toEqual(["too late for this one"]);
});
