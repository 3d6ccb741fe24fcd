import { ReadableStream } from "node:stream/web";
import {
  type GundamError,
  type MessagesOptions,
  messages,
  OptionError,
  type Platform,
  QueueFullError,
  updateFlow,
} from "@gundam/core";
import { closed, refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
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
  return { ...world, platform: { ...world.platform, dial, ping: undefined } };
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

describe("a reader that held the reading back", () => {
  type Client = Awaited<ReturnType<typeof openClient>>["client"];
  type Reader = ReturnType<typeof messages<Client>>;

  /** A client that is refused its second retry, and two readers that are full. */
  async function bothFull() {
    const opened = await openClient({ retry: 5, retryTimeout: 100 });
    const readers = [
      messages(opened.client, { maxMessages: 1 }),
      messages(opened.client, { maxMessages: 1 }),
    ];
    opened.transport.receive("a");
    expect(opened.transport.isPaused).toBe(true);
    return { ...opened, readers: readers as [Reader, Reader] };
  }
  type BothFull = Awaited<ReturnType<typeof bothFull>>;

  /** The next connection of this life, or of the next. */
  async function nextConnection({ client, world, transport }: BothFull) {
    if (client.phase === "closed") client.reconnect();
    else if (world.network.last === transport && client.phase === "open") transport.lose();
    await world.runtime.advance(100);
    world.network.last.open();
    await settled();
    expect(client.phase).toBe("open");
    return world.network.last;
  }

  type End = (reader: Reader, all: BothFull) => Promise<unknown>;

  const endsOfOne: [string, End][] = [
    ["is left", (reader) => reader.return!()],
    [
      "is left by break",
      async (reader) => {
        for await (const _ of reader) break;
      },
    ],
    ["has read on", (reader) => reader.next()],
  ];
  const endsOfAll: [string, End][] = [
    [
      "ends with close()",
      async (_, { client, transport }) => {
        const closing = client.close();
        transport.lose(closed(1000));
        await closing;
      },
    ],
    ["ends with terminate()", async (_, { client }) => client.terminate()],
    [
      "ends with the client that gives up",
      async (_, { world, transport }) => {
        transport.lose();
        await world.runtime.advance(100);
        world.network.last.lose(refused(404));
        await settled();
      },
    ],
  ];
  const pairs = endsOfOne.flatMap(([first, end]) =>
    [...endsOfOne, ...endsOfAll].map(([second, other]): [string, string, End, End] => [
      first,
      second,
      end,
      other,
    ]),
  );

  test.each(pairs)("holds no connection back once it %s, and the other %s", async (_, __, first, second) => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const all = await bothFull();
      const [one, other] = order.map((index) => all.readers[index]) as [Reader, Reader];
      await first(one, all);
      expect(all.transport.isPaused).toBe(true);
      await second(other, all);
      if (all.client.phase === "open") expect(all.transport.isPaused).toBe(false);
      expect((await nextConnection(all)).isPaused).toBe(false);
    }
  });

  test.each(endsOfAll)("holds no connection of the next life back when it %s", async (_, end) => {
    const all = await bothFull();
    await end(all.readers[0], all);
    const next = await nextConnection(all);
    expect(next.isPaused).toBe(false);
    // What it had is still read, and changes nothing for the others.
    const full = messages(all.client, { maxMessages: 1 });
    next.receive("b");
    expect(next.isPaused).toBe(true);
    for (const reader of all.readers) {
      await expect(reader.next()).resolves.toMatchObject({ value: "a" });
      await reader.return!();
      expect(next.isPaused).toBe(true);
    }
    await full.next();
    expect(next.isPaused).toBe(false);
  });

  test("holds the next connection back while it is full, whoever else has ended", async () => {
    const all = await bothFull();
    await all.readers[0].return!();
    all.transport.lose();
    await all.world.runtime.advance(100);
    all.world.network.last.open();
    await settled();
    const next = all.world.network.last;
    expect(next.isPaused).toBe(true);
    await all.readers[1].next();
    expect(next.isPaused).toBe(false);
  });

  test("holds the next connection back when it is left between the two, no more", async () => {
    const all = await bothFull();
    all.transport.lose();
    await all.readers[0].return!();
    await all.world.runtime.advance(100);
    // Dialled, not yet open.
    await all.readers[1].next();
    all.world.network.last.open();
    await settled();
    expect(all.world.network.last.isPaused).toBe(false);
  });

  test("ends twice, and gives back what it held once", async () => {
    const all = await bothFull();
    const other = all.readers[1];
    await all.readers[0].return!();
    await all.readers[0].return!();
    expect(all.transport.isPaused).toBe(true);
    await other.next();
    expect(all.transport.isPaused).toBe(false);
    all.transport.receive("b");
    expect(all.transport.isPaused).toBe(true);
  });

  test("that overflowed, where nobody can stop reading, leaves the next one what it may keep", async () => {
    const { client, transport } = await openClient({}, pagelike());
    const overflowing = messages(client, { maxMessages: 1 });
    transport.receive("a");
    transport.receive("b");
    const next = messages(client, { maxMessages: 2 });
    transport.receive("c");
    transport.receive("d");
    await overflowing.next();
    await expect(overflowing.next()).rejects.toBeInstanceOf(QueueFullError);
    expect([await next.next(), await next.next()]).toMatchObject([{ value: "c" }, { value: "d" }]);
  });

  test("a flow that is used up, and callbacks that lag, hold back with it, each until it lets go", async () => {
    let finish!: () => void;
    const onMessage = () => new Promise<void>((resolve) => (finish = resolve));
    const { client, transport } = await openClient({ onMessage, wsOpts: { flow: 2 } });
    const reader = messages(client, { maxMessages: 2 });
    transport.receive("a");
    transport.receive("b");
    expect(transport.isPaused).toBe(true);
    updateFlow(client, 10);
    expect(transport.isPaused).toBe(true);
    finish();
    await settled();
    expect(transport.isPaused).toBe(true);
    await reader.next();
    expect(transport.isPaused).toBe(false);
    finish();
  });
});

