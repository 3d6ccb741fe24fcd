// How fast what is sent leaves: by the pace that the peer allows, and by what the platform takes.

import { deliver, flush, type Heartbeat, handover, heartbeat, info, OptionError } from "@gundam/core";
import { type FakeTransport, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

async function openClient(sendQueue: object, options: object = {}) {
  const world = virtualWorld();
  const client = virtualClient(world, { sendQueue, ...options });
  const told: unknown[] = [];
  client.on("drop", ({ message, outcome }) => told.push([message, outcome]));
  client.on("drain", () => told.push("drain"));
  world.network.last.open();
  await settled();
  return { world, client, told, transport: world.network.last };
}

const twoASecond = { pace: { messages: 2, per: 1000 } };

describe("a pace", () => {
  test("lets so many leave at once, the others in order as time passes; drain follows when all have left", async () => {
    const { world, client, told, transport } = await openClient(twoASecond);
    expect(["a", "b", "c", "d", "e"].map((message) => client.send(message))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(transport.sent).toEqual(["a", "b"]);
    expect(info(client).queue).toEqual({ messages: 3, bytes: 3 });
    expect(client.bufferedAmount).toBe(3);
    await world.runtime.advance(999);
    expect(transport.sent).toEqual(["a", "b"]);
    await world.runtime.advance(1);
    expect(transport.sent).toEqual(["a", "b", "c", "d"]);
    expect(told).toEqual([]);
    await world.runtime.advance(1000);
    expect(transport.sent).toEqual(["a", "b", "c", "d", "e"]);
    expect(told).toEqual(["drain"]);
    expect(world.runtime.timers).toBe(0);
  });

  test("holds in any window, not in intervals", async () => {
    const { world, client, transport } = await openClient({ pace: { messages: 3, per: 100 } });
    const times: number[] = [];
    const send = transport.send.bind(transport);
    transport.send = (message) => {
      times.push(world.runtime.now());
      send(message);
    };
    for (let ms = 0; ms < 1000; ms += 7) {
      client.send(String(ms));
      await world.runtime.advance(7);
    }
    await world.runtime.advance(5000);
    expect(times).toHaveLength(143);
    const windows = times.slice(3).map((time, index) => time - times[index]!);
    expect(Math.min(...windows)).toBe(100);
    expect(transport.sent).toEqual(Array.from({ length: 143 }, (_, index) => String(index * 7)));
  });

  test("is drained when all has left, even if the next message has to wait", async () => {
    const { world, client, told } = await openClient({ pace: { messages: 1, per: 100 } });
    client.send("a");
    expect(client.send("b")).toBe(false);
    await world.runtime.advance(100);
    expect(told).toEqual(["drain"]);
    expect(client.send("c")).toBe(false);
    await world.runtime.advance(100);
    expect(told).toEqual(["drain", "drain"]);
  });

  test("drops a volatile message that cannot leave now, and says by drain when one can", async () => {
    const { world, client, told, transport } = await openClient(twoASecond);
    for (const message of ["a", "b"]) client.send(message);
    expect(client.send("cursor", { volatile: true })).toBe(false);
    expect(told).toEqual([["cursor", "unsent"]]);
    await world.runtime.advance(999);
    expect(told).toHaveLength(1);
    await world.runtime.advance(1);
    expect(told).toEqual([["cursor", "unsent"], "drain"]);
    expect(client.send("cursor", { volatile: true })).toBe(true);
    expect(transport.sent).toEqual(["a", "b", "cursor"]);
  });

  test("goes on over a reconnect: a server that limits its clients does not forget", async () => {
    const { world, client, transport } = await openClient(twoASecond, { retryTimeout: 100, stableAfter: 0 });
    for (const message of ["a", "b", "c"]) client.send(message);
    transport.lose();
    await world.runtime.advance(200);
    const next = world.network.last;
    expect(next).not.toBe(transport);
    next.open();
    await settled();
    expect(next.sent).toEqual([]);
    await world.runtime.advance(799);
    expect(next.sent).toEqual([]);
    await world.runtime.advance(1);
    expect(next.sent).toEqual(["c"]);
  });

  test("counts what onConnect sends, and lets it go before the queue", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, {
      ...{ sendQueue: twoASecond },
      async onConnect() {
        for (const message of ["hello", "subscribe", "and more", "and last"]) client.send(message);
        await new Promise(() => {});
      },
    });
    client.send("queued");
    world.network.last.open();
    await settled();
    expect(client.send("later")).toBe(true);
    expect(world.network.last.sent).toEqual(["hello", "subscribe"]);
    await world.runtime.advance(1000);
    expect(world.network.last.sent).toEqual(["hello", "subscribe", "and more", "and last"]);
    expect(info(client).queue.messages).toBe(2);
  });

  test("keeps what onConnect could not send in front of the queue when its connection is lost", async () => {
    let greetings = 0;
    const world = virtualWorld();
    const client = virtualClient(world, {
      sendQueue: { pace: { messages: 1, per: 60_000 } },
      retryTimeout: 10,
      onConnect() {
        const nth = ++greetings;
        for (const message of ["a", "b"]) client.send(`${message}${nth}`);
        return nth === 1 ? new Promise(() => {}) : undefined;
      },
    });
    client.send("queued");
    world.network.last.open();
    await settled();
    const first = world.network.last;
    first.lose();
    await world.runtime.advance(6_000);
    world.network.last.open();
    await settled();
    await world.runtime.advance(300_000);
    expect([first, world.network.last].map(({ sent }) => sent)).toEqual([
      ["a1"],
      ["a2", "b2", "b1", "queued"],
    ]);
  });

  test("leaves ttl, deliver and flush what they are", async () => {
    const { world, client, told, transport } = await openClient(twoASecond);
    for (const message of ["a", "b"]) client.send(message);
    client.send("too late", { ttl: 500 });
    const delivered = deliver(client, "c");
    const flushed = flush(client, { ack: true });
    let left = 0;
    void delivered.then(() => left++);
    await world.runtime.advance(500);
    expect(told).toEqual([["too late", "unsent"]]);
    expect(left).toBe(0);
    await world.runtime.advance(500);
    await expect(delivered).resolves.toBe("flushed");
    expect(transport.sent).toEqual(["a", "b", "c"]);
    transport.receivePong(transport.pings.at(-1)!);
    await expect(flushed).rejects.toMatchObject({ code: "ERR_UNSENT" });
  });

  test("fills the queue, whose limits mean what they say", async () => {
    const { client, told } = await openClient({ ...twoASecond, maxMessages: 2 });
    for (const message of ["a", "b", "c", "d"]) client.send(message);
    expect(() => client.send("e")).toThrow("the send queue is full (sendQueue.maxMessages 2");
    expect(told).toEqual([]);
    const { client: other, told: dropped } = await openClient({
      ...twoASecond,
      maxBytes: 3,
      overflow: "drop-oldest",
    });
    for (const message of ["a", "b", "cc", "dd"]) other.send(message);
    expect(dropped).toEqual([["cc", "unsent"]]);
  });

  test("does not delay a Close: what it holds up is told as unsent", async () => {
    const { client, told, transport } = await openClient(twoASecond);
    for (const message of ["a", "b", "c"]) client.send(message);
    const closed = client.close();
    expect(transport.closeFrame).toEqual({ code: 1000, reason: "" });
    expect(transport.sent).toEqual(["a", "b"]);
    transport.lose();
    await closed;
    expect(told).toEqual([["c", "unsent"]]);
  });

  test("does not delay a heartbeat, which counts", async () => {
    const beat: Heartbeat = heartbeat({ message: "beat", interval: 500 });
    const { world, client, transport } = await openClient(
      { pace: { messages: 1, per: 1000 } },
      { wsOpts: { heartbeat: beat } },
    );
    await world.runtime.advance(400);
    client.send("a");
    client.send("b");
    await world.runtime.advance(100);
    expect(transport.sent).toEqual(["a", "beat"]);
    transport.receive("alive");
    await world.runtime.advance(400);
    transport.receive("alive");
    await world.runtime.advance(501);
    // 1000 ms after "a"; but a heartbeat has left since.
    expect(transport.sent).toEqual(["a", "beat", "beat"]);
    transport.receive("alive");
  });

  test("leaves room for heartbeats: with them, too, it holds in any window", async () => {
    const { world, client, transport } = await openClient(
      { pace: { messages: 5, per: 1000 }, maxMessages: Infinity },
      { wsOpts: { heartbeat: heartbeat({ message: "beat", interval: 400 }) } },
    );
    const times: number[] = [];
    const send = transport.send.bind(transport);
    transport.send = (message) => {
      times.push(world.runtime.now());
      send(message);
    };
    for (let left = 100; left > 0; left--) client.send("m");
    await world.runtime.advance(30_000);
    expect(transport.sent.filter((message) => message === "beat").length).toBeGreaterThan(60);
    const windows = times.slice(5).map((time, index) => time - times[index]!);
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(1000);
  });

  test("may be changed by a state that a callback returns: what waits does not wait for the old one", async () => {
    const { world, client, transport } = await openClient(
      { pace: { messages: 1, per: 3_600_000 } },
      {
        onMessage: (_message: unknown, _client: unknown, state: { openOpts: object }) => ({
          ...state,
          openOpts: { ...state.openOpts, sendQueue: { pace: { messages: 2, per: 1000 } } },
        }),
      },
    );
    for (const message of ["a", "b", "c"]) client.send(message);
    await world.runtime.advance(10);
    transport.receive("hurry");
    await world.runtime.advance(0);
    expect(transport.sent).toEqual(["a", "b"]);
    await world.runtime.advance(990);
    expect(transport.sent).toEqual(["a", "b", "c"]);
  });

  test("of a billion messages takes no memory for those that did not leave, and keeps none for ever", async () => {
    const { world, client } = await openClient({ pace: { messages: 1_000_000_000, per: 10 } });
    const { times } = (client as unknown as { "gundam 0.1.0": { outbox: { times: { length: number } } } })[
      "gundam 0.1.0"
    ].outbox;
    for (let index = 0; index < 1000; index++) {
      client.send("m");
      await world.runtime.advance(1);
    }
    expect(times.length).toBeLessThanOrEqual(11);
  });

  test.each([
    [{ messages: 0, per: 1000 }, "sendQueue.pace.messages must be a whole number, 1 or more"],
    [{ messages: 1.5, per: 1000 }, "sendQueue.pace.messages must be a whole number, 1 or more"],
    [{ messages: "5", per: 1000 }, "sendQueue.pace.messages must be a whole number, 1 or more"],
    [{ messages: 5, per: 0 }, "sendQueue.pace.per must be a number of ms, more than 0"],
    [{ messages: 5, per: Number.NaN }, "sendQueue.pace.per must be a number of ms, more than 0"],
    [{ messages: 5, per: 1000, burst: 2 }, "sendQueue.pace.burst is not an option"],
    [5, "sendQueue.pace must be an object"],
  ])("of %o is refused", (pace, problem) => {
    const start = () => virtualClient(virtualWorld(), { sendQueue: { pace: pace as never } });
    expect(start).toThrow(OptionError);
    expect(start).toThrow(problem);
  });

  test("is a second, and no limit, for what is left out of it", async () => {
    const { world, client, transport } = await openClient({ pace: { messages: 1 } });
    for (const message of ["a", "b"]) client.send(message);
    await world.runtime.advance(999);
    expect(transport.sent).toEqual(["a"]);
    await world.runtime.advance(1);
    expect(transport.sent).toEqual(["a", "b"]);
    const { client: other } = await openClient({ pace: { per: 10_000 } });
    expect(["a", "b", "c"].map((message) => other.send(message))).toEqual([true, true, true]);
  });

  test("of more messages than can be counted is none", async () => {
    const { client, transport } = await openClient({ pace: { messages: Infinity, per: 1 } });
    for (let index = 0; index < 100; index++) expect(client.send("m")).toBe(true);
    expect(transport.sent).toHaveLength(100);
  });
});

