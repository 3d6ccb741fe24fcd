// What becomes of messages: told by `drop`, by `deliver` and by `flush`.

import { deliver, flush, QueueFullError, UnknownDeliveryError, UnsentError } from "@gundam/core";
import { closed, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

async function openClient(options: object = {}) {
  const world = virtualWorld();
  const client = virtualClient(world, options);
  const drops: unknown[] = [];
  client.on("drop", ({ message, outcome, cause }) => drops.push([message, outcome, cause.code]));
  world.network.last.open();
  await settled();
  const transport = world.network.last;
  return { world, client, transport, drops };
}

/** What a promise has come to. */
function watch(promise: Promise<unknown>) {
  const seen: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => {
      seen.value = value;
    },
    (error) => {
      seen.error = error;
    },
  );
  return seen;
}

describe("a message that is lost with its connection", () => {
  test("is unknown if it was on its way, and is not sent again", async () => {
    const { world, client, transport, drops } = await openClient();
    transport.bufferedAmount = 1;
    client.send("on its way");
    transport.lose();
    await settled();
    expect(drops).toEqual([["on its way", "unknown", "ERR_UNKNOWN_DELIVERY"]]);
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    expect(world.network.transports).toHaveLength(2);
    expect(world.network.last.sent).toEqual([]);
  });

  test("is told of with the bytes that were sent, whatever became of them since", async () => {
    const { client, transport, drops } = await openClient();
    transport.bufferedAmount = 1;
    const bytes = Uint8Array.of(1, 2, 3);
    client.send(bytes);
    bytes.fill(0);
    transport.lose();
    await settled();
    expect(drops).toEqual([[Uint8Array.of(1, 2, 3), "unknown", "ERR_UNKNOWN_DELIVERY"]]);
  });

  test("is not told of if the platform had taken it", async () => {
    const { client, transport, drops } = await openClient();
    client.send("taken");
    transport.bufferedAmount = 1;
    client.send("taken later");
    transport.drain();
    transport.lose();
    await settled();
    expect(drops).toEqual([]);
  });

  test("has one error with 80,000 others", async () => {
    const { client, transport } = await openClient({ sendQueue: { maxBytes: Infinity } });
    const causes = new Set<unknown>();
    const messages: unknown[] = [];
    client.on("drop", ({ message, cause }) => {
      causes.add(cause);
      messages.push(message);
    });
    transport.bufferedAmount = 1_000_000;
    for (let index = 0; index < 80_000; index++) client.send(String(index));
    const delivered = watch(deliver(client, "followed by a promise, too"));
    transport.lose();
    await settled();
    expect(causes.size).toBe(1);
    expect([...causes]).toEqual([expect.any(UnknownDeliveryError)]);
    expect(causes.has(delivered.error)).toBe(true);
    expect(messages).toHaveLength(80_001);
    expect(messages.slice(0, 3)).toEqual(["0", "1", "2"]);
  });

  test("costs nothing while nobody wants to know", async () => {
    const world = virtualWorld();
    const client = virtualClient(world);
    world.network.last.open();
    await settled();
    world.network.last.bufferedAmount = 1;
    client.send("plain");
    expect(world.network.last.isWatched).toBe(false);
  });
});

describe("a message that has waited too long", () => {
  test("is dropped when its ttl is over, and only then", async () => {
    const world = virtualWorld();
    const client = virtualClient(world);
    const drops: unknown[] = [];
    client.on("drop", ({ message, cause }) => drops.push([message, cause.message]));
    client.send("short", { ttl: 100 });
    client.send("long", { ttl: 200 });
    client.send("for ever");
    await world.runtime.advance(99);
    expect(drops).toEqual([]);
    await world.runtime.advance(1);
    expect(drops).toEqual([["short", "the message waited longer than its ttl (100 ms)"]]);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["long", "for ever"]);
    await world.runtime.advance(1_000);
    expect(drops).toHaveLength(1);
  });

  test.each([0, -1, Number.NaN, "1 s"])("ttl %s is refused with a clear error", (ttl) => {
    const client = virtualClient(virtualWorld());
    expect(() => client.send("m", { ttl: ttl as number })).toThrow("ttl must be a number of ms, more than 0");
    expect(client.bufferedAmount).toBe(0);
  });
});

