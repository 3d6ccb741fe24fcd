import { info, QueueFullError } from "@gundam/core";
import { settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

function waitingClient(sendQueue: object) {
  const world = virtualWorld();
  const client = virtualClient(world, { sendQueue });
  const dropped: unknown[] = [];
  client.on("drop", ({ message }) => dropped.push(message));
  return { world, client, dropped };
}

describe("a full send queue", () => {
  test("refuses the new message, and keeps the old ones, by default", async () => {
    const { world, client } = waitingClient({ maxMessages: 2 });
    client.send("a");
    client.send("b");
    expect(() => client.send("c")).toThrow(QueueFullError);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["a", "b"]);
  });

  test("lets the oldest give way under drop-oldest, and tells which", async () => {
    const { world, client, dropped } = waitingClient({ maxBytes: 4, overflow: "drop-oldest" });
    await settled();
    for (const message of ["aa", "bb", "ccc"]) client.send(message);
    expect(dropped).toEqual(["aa", "bb"]);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["ccc"]);
  });

  test("lets nothing give way for a message that cannot fit", async () => {
    const { world, client, dropped } = waitingClient({ maxBytes: 4, overflow: "drop-oldest" });
    await settled();
    for (const message of ["aa", "bb", "too large"]) client.send(message);
    expect(dropped).toEqual(["too large"]);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["aa", "bb"]);
  });

  test.each([
    ["waits", false],
    ["would leave at once", true],
  ])("says of a message that can never fit how large it is, where it %s", async (_, isOpen) => {
    const { world, client } = waitingClient({ maxBytes: 4 });
    if (isOpen) world.network.last.open();
    await settled();
    const refusal = /a message of 9 bytes never fits into the send queue .*sendQueue\.maxBytes 4/;
    expect(() => client.send("too large")).toThrow(refusal);
    if (!isOpen) client.send("aa");
    if (!isOpen) expect(() => client.send("bbb")).toThrow(/the send queue is full .*sendQueue\.maxBytes 4/);
  });

  test("counts what the transport holds while onConnect is pending", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, {
      onConnect: () => new Promise(() => {}),
      sendQueue: { maxBytes: 10, highWaterMark: 8 },
    });
    world.network.last.open();
    await settled();
    world.network.last.bufferedAmount = 6;
    expect(client.send("ab")).toBe(false);
    expect(() => client.send("cde")).toThrow(QueueFullError);
  });
});