describe("while the client is closing", () => {
  test("a reader has what fits, more is let go and told once, and the peer's Close is read", async () => {
    const { client, transport } = await openClient();
    const errors: GundamError[] = [];
    client.on("error", (error) => errors.push(error));
    const reader = messages(client, { maxMessages: 3 });
    transport.receive("0");
    void client.close();
    for (let index = 1; index < 1000; index++) transport.receive(String(index));
    expect(transport.isPaused).toBe(false);
    transport.lose(closed(1000));
    expect(client.phase).toBe("closed");
    const seen: unknown[] = [];
    for await (const message of reader) seen.push(message);
    expect(seen).toEqual(["0", "1", "2"]);
    expect(errors).toEqual([expect.any(QueueFullError)]);
    expect(errors[0]!.message).toContain("while the client was closing; the last were let go");
  });

  test("a reader that was full already resumes the reading, up to the peer's Close", async () => {
    const { client, transport } = await openClient();
    const reader = messages(client, { maxMessages: 1 });
    transport.receive("a");
    expect(transport.isPaused).toBe(true);
    const closing = client.close();
    expect(transport.isPaused).toBe(false);
    for (let index = 0; index < 1000; index++) transport.receive("b");
    transport.lose(closed(1000));
    await closing;
    expect([await reader.next(), await reader.next()]).toMatchObject([{ value: "a" }, { done: true }]);
  });

  test("a reader that keeps up has every message", async () => {
    const { client, transport } = await openClient();
    const reader = messages(client, { maxMessages: 1 });
    void client.close();
    for (let index = 0; index < 1000; index++) {
      transport.receive(String(index));
      await expect(reader.next()).resolves.toMatchObject({ value: String(index) });
    }
    expect(client.lastError).toBeUndefined();
  });
});

describe("small messages", () => {
  test("count for what they cost: a reader of many stops the reading before they outgrow maxBytes", async () => {
    const { client, transport } = await openClient();
    messages(client, { maxMessages: Infinity, maxBytes: 1024 * 1024 });
    let kept = 0;
    while (!transport.isPaused && kept < 1_000_000) {
      transport.receive("of twenty characters");
      kept++;
    }
    // 180 bytes each, but for 1,024 messages that are free.
    expect(kept).toBe(Math.ceil((1024 * 1024 + 1024 * 160) / 180));
  });

  test("do so where the platform cannot stop reading, too", async () => {
    const { client, transport } = await openClient({}, pagelike());
    const reader = messages(client, { maxMessages: Infinity, maxBytes: 1024 * 1024 });
    for (let index = 0; index < 10_000; index++) transport.receive("of twenty characters");
    let read = 0;
    const readAll = async () => {
      for await (const _ of reader) read++;
    };
    await expect(readAll()).rejects.toBeInstanceOf(QueueFullError);
    expect(read).toBe(Math.ceil((1024 * 1024 + 1024 * 160) / 180));
  });

  test("a limit of a few bytes means just these", async () => {
    const { client, transport } = await openClient();
    messages(client, { maxBytes: 1024 });
    for (let index = 0; index < 1023; index++) transport.receive("x");
    expect(transport.isPaused).toBe(false);
    transport.receive("x");
    expect(transport.isPaused).toBe(true);
  });
});

describe("the limits of a reader", () => {
  test.each([
    [{ maxMessages: 0 }, "maxMessages must be a whole number, 1 or more, or Infinity, not 0"],
    [{ maxBytes: "1" }, "maxBytes must be a whole number, 1 or more, or Infinity, not this string"],
    [{ maxmessages: 1 }, "maxmessages is not an option"],
    ["none", "options must be an object, not this string"],
  ])("%j are refused, and nothing is left behind", async (limits, text) => {
    const { client, transport } = await openClient();
    expect(() => messages(client, limits as MessagesOptions)).toThrow(OptionError);
    expect(() => messages(client, limits as MessagesOptions)).toThrow(text);
    transport.receive("a");
    expect(transport.isPaused).toBe(false);
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