describe("a volatile message", () => {
  test("is dropped while no connection is ready, and told so", async () => {
    const world = virtualWorld();
    const client = virtualClient(world);
    const drops: unknown[] = [];
    client.on("drop", ({ message, outcome }) => drops.push([message, outcome]));
    expect(client.send("cursor", { volatile: true })).toBe(false);
    await settled();
    expect(drops).toEqual([["cursor", "unsent"]]);
    expect(client.bufferedAmount).toBe(0);
  });

  test("leaves at once on a ready connection, but not on a busy one", async () => {
    const { client, transport, drops } = await openClient({ sendQueue: { highWaterMark: 10 } });
    client.send("a", { volatile: true });
    transport.bufferedAmount = 10;
    client.send("b", { volatile: true });
    expect(transport.sent).toEqual(["a"]);
    expect(drops).toEqual([["b", "unsent", "ERR_UNSENT"]]);
  });
});

describe("drain", () => {
  test("follows a volatile message that found no connection ready, once one is", async () => {
    const world = virtualWorld();
    const client = virtualClient(world);
    let drains = 0;
    client.on("drain", () => drains++);
    expect(client.send("cursor", { volatile: true })).toBe(false);
    await settled();
    expect(drains).toBe(0);
    world.network.last.open();
    await settled();
    expect(drains).toBe(1);
    expect(client.send("cursor", { volatile: true })).toBe(true);
  });

  test("follows a volatile message that found the connection busy, once it is not", async () => {
    const { client, transport } = await openClient({ sendQueue: { highWaterMark: 10 } });
    let drains = 0;
    client.on("drain", () => drains++);
    transport.bufferedAmount = 10;
    expect(client.send("cursor", { volatile: true })).toBe(false);
    expect(transport.isWatched).toBe(true);
    transport.drain();
    expect(drains).toBe(1);
    expect(transport.isWatched).toBe(false);
  });

  test("follows one that waits for onConnect, and one that a full queue has dropped", async () => {
    let greeted!: () => void;
    const { client } = await openClient({
      onConnect: () => new Promise<void>((resolve) => (greeted = resolve)),
      sendQueue: { maxMessages: 1, highWaterMark: 5, overflow: "drop-newest" },
    });
    let drains = 0;
    client.on("drain", () => drains++);
    expect(client.send("cursor", { volatile: true })).toBe(false);
    expect(client.send("12345")).toBe(false);
    expect(client.send("dropped")).toBe(false);
    greeted();
    await settled();
    expect(drains).toBe(1);
  });

  test.each([["volatile", { volatile: true }] as const, ["waiting", {}] as const])(
    "does not follow the end: what is %s then is dropped, and owed to nobody in the next life",
    async (_, options) => {
      const world = virtualWorld();
      const client = virtualClient(world, { sendQueue: { highWaterMark: 1 } });
      const told: string[] = [];
      client.on("drain", () => told.push("drain"));
      client.on("drop", () => told.push("drop"));
      client.on("close", () => told.push("close"));
      expect(client.send("m", options)).toBe(false);
      client.terminate();
      await settled();
      expect(told).toEqual(["drop", "close"]);
      client.reconnect();
      await settled();
      world.network.last.open();
      await settled();
      expect(told).toEqual(["drop", "close"]);
    },
  );

  test("comes once, when all has left after send returned false", async () => {
    const { client, transport } = await openClient({ sendQueue: { highWaterMark: 10 } });
    let drains = 0;
    transport.bufferedAmount = 9;
    expect(client.send("go on")).toBe(true);
    transport.bufferedAmount = 10;
    expect(client.send("wait")).toBe(false);
    client.on("drain", () => drains++);
    expect(transport.isWatched).toBe(true);
    transport.drain();
    transport.drain();
    expect(drains).toBe(1);
    expect(transport.isWatched).toBe(false);
  });

  test("is watched for only while somebody listens", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, { sendQueue: { highWaterMark: 10 } });
    world.network.last.open();
    await settled();
    world.network.last.bufferedAmount = 10;
    expect(client.send("wait")).toBe(false);
    expect(world.network.last.isWatched).toBe(false);
    client.once("drain", () => {});
    expect(world.network.last.isWatched).toBe(true);
  });

  test("waits for the next connection when this one is lost", async () => {
    const { world, client, transport } = await openClient({ sendQueue: { highWaterMark: 10 } });
    let drains = 0;
    client.on("drain", () => drains++);
    transport.bufferedAmount = 10;
    client.send("wait");
    transport.lose();
    await settled();
    client.send("queued meanwhile");
    expect(drains).toBe(0);
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    expect(drains).toBe(1);
  });
});