describe("a pace over a hand-over", () => {
  /** A client that greets its second connection with three messages, of which the pace has let leave two. */
  async function handingOver() {
    let connections = 0;
    let greeted!: () => void;
    let refuse!: (reason: unknown) => void;
    const { world, client, told, transport } = await openClient(
      { pace: { messages: 3, per: 1000 } },
      {
        onConnect(_headers: unknown, client: { send(message: string): boolean }) {
          if (++connections === 1) return;
          for (const message of ["a2", "b2", "c2"]) client.send(message);
          return new Promise<void>((resolve, reject) => {
            greeted = resolve;
            refuse = reject;
          });
        },
      },
    );
    client.send("first");
    const promise = handover(client);
    promise.catch(() => {});
    await settled();
    const second = world.network.last;
    second.open();
    await settled();
    return { world, client, told, transport, second, promise, greeted, refuse };
  }

  test("goes on: both connections count, and what waits for the new one leaves over it, before all else", async () => {
    const { world, client, transport, second, promise, greeted } = await handingOver();
    expect([transport.sent, second.sent]).toEqual([["first"], ["a2", "b2"]]);
    expect(client.bufferedAmount).toBe(2);
    expect(info(client).queue).toEqual({ messages: 1, bytes: 2 });
    expect(client.send("later")).toBe(false);
    await world.runtime.advance(500);
    greeted();
    await expect(promise).resolves.toBeUndefined();
    await world.runtime.advance(499);
    expect(second.sent).toEqual(["a2", "b2"]);
    await world.runtime.advance(1);
    expect([transport.sent, second.sent]).toEqual([["first"], ["a2", "b2", "c2", "later"]]);
  });

  test("while the new one is greeted lets leave over it what waits for it", async () => {
    const { world, client, second, greeted } = await handingOver();
    await world.runtime.advance(1000);
    expect(second.sent).toEqual(["a2", "b2", "c2"]);
    expect(client.bufferedAmount).toBe(0);
    greeted();
    await settled();
  });

  test("loses nothing when it fails: what waited leaves over the old one, and drain follows", async () => {
    const { world, told, transport, second, promise, refuse } = await handingOver();
    refuse(new Error("not today"));
    await expect(promise).rejects.toMatchObject({ code: "ERR_CALLBACK" });
    await world.runtime.advance(1000);
    expect([transport.sent, second.sent]).toEqual([
      ["first", "c2"],
      ["a2", "b2"],
    ]);
    expect(told).toEqual(["drain"]);
  });
});