describe("messages with a time to live", () => {
  /** Counts how often the clock is read. */
  function counting(world: ReturnType<typeof virtualWorld>) {
    const now = world.runtime.now.bind(world.runtime);
    const reads = { count: 0 };
    world.runtime.now = () => {
      reads.count++;
      return now();
    };
    return reads;
  }

  test("take no more work each, however many wait", () => {
    const world = virtualWorld();
    const client = virtualClient(world, { sendQueue: { maxMessages: Infinity, maxBytes: Infinity } });
    const reads = counting(world);
    const readsOf = (messages: number) => {
      const before = reads.count;
      for (let index = 0; index < messages; index++) client.send("m", { ttl: 60_000 + index });
      return reads.count - before;
    };
    const first = readsOf(1_000);
    readsOf(48_000);
    expect(readsOf(1_000)).toBeLessThanOrEqual(first);
    expect(info(client).queue.messages).toBe(50_000);
  });

  test("expire in any order, 50,000 of them, and what is left leaves in order", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, { sendQueue: { maxMessages: Infinity, maxBytes: Infinity } });
    await settled();
    const indices = Array.from({ length: 50_000 }, (_, index) => index);
    // Each expires in a millisecond of its own, all mixed up; each seventh message lives for ever.
    const lifeOf = (index: number) => (index % 7 === 0 ? undefined : ((index * 7919) % 50_000) + 1);
    const dropped = new Map<number, number>();
    client.on("drop", ({ message }) => dropped.set(Number(message), world.runtime.now()));
    for (const index of indices) client.send(String(index), { ttl: lifeOf(index) });
    await world.runtime.advance(25_000);
    world.network.last.open();
    await settled();
    const isExpired = (index: number) => (lifeOf(index) ?? Infinity) <= 25_000;
    expect(new Set(dropped.keys())).toEqual(new Set(indices.filter(isExpired)));
    expect(world.network.last.sent).toEqual(indices.filter((index) => !isExpired(index)).map(String));
    // A long queue is not looked at each millisecond.
    const late = [...dropped].map(([index, at]) => at - lifeOf(index)!);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(50_000 / 200);
    expect(client.bufferedAmount).toBe(0);
    expect(world.runtime.timers).toBe(0);
  });

  test("give way to drop-oldest as any other, 50,000 times", () => {
    const world = virtualWorld();
    const client = virtualClient(world, { sendQueue: { maxMessages: 100, overflow: "drop-oldest" } });
    const reads = counting(world);
    for (let index = 0; index < 1_000; index++) client.send("m", { ttl: 60_000 });
    const first = reads.count;
    for (let index = 0; index < 49_000; index++) client.send("m", { ttl: 60_000 });
    expect(reads.count).toBeLessThanOrEqual(first * 50);
    expect(info(client).queue).toEqual({ messages: 100, bytes: 100 });
  });

  test("are looked at before they leave: a connection that is ready too late takes none that has expired", async () => {
    const world = virtualWorld();
    const client = virtualClient(world);
    const dropped: unknown[] = [];
    client.on("drop", ({ message }) => dropped.push(message));
    await settled();
    client.send("short", { ttl: 100 });
    client.send("long", { ttl: 10_000 });
    // The machine was busy: no timer has fired.
    world.runtime.skip(1000);
    world.network.last.open();
    await settled();
    expect(dropped).toEqual(["short"]);
    expect(world.network.last.sent).toEqual(["long"]);
  });
});

describe("small messages", () => {
  const message = "of twenty characters";
  const maxBytes = 1024 * 1024;
  const cost = 160;

  /** How many of them fit: 1,024 cost nothing besides their bytes. */
  const fitting = (costOfEach: number) =>
    Math.floor((maxBytes + 1024 * cost - message.length) / (message.length + costOfEach)) + 1;

  /** How many are taken before one is refused. */
  function taken(client: { send(message: string): unknown }): number {
    for (let count = 0; ; count++) {
      try {
        client.send(message);
      } catch (error) {
        expect(error).toBeInstanceOf(QueueFullError);
        return count;
      }
    }
  }

  /** A transport that takes nothing, and says how many messages it holds. */
  async function stalled(listen: boolean) {
    const world = virtualWorld();
    const client = virtualClient(world, { sendQueue: { maxBytes } });
    if (listen) client.on("drop", () => {});
    world.network.last.open();
    await settled();
    const transport = world.network.last;
    const send = transport.send.bind(transport);
    let held = 0;
    transport.bufferedAmount = 1;
    transport.send = (sent) => {
      send(sent);
      transport.bufferedAmount += message.length;
      held++;
    };
    Object.defineProperty(transport, "bufferedMessages", { get: () => held });
    return client;
  }

  test("count for what they cost in the platform's buffer: send() refuses before they outgrow maxBytes", async () => {
    expect(taken(await stalled(false))).toBe(fitting(cost));
  });

  test("that are followed cost three times as much", async () => {
    expect(taken(await stalled(true))).toBe(fitting(3 * cost));
  });

  test("count for what they cost in a queue of many", () => {
    const client = virtualClient(virtualWorld(), {
      sendQueue: { maxMessages: Infinity, maxBytes },
    });
    const count = taken(client);
    expect(count).toBe(fitting(cost));
    expect(info(client).queue).toEqual({ messages: count, bytes: 20 * count });
  });

  test("a queue of a few bytes means just these", () => {
    const client = virtualClient(virtualWorld(), { sendQueue: { maxBytes: 1000 } });
    expect(taken(client)).toBe(50);
  });
});