describe("deliver", () => {
  test("resolves as flushed when the platform has taken the message", async () => {
    const { client, transport } = await openClient();
    await expect(deliver(client, "at once")).resolves.toBe("flushed");
    transport.bufferedAmount = 1;
    const later = watch(deliver(client, "later"));
    await settled();
    expect(later).toEqual({});
    transport.drain();
    await settled();
    expect(later).toEqual({ value: "flushed" });
  });

  test("with ack resolves when a ping that was sent later is answered: one for all of a tick", async () => {
    const { client, transport } = await openClient();
    const both = [deliver(client, "a", { ack: true }), deliver(client, "b", { ack: true })].map(watch);
    expect(transport.pings).toHaveLength(0);
    await settled();
    expect(transport.pings).toHaveLength(1);
    expect(both).toEqual([{}, {}]);
    transport.receivePong(transport.pings[0]!);
    await settled();
    expect(both).toEqual([{ value: "acked" }, { value: "acked" }]);
  });

  test("with ack asks again for what is sent later, and a pong answers for all before it", async () => {
    const { client, transport } = await openClient();
    const sent: ReturnType<typeof watch>[] = [];
    for (const message of ["a", "b", "c"]) {
      sent.push(watch(deliver(client, message, { ack: true })));
      await settled();
    }
    expect(transport.pings).toHaveLength(3);
    transport.receivePong(transport.pings[1]!);
    await settled();
    expect(sent).toEqual([{ value: "acked" }, { value: "acked" }, {}]);
  });

  test("with ack is not asked for while the platform has not taken it", async () => {
    const { client, transport } = await openClient();
    transport.bufferedAmount = 1;
    const sent = watch(deliver(client, "m", { ack: true }));
    await settled();
    expect(transport.pings).toHaveLength(0);
    transport.drain();
    await settled();
    expect(transport.pings).toHaveLength(1);
    transport.receivePong(transport.pings[0]!);
    await settled();
    expect(sent).toEqual({ value: "acked" });
  });

  test("with ack is unknown, and dropped as the codec encoded it, when the client ends before the pong", async () => {
    const codec = {
      encode: (value: object) => JSON.stringify(value),
      decode: (text: string) => JSON.parse(text),
    };
    const { client, transport, drops } = await openClient({ wsOpts: { codec } });
    const plain = watch(deliver(client, { plain: 1 } as never));
    const sent = watch(deliver(client, { paid: 7 } as never, { ack: true }));
    await settled();
    void client.close();
    transport.receivePong(Uint8Array.of(9));
    const late = watch(flush(client, { ack: true }));
    transport.lose(closed(1000));
    await settled();
    expect(plain).toEqual({ value: "flushed" });
    expect(sent.error).toBeInstanceOf(UnknownDeliveryError);
    expect(late.error).toBeInstanceOf(UnknownDeliveryError);
    expect(drops).toEqual([['{"paid":7}', "unknown", "ERR_UNKNOWN_DELIVERY"]]);
    expect(transport.pings).toHaveLength(1);
  });

  test("with ack is unknown when the connection is lost before the pong, which another one cannot bring", async () => {
    const { world, client, transport, drops } = await openClient();
    const sent = watch(deliver(client, "m", { ack: true }));
    await settled();
    transport.lose();
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    world.network.last.receivePong(transport.pings[0]!);
    await settled();
    expect(sent.error).toBeInstanceOf(UnknownDeliveryError);
    expect(sent.error).toMatchObject({
      message: "the message was sent, and no pong came that says that it was read",
    });
    expect(drops).toEqual([["m", "unknown", "ERR_UNKNOWN_DELIVERY"]]);
  });

  test("waits in the queue for the next connection", async () => {
    const { world, client, transport } = await openClient();
    transport.lose();
    await settled();
    const sent = watch(deliver(client, "queued"));
    await settled();
    expect(sent).toEqual({});
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    expect(sent).toEqual({ value: "flushed" });
    expect(world.network.last.sent).toEqual(["queued"]);
  });

  test("rejects with the truth: unknown, unsent, full, not open", async () => {
    const { client, transport, drops } = await openClient({ retry: 0, sendQueue: { maxBytes: 20 } });
    transport.bufferedAmount = 1;
    const lost = watch(deliver(client, "lost"));
    await expect(deliver(client, "x".repeat(21))).rejects.toBeInstanceOf(QueueFullError);
    transport.lose();
    await settled();
    expect(lost.error).toBeInstanceOf(UnknownDeliveryError);
    await expect(deliver(client, "late")).rejects.toMatchObject({ code: "ERR_NOT_OPEN" });
    expect(drops).toEqual([["lost", "unknown", "ERR_UNKNOWN_DELIVERY"]]);
  });

  test("rejects as unsent what waits when the client ends, one by one", async () => {
    const world = virtualWorld();
    const client = virtualClient(world);
    const drops: unknown[] = [];
    client.on("drop", ({ message, outcome }) => drops.push([message, outcome]));
    const sent = [watch(deliver(client, "a")), watch(deliver(client, "b", { ttl: 60_000 }))];
    await client.close();
    await settled();
    expect(sent.map(({ error }) => error)).toEqual([expect.any(UnsentError), expect.any(UnsentError)]);
    expect(drops).toEqual([
      ["a", "unsent"],
      ["b", "unsent"],
    ]);
  });

  test("that nobody waits for harms nobody", async () => {
    const client = virtualClient(virtualWorld());
    deliver(client, "dropped");
    await client.close();
    await settled();
    expect(client.phase).toBe("closed");
  });
});