/** A transport that keeps what it is given until it is told to take it. */
function clog(transport: FakeTransport): void {
  const send = transport.send.bind(transport);
  transport.send = (message) => {
    transport.bufferedAmount += String(message).length;
    send(message);
  };
}

describe("after an outage the queue", () => {
  /** A client whose queue of ten-byte messages waits for the connection that is about to open, and takes nothing. */
  async function afterOutage(messages: number, options: object = {}) {
    const world = virtualWorld();
    const client = virtualClient(world, { sendQueue: { highWaterMark: 25 }, retryTimeout: 10, ...options });
    const told: unknown[] = [];
    client.on("drop", ({ message, outcome }) => told.push([message, outcome]));
    client.on("drain", () => told.push("drain"));
    const all = Array.from({ length: messages }, (_, index) => `message ${index}.`);
    for (const message of all) client.send(message);
    const transport = world.network.last;
    clog(transport);
    transport.open();
    await settled();
    return { world, client, transport, told, all };
  }

  test("leaves no faster than highWaterMark allows, and goes on when the platform has taken it", async () => {
    const { client, transport, told, all } = await afterOutage(8);
    expect(transport.sent).toEqual(all.slice(0, 3));
    expect(client.bufferedAmount).toBe(80);
    expect(transport.isWatched).toBe(true);
    for (const left of [6, 8]) {
      transport.drain();
      expect(transport.sent).toEqual(all.slice(0, left));
      expect(told).toEqual([]);
    }
    transport.drain();
    expect(told).toEqual(["drain"]);
    expect(transport.isWatched).toBe(false);
  });

  test("goes before what is sent meanwhile", async () => {
    const { client, transport, all } = await afterOutage(4);
    expect(client.send("meanwhile")).toBe(false);
    expect(transport.sent).toEqual(all.slice(0, 3));
    transport.drain();
    expect(transport.sent).toEqual([...all, "meanwhile"]);
  });

  test("leaves one by one if its messages are larger than highWaterMark", async () => {
    const { transport, all } = await afterOutage(3, { sendQueue: { highWaterMark: 5 } });
    for (const left of [1, 2, 3]) {
      expect(transport.sent).toEqual(all.slice(0, left));
      transport.drain();
    }
  });

  test("leaves before the Close frame, however much is buffered then", async () => {
    const { client, transport, all, told } = await afterOutage(8);
    const sentWhen: number[] = [];
    const close = transport.close.bind(transport);
    transport.close = (...facts) => {
      sentWhen.push(transport.sent.length);
      close(...facts);
    };
    void client.close();
    expect(sentWhen).toEqual([8]);
    expect(transport.sent).toEqual(all);
    transport.drain();
    transport.lose();
    await settled();
    expect(told.filter((event) => event !== "drain")).toEqual([]);
  });

  test.each(["lost", "replaced by reconnect()"])(
    "stays, in order, when the connection is %s in the middle",
    async (how) => {
      const { world, client, transport, all, told } = await afterOutage(8);
      if (how === "lost") transport.lose();
      else client.reconnect();
      await settled();
      client.send("meanwhile");
      // What was handed over, and not taken.
      expect(told).toEqual(all.slice(0, 3).map((message) => [message, "unknown"]));
      await world.runtime.advance(10);
      world.network.last.open();
      await settled();
      expect(world.network.last.sent).toEqual([...all.slice(3), "meanwhile"]);
    },
  );

  test("stays when the peer has ended the connection, and nobody tells how", async () => {
    const { world, client, transport, all } = await afterOutage(8);
    transport.isEnding = true;
    transport.drain();
    expect(client.phase).toBe("deciding");
    expect(transport.sent).toEqual(all.slice(0, 3));
    await world.runtime.advance(10_000);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(all.slice(3));
  });

  test("counts once for maxBytes, in the queue or in the platform's buffer", async () => {
    const { client, transport } = await afterOutage(8, { sendQueue: { highWaterMark: 25, maxBytes: 91 } });
    expect(() => client.send("x".repeat(12))).toThrow("the send queue is full");
    client.send("x".repeat(11));
    transport.drain();
    expect(client.bufferedAmount).toBe(61);
    expect(() => client.send("x".repeat(31))).toThrow("the send queue is full");
    expect(client.send("x".repeat(30))).toBe(false);
    expect(client.bufferedAmount).toBe(91);
  });

  test("is what deliver and flush wait for", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, { sendQueue: { highWaterMark: 5 } });
    const outcomes: string[] = [];
    for (const message of ["first.", "second.", "third."])
      void deliver(client, message).then((outcome) => outcomes.push(`${message} ${outcome}`));
    void flush(client).then((outcome) => outcomes.push(`all ${outcome}`));
    const transport = world.network.last;
    clog(transport);
    transport.open();
    await settled();
    for (const seen of [
      [],
      ["first. flushed"],
      ["first. flushed", "second. flushed"],
      ["first. flushed", "second. flushed", "third. flushed", "all flushed"],
    ]) {
      expect(outcomes).toEqual(seen);
      transport.drain();
      await settled();
    }
  });

  test("makes a volatile message wait for nobody: it is dropped while others wait", async () => {
    const { client, transport, told } = await afterOutage(4);
    transport.bufferedAmount = 0;
    expect(client.send("cursor", { volatile: true })).toBe(false);
    expect(told).toEqual([["cursor", "unsent"]]);
  });

  test("leaves once, and before the Close frame, when the client is closed from within a trace", async () => {
    let client: ReturnType<typeof virtualClient> | undefined;
    let hasClosed = false;
    const {
      transport,
      all,
      client: traced,
    } = await afterOutage(8, {
      trace({ type }: { type: string }) {
        if (type !== "sent" || hasClosed || client === undefined) return;
        hasClosed = true;
        void client.close();
      },
    });
    client = traced;
    transport.drain();
    expect(hasClosed).toBe(true);
    expect(transport.sent).toEqual(all);
    expect(transport.closeFrame?.code).toBe(1000);
  });

  test("keeps its order when a trace sends while it leaves", async () => {
    let client: ReturnType<typeof virtualClient> | undefined;
    const {
      transport,
      all,
      client: traced,
    } = await afterOutage(8, {
      trace({ type }: { type: string }) {
        if (type === "sent" && transport.sent.length === 5) client?.send("from a trace");
      },
    });
    client = traced;
    for (let left = 3; left > 0; left--) transport.drain();
    expect(transport.sent).toEqual([...all, "from a trace"]);
  });

  test("does not walk what waits for each message that leaves", async () => {
    const count = 20_000;
    const { transport } = await afterOutage(count, {
      sendQueue: { highWaterMark: 1, maxMessages: Infinity },
      trace: () => {},
    });
    while (transport.sent.length < count) transport.drain();
    expect(transport.sent).toHaveLength(count);
  }, 5_000);
});
