import { ReadableStream } from "node:stream/web";
import { messages, type Platform, QueueFullError } from "@gundam/core";
import { refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

async function openClient(options: object = {}, world = virtualWorld()) {
  const client = virtualClient(world, { retry: 1, ...options });
  world.network.last.open();
  await settled();
  return { world, client, transport: world.network.last };
}

/** As in a browser, which can neither ping nor stop reading. */
function pagelike() {
  const world = virtualWorld();
  const dial: Platform["dial"] = (request, listener) =>
    Object.assign(world.network.dial(request, listener), { ping: undefined as never });
  return { ...world, platform: { ...world.platform, dial } };
}

describe("for await over a client's messages", () => {
  test("has every message since the iterator was made, in order, and ends with our close", async () => {
    const { client, transport } = await openClient();
    transport.receive("before");
    const reader = messages(client);
    transport.receive("a");
    transport.receive("b");
    void client.close();
    transport.receive("while closing");
    transport.lose({ kind: "close", code: 1000, wasClean: true, error: new Error() as never, byUs: false });
    const seen: unknown[] = [];
    for await (const message of reader) seen.push(message);
    expect(seen).toEqual(["a", "b", "while closing"]);
    await expect(reader.next()).resolves.toEqual({ value: undefined, done: true });
  });

  test("goes on over a reconnect, and throws the cause when the client gives up, after what it has", async () => {
    const { world, client, transport } = await openClient({ retry: 5 });
    const reader = messages(client);
    transport.receive("first connection");
    transport.lose();
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    world.network.last.receive("second connection");
    world.network.last.lose();
    await world.runtime.advance(10_000);
    world.network.last.lose(refused(404));
    await settled();
    expect(client.phase).toBe("closed");
    const seen: unknown[] = [];
    const read = async () => {
      for await (const message of reader) seen.push(message);
    };
    await expect(read()).rejects.toMatchObject({ code: "ERR_REFUSED", status: 404 });
    expect(seen).toEqual(["first connection", "second connection"]);
    await expect(reader.next()).resolves.toMatchObject({ done: true });
  });

  test("a reader that waits already hears of the end at once", async () => {
    const { client } = await openClient();
    const reader = messages(client);
    const next = [reader.next(), reader.next()];
    client.terminate();
    await expect(Promise.all(next)).resolves.toMatchObject([{ done: true }, { done: true }]);
  });

  test("break leaves the others and the client alone, and gives back what it held", async () => {
    const { client, transport } = await openClient();
    const other = messages(client, { maxMessages: 2 });
    const leaving = messages(client, { maxMessages: 2 });
    transport.receive("a");
    transport.receive("b");
    expect(transport.isPaused).toBe(true);
    for await (const message of leaving) {
      expect(message).toBe("a");
      break;
    }
    expect(transport.isPaused).toBe(true);
    await other.next();
    expect(transport.isPaused).toBe(false);
    transport.receive("c");
    expect([await other.next(), await other.next()]).toMatchObject([{ value: "b" }, { value: "c" }]);
    await expect(leaving.next()).resolves.toMatchObject({ done: true });
    expect(client.phase).toBe("open");
  });

  test("an iterator made after the end is at its end, and says why", async () => {
    const { client, transport } = await openClient({ retry: 0 });
    transport.lose();
    await settled();
    await expect(messages(client).next()).rejects.toMatchObject({ code: "ERR_CONNECT" });
    const closed = (await openClient()).client;
    closed.terminate();
    await expect(messages(closed).next()).resolves.toMatchObject({ done: true });
  });

  test("gives what the codec decodes", async () => {
    const codec = { encode: JSON.stringify, decode: (text: string) => JSON.parse(text) };
    const { client, transport } = await openClient({ wsOpts: { codec } });
    const reader = messages(client);
    transport.receive('{"price":1}');
    await expect(reader.next()).resolves.toEqual({ value: { price: 1 }, done: false });
  });

  test("makes a ReadableStream", async () => {
    const { client, transport } = await openClient();
    const reader = ReadableStream.from(messages(client)).getReader();
    transport.receive("a");
    await expect(reader.read()).resolves.toEqual({ value: "a", done: false });
    await reader.cancel();
    expect(client.phase).toBe("open");
  });
});

describe("a reader that cannot keep up", () => {
  test("stops the reading when its buffer is full, until half of it is read", async () => {
    const { client, transport } = await openClient();
    const reader = messages(client, { maxMessages: 4 });
    for (const message of ["a", "b", "c"]) transport.receive(message);
    expect(transport.isPaused).toBe(false);
    transport.receive("d");
    expect(transport.isPaused).toBe(true);
    transport.receive("was read already");
    for (const value of ["a", "b"]) await expect(reader.next()).resolves.toMatchObject({ value });
    expect(transport.isPaused).toBe(true);
    await reader.next();
    expect(transport.isPaused).toBe(false);
    for (const value of ["d", "was read already"])
      await expect(reader.next()).resolves.toMatchObject({ value });
  });

  test("stops it by bytes, too", async () => {
    const { client, transport } = await openClient();
    const reader = messages(client, { maxBytes: 10 });
    transport.receive(new Uint8Array(10));
    expect(transport.isPaused).toBe(true);
    await reader.next();
    expect(transport.isPaused).toBe(false);
  });

  test("still stops it on the next connection", async () => {
    const { world, client, transport } = await openClient();
    const reader = messages(client, { maxMessages: 1 });
    transport.receive("a");
    transport.lose();
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    expect(world.network.last.isPaused).toBe(true);
    await reader.next();
    expect(world.network.last.isPaused).toBe(false);
  });

  test("where the platform cannot stop reading, hears of it after what it has; the client goes on", async () => {
    const { client, transport } = await openClient({}, pagelike());
    const reader = messages(client, { maxMessages: 2 });
    for (const message of ["a", "b", "c", "d"]) transport.receive(message);
    expect([await reader.next(), await reader.next()]).toMatchObject([{ value: "a" }, { value: "b" }]);
    const failed = reader.next();
    await expect(failed).rejects.toBeInstanceOf(QueueFullError);
    await expect(failed).rejects.toThrow("raise maxMessages");
    await expect(reader.next()).resolves.toMatchObject({ done: true });
    expect(client.phase).toBe("open");
  });
});

test("await using closes the client", async () => {
  const { client } = await openClient();
  const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
  const disposed = client[asyncDispose as typeof Symbol.asyncDispose]();
  expect(client.phase).toBe("closing");
  client.terminate();
  await disposed;
  expect(client.phase).toBe("closed");
});