describe("flush", () => {
  test("resolves at once when nothing is on its way", async () => {
    const { client } = await openClient();
    client.send("taken");
    await expect(flush(client)).resolves.toBe("flushed");
  });

  test("waits for what is queued and what is on its way, not for what comes later", async () => {
    const { client, transport } = await openClient();
    transport.bufferedAmount = 5;
    client.send("on its way");
    const flushed = watch(flush(client));
    await settled();
    expect(flushed).toEqual({});
    transport.drain();
    transport.bufferedAmount = 5;
    client.send("later");
    await settled();
    expect(flushed).toEqual({ value: "flushed" });
  });

  test("with ack waits for a pong, though the platform has taken everything", async () => {
    const { client, transport } = await openClient();
    client.send("taken long ago");
    await settled();
    const flushed = watch(flush(client, { ack: true }));
    await settled();
    expect(flushed).toEqual({});
    expect(transport.pings).toHaveLength(1);
    transport.receivePong(transport.pings[0]!);
    await settled();
    expect(flushed).toEqual({ value: "acked" });
  });

  test("with ack rejects when no pong comes, and drops nothing: whoever sent it asked for nothing", async () => {
    const { client, transport, drops } = await openClient();
    client.send("taken");
    const flushed = watch(flush(client, { ack: true }));
    await settled();
    transport.lose();
    await settled();
    expect(flushed.error).toBeInstanceOf(UnknownDeliveryError);
    expect(drops).toEqual([]);
  });

  test("with ack asks nobody where nothing was sent, on the next connection neither", async () => {
    const { world, client, transport } = await openClient();
    await expect(flush(client, { ack: true })).resolves.toBe("acked");
    client.send("on the first");
    transport.lose();
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    await expect(flush(client, { ack: true })).resolves.toBe("acked");
    expect(world.network.last.pings).toHaveLength(0);
  });

  test("with ack shares a ping with what is delivered in the same tick", async () => {
    const { client, transport } = await openClient();
    const all = [
      deliver(client, "a", { ack: true }),
      flush(client, { ack: true }),
      deliver(client, "b", { ack: true }),
      flush(client, { ack: true }),
    ].map(watch);
    await settled();
    expect(transport.pings).toHaveLength(1);
    transport.receivePong(transport.pings[0]!);
    await settled();
    expect(all).toEqual(Array(4).fill({ value: "acked" }));
  });

  test("with ack sends one ping for all", async () => {
    const world = virtualWorld();
    const client = virtualClient(world);
    for (const message of ["a", "b", "c"]) client.send(message);
    const flushed = watch(flush(client, { ack: true }));
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["a", "b", "c"]);
    expect(world.network.last.pings).toHaveLength(1);
    world.network.last.receivePong(world.network.last.pings[0]!);
    await settled();
    expect(flushed).toEqual({ value: "acked" });
  });

  test("rejects when one of them will not arrive for certain", async () => {
    const { client, transport } = await openClient();
    transport.bufferedAmount = 5;
    client.send("on its way");
    const flushed = watch(flush(client));
    transport.lose();
    await settled();
    expect(flushed.error).toBeInstanceOf(UnknownDeliveryError);
  });
});
