// handover(): the second connection beside the first, at every point of both, on a virtual clock.

import {
  type Client,
  deliver,
  explain,
  flush,
  type HandoverOptions,
  handover,
  heartbeat,
  info,
  messages,
  NotOpenError,
  OptionError,
  ping,
} from "@gundam/core";
import {
  closed,
  refused,
  reset,
  settled,
  type VirtualWorld,
  virtualClient,
  virtualWorld,
  withoutPings,
} from "@gundam/testing";
import { describe, expect, test } from "vitest";

/** What a promise has come to. */
function watch(promise: Promise<unknown>) {
  const seen: { state: "pending" | "done" | "failed"; value?: unknown; error?: unknown } = {
    state: "pending",
  };
  promise.then(
    (value) => Object.assign(seen, { state: "done", value }),
    (error) => Object.assign(seen, { state: "failed", error }),
  );
  return seen;
}

/** A client whose first connection is open, and that writes down what it is told. */
async function opened(options: object = {}, world: VirtualWorld = virtualWorld()) {
  const { network, runtime } = world;
  const told: string[] = [];
  const client = virtualClient(world, {
    retryTimeout: 100,
    onConnect: () => void told.push("connect"),
    onMessage: (message: unknown) => void told.push(`message ${message}`),
    onDisconnect: () => void told.push("disconnect"),
    onError: ({ code }: { code: string }) => void told.push(`error ${code}`),
    onClose: (code: number) => void told.push(`close ${code}`),
    ...options,
  });
  const drops: unknown[] = [];
  client.on("drop", ({ message, outcome }) => drops.push([message, outcome]));
  network.last.open();
  await settled();
  const first = network.last;
  /** A hand-over, and the transport that it dials. */
  const begin = async (options?: HandoverOptions) => {
    const promise = watch(handover(client, options));
    await settled();
    return { promise, second: network.last };
  };
  return { world, runtime, network, client, told, drops, first, begin };
}

describe("a hand-over", () => {
  test("dials beside the open connection, goes over when the new one is greeted, and tells of no disconnect", async () => {
    const { client, told, network, first, begin } = await opened();
    const { promise, second } = await begin({ code: 4001, reason: "moved" });
    expect(network.live).toEqual([first, second]);
    client.send("one");
    second.open();
    await settled();
    client.send("two");
    expect(promise.state).toBe("done");
    expect([first.sent, second.sent]).toEqual([["one"], ["two"]]);
    expect(first.closeFrame).toEqual({ code: 4001, reason: "moved" });
    expect(first.isAbandoned).toBe(false);
    expect(told).toEqual(["connect", "connect"]);
    expect(client.phase).toBe("open");
  });

  test("delivers the messages of both as they come, until the peer's Close has come", async () => {
    const { told, first, begin, network } = await opened();
    const { second } = await begin();
    second.open();
    second.receive("b1");
    await settled();
    first.receive("a1");
    second.receive("b2");
    first.receive("a2");
    first.lose(closed(1000));
    await settled();
    second.receive("b3");
    expect(told.slice(1)).toEqual([
      "connect",
      "message b1",
      "message a1",
      "message b2",
      "message a2",
      "message b3",
    ]);
    expect(network.live).toEqual([second]);
  });

  test("waits for that Close no longer than closingTimeout", async () => {
    const { runtime, first, begin } = await opened({ wsOpts: { closingTimeout: 700 } });
    const { second } = await begin();
    second.open();
    await settled();
    await runtime.advance(699);
    expect(first.isAbandoned).toBe(false);
    await runtime.advance(1);
    expect(first.isAbandoned).toBe(true);
  });

  describe("where there are no pings", () => {
    const given = { wsOpts: { closingTimeout: 1_700 } };

    test("sends Close a second later, and is told until then what its peer has sent before it heard of it", async () => {
      const { runtime, told, first, begin } = await opened(given, withoutPings());
      const { second } = await begin();
      second.open();
      await settled();
      await runtime.advance(999);
      first.receive("late");
      expect(first.closeFrame).toBeUndefined();
      await runtime.advance(1);
      expect(first.closeFrame).toEqual({ code: 1000, reason: "" });
      expect(told.at(-1)).toBe("message late");
    });

    test("waits for that Close no longer than closingTimeout from the beginning", async () => {
      const { runtime, first, begin } = await opened(given, withoutPings());
      const { second } = await begin();
      second.open();
      await settled();
      await runtime.advance(1_699);
      expect(first.isAbandoned).toBe(false);
      await runtime.advance(1);
      expect(first.isAbandoned).toBe(true);
    });

    test("sends Close when the time is over, although that is less than a second", async () => {
      const { runtime, first, begin } = await opened({ wsOpts: { closingTimeout: 300 } }, withoutPings());
      const { second } = await begin();
      second.open();
      await settled();
      await runtime.advance(299);
      expect(first.closeFrame).toBeUndefined();
      await runtime.advance(1);
      expect(first).toMatchObject({ closeFrame: { code: 1000, reason: "" }, isAbandoned: true });
    });

    test("sends Close later when the socket has yet to take what was sent", async () => {
      const { runtime, client, first, begin } = await opened(given, withoutPings());
      first.bufferedAmount = 10;
      const flushed = watch(deliver(client, "slow"));
      const { second } = await begin();
      second.open();
      await settled();
      await runtime.advance(1_200);
      expect([first.closeFrame, flushed.state]).toEqual([undefined, "pending"]);
      first.drain();
      await settled();
      expect(first.closeFrame).toEqual({ code: 1000, reason: "" });
      expect(flushed.state).toBe("done");
    });
  });

  test("greets: what onConnect sends, and what is sent ahead, goes to the new one, all else to the first", async () => {
    let greeted!: () => void;
    let isSecond = false;
    const { client, first, begin } = await opened({
      onConnect(_: unknown, client: Client) {
        client.send("hello");
        const greeting = isSecond ? new Promise<void>((resolve) => (greeted = resolve)) : undefined;
        isSecond = true;
        return greeting;
      },
    });
    const { promise, second } = await begin();
    second.open();
    await settled();
    client.send("ahead", { ahead: true });
    client.send("plain");
    expect([first.sent, second.sent]).toEqual([
      ["hello", "plain"],
      ["hello", "ahead"],
    ]);
    expect(promise).toEqual({ state: "pending" });
    greeted();
    await settled();
    expect(promise.state).toBe("done");
    expect(info(client)).toMatchObject({ messagesSent: 2, life: { connections: 2, messagesSent: 4 } });
  });

  test("can be waited for within a callback", async () => {
    const { told, client, first, network } = await opened({
      onMessage: async (message: unknown, client: Client) => {
        if (message === "go away") await handover(client);
        told.push(`handled ${message}`);
      },
    });
    first.receive("go away");
    first.receive("next");
    await settled();
    network.last.open();
    await settled();
    expect(told).toEqual(["connect", "connect", "handled go away", "handled next"]);
    expect(client.phase).toBe("open");
  });

  test("has a signal of its own for its connection", async () => {
    const { client, begin } = await opened();
    const before = client.connectionSignal;
    const { second } = await begin();
    expect(client.connectionSignal).toBe(before);
    second.open();
    await settled();
    expect(before.aborted).toBe(true);
    expect(client.connectionSignal.aborted).toBe(false);
    second.lose();
    await settled();
    expect(client.connectionSignal.aborted).toBe(true);
  });

  test("goes on one after the other, and each former one is waited for", async () => {
    const { network, begin, client } = await opened();
    for (let round = 0; round < 4; round++) {
      const { second } = await begin();
      second.open();
      await settled();
    }
    expect(network.transports).toHaveLength(5);
    expect(network.live).toHaveLength(5);
    for (const former of network.transports.slice(0, 4)) former.lose(closed(1000));
    await settled();
    expect(network.live).toEqual([network.last]);
    expect(client.phase).toBe("open");
  });

  test("watches the new connection from then on", async () => {
    const { runtime, begin, told, first } = await opened({
      wsOpts: { heartbeat: heartbeat({ message: "?", interval: 1000, timeout: 500 }) },
    });
    await runtime.advance(900);
    const { second } = await begin();
    second.open();
    await settled();
    await runtime.advance(900);
    expect([first.sent, second.sent]).toEqual([[], []]);
    await runtime.advance(700);
    expect(second.sent).toEqual(["?"]);
    expect(told).toContain("error ERR_DEAD_PEER");
  });

  test("is told by an event, and explained", async () => {
    const { client, begin } = await opened();
    const events: unknown[] = [];
    client.on("handover", (event) => events.push(event));
    const { second } = await begin();
    second.open();
    await settled();
    const failing = await begin();
    failing.second.lose(refused(503));
    await settled();
    expect(events).toEqual([
      { url: "ws://example.test/", error: undefined },
      { url: "ws://example.test/", error: expect.objectContaining({ status: 503 }) },
    ]);
    expect(explain(client).attempts).toMatchObject([
      { opened: true, verdict: "handed over" },
      { opened: false, error: { code: "ERR_REFUSED" }, verdict: "kept" },
      { opened: true, verdict: undefined },
    ]);
  });
});

describe("a hand-over that fails", () => {
  test.each<[string, (second: Awaited<ReturnType<typeof opened>>["first"]) => void, string]>([
    ["before it opens", (second) => second.lose(refused(503)), "ERR_REFUSED"],
    [
      "while it is greeted",
      (second) => {
        second.open();
        second.lose(closed(1012));
      },
      "ERR_CLOSED",
    ],
  ])("%s rejects, and nothing else has happened", async (_, fail, code) => {
    let isSecond = false;
    const { client, told, first, network, begin, runtime } = await opened({
      retry: 2,
      onConnect: () => (isSecond ? new Promise(() => {}) : undefined),
    });
    isSecond = true;
    const before = info(client).retriesLeft;
    const { promise, second } = await begin();
    fail(second);
    await settled();
    expect(promise).toMatchObject({ state: "failed", error: { code } });
    expect(network.live).toEqual([first]);
    expect(told.filter((what) => what !== "connect")).toEqual([]);
    expect(info(client)).toMatchObject({ phase: "open", attempt: 1, retriesLeft: before });
    client.send("still here");
    expect(first.sent).toEqual(["still here"]);
    // What the first attempt after it hears is its own.
    first.lose();
    isSecond = false;
    await runtime.advance(100);
    network.last.open();
    await settled();
    expect(client.phase).toBe("open");
  });

  test("in a function of the attempt rejects with its error", async () => {
    let asked = 0;
    const { client, first, begin } = await opened({
      url: () => {
        if (asked++ > 0) throw new Error("no address");
        return "ws://example.test/";
      },
    });
    const { promise } = await begin();
    expect(promise).toMatchObject({ state: "failed", error: { code: "ERR_PROVIDER" } });
    expect(client.phase).toBe("open");
    expect(first.isAbandoned).toBe(false);
  });

  test("in onConnect rejects with its error, sends Close, and tells onError", async () => {
    let calls = 0;
    const { client, told, begin } = await opened({
      onConnect: () => {
        if (calls++ > 0) throw new Error("not like this");
      },
    });
    const { promise, second } = await begin();
    second.open();
    await settled();
    expect(promise).toMatchObject({ state: "failed", error: { code: "ERR_CALLBACK" } });
    expect(second).toMatchObject({ isAbandoned: true, closeFrame: { code: 1000 } });
    expect(told).toEqual(["error ERR_CALLBACK"]);
    expect(client.phase).toBe("open");
  });

  test("by time rejects with it: openTimeout, and callbackTimeout for onConnect", async () => {
    let calls = 0;
    const { runtime, begin, network, first } = await opened({
      openTimeout: 300,
      callbackTimeout: 200,
      onConnect: () => (calls++ > 0 ? new Promise(() => {}) : undefined),
    });
    const slow = await begin();
    await runtime.advance(300);
    expect(slow.promise).toMatchObject({ state: "failed", error: { code: "ERR_TIMEOUT" } });
    const silent = await begin();
    silent.second.open();
    await runtime.advance(200);
    expect(silent.promise).toMatchObject({ state: "failed", error: { code: "ERR_TIMEOUT" } });
    expect(network.live).toEqual([first]);
  });

  test("by its signal rejects with the reason, whenever that is", async () => {
    const { client, begin, network, first } = await opened();
    const reason = new Error("no longer");
    const aborting = new AbortController();
    const { promise, second } = await begin({ signal: aborting.signal });
    aborting.abort(reason);
    await settled();
    expect(promise).toMatchObject({ state: "failed", error: reason });
    expect(second.isAbandoned).toBe(true);
    expect(await handover(client, { signal: aborting.signal }).catch((error: unknown) => error)).toBe(reason);
    expect(network.live).toEqual([first]);
    expect(network.transports).toHaveLength(2);
  });

  test("gives what was sent over it a true outcome", async () => {
    let calls = 0;
    const { client, drops, begin, network } = await opened({
      onConnect: () => (calls++ > 0 ? new Promise(() => {}) : undefined),
    });
    const { second } = await begin();
    second.open();
    second.bufferedAmount = 100;
    await settled();
    const delivery = watch(deliver(client, "ahead", { ahead: true }));
    second.lose();
    await settled();
    expect(delivery).toMatchObject({ state: "failed", error: { code: "ERR_UNKNOWN_DELIVERY" } });
    expect(drops).toEqual([["ahead", "unknown"]]);
    expect(network.live).toHaveLength(1);
  });
});

describe("a hand-over is refused", () => {
  test("where there is no open connection, and while another is under way", async () => {
    const { client, begin, first, network } = await opened();
    const { promise } = await begin();
    const other = await begin();
    expect(other.promise.error).toBeInstanceOf(NotOpenError);
    expect(String(other.promise.error)).toContain("another hand-over is under way");
    expect(promise.state).toBe("pending");
    expect(network.transports).toHaveLength(2);
    client.terminate();
    await settled();
    const late = await begin();
    expect(String(late.promise.error)).toContain("no open connection");
    expect(first.isAbandoned).toBe(true);
  });

  test.each([
    [{ code: 1001 }, "handover.code"],
    [{ code: 4000, reason: "x".repeat(124) }, "handover.reason"],
    [{ signal: {} }, "handover.signal"],
    [{ timeout: 5 }, "handover.timeout"],
  ])("with %o", async (options, option) => {
    const { client, network } = await opened();
    expect(() => handover(client, options as HandoverOptions)).toThrow(OptionError);
    expect(() => handover(client, options as HandoverOptions)).toThrow(expect.objectContaining({ option }));
    expect(network.transports).toHaveLength(1);
  });
});

describe("the first connection is lost meanwhile", () => {
  test("and the new one is the attempt, for nothing", async () => {
    const { client, told, first, begin, network } = await opened({ retry: 0, stableAfter: 60_000 });
    const { promise, second } = await begin();
    first.lose();
    await settled();
    expect(client.phase).toBe("connecting");
    client.send("waits");
    second.open();
    await settled();
    expect(promise.state).toBe("done");
    expect(told).toEqual(["connect", "error ERR_CONNECT", "disconnect", "connect"]);
    expect(second.sent).toEqual(["waits"]);
    expect(network.transports).toHaveLength(2);
    expect(client.phase).toBe("open");
    expect(explain(client).attempts).toMatchObject([
      { opened: true, error: { code: "ERR_CONNECT" } },
      { opened: true, error: undefined, url: "ws://example.test/" },
    ]);
  });

  test("and who was told of the new one is not told that there is none", async () => {
    let calls = 0;
    let greeted!: () => void;
    const { told, first, begin, client } = await opened({
      onConnect: () => {
        return calls++ > 0 ? new Promise<void>((resolve) => (greeted = resolve)) : undefined;
      },
    });
    const { promise, second } = await begin();
    second.open();
    await settled();
    first.lose(closed(1012));
    await settled();
    expect(promise).toEqual({ state: "pending" });
    greeted();
    await settled();
    expect(promise.state).toBe("done");
    expect(told).toEqual([]);
    second.lose(closed(1012));
    await settled();
    expect(told).toEqual(["disconnect"]);
    expect(client.phase).toBe("waiting");
  });

  test("while its url is still asked for, too", async () => {
    let answer!: (url: string) => void;
    let asked = 0;
    const { first, begin, client, network } = await opened({
      url: () => (asked++ > 0 ? new Promise<string>((resolve) => (answer = resolve)) : "ws://example.test/"),
    });
    const { promise } = await begin();
    first.lose();
    await settled();
    expect(client.phase).toBe("preparing");
    answer("ws://other.test/");
    await settled();
    network.last.open();
    await settled();
    expect(promise.state).toBe("done");
    expect(info(client).url).toBe("ws://other.test/");
  });

  test("and if the new one fails, too, a retry follows as ever, and its connection is what was asked for", async () => {
    const { first, begin, network, runtime, client } = await opened({ retry: 1 });
    const { promise, second } = await begin();
    first.lose();
    second.lose(refused(503));
    await settled();
    expect(promise.state).toBe("pending");
    expect(client.phase).toBe("waiting");
    await runtime.advance(200);
    network.last.open();
    await settled();
    expect(promise.state).toBe("done");
  });
});

describe("what ends or replaces the connection ends the hand-over", () => {
  test.each<[string, (client: Client) => unknown, string]>([
    ["close()", (client) => client.close(), "closing"],
    ["terminate()", (client) => client.terminate(), "closed"],
    ["reconnect()", (client) => client.reconnect(), "connecting"],
  ])("%s", async (_, end, phase) => {
    const { client, begin } = await opened();
    const { promise, second } = await begin();
    end(client);
    await settled();
    expect(promise.error).toBeInstanceOf(NotOpenError);
    expect(second.isAbandoned).toBe(true);
    expect(client.phase).toBe(phase);
  });

  test("and after the end nothing is left, of those that have given way either", async () => {
    const { client, begin, network, runtime, told } = await opened();
    const { second } = await begin();
    second.open();
    await settled();
    const closing = watch(client.close());
    second.lose(closed(1000));
    await settled();
    expect(closing.state).toBe("done");
    expect(network.live).toEqual([]);
    expect(runtime.timers).toBe(0);
    expect(told.at(-1)).toBe("close 1000");
  });
});

describe("what is on its way over the first one", () => {
  test("is flushed when the kernel has taken it, and acked when the ping before the Close is answered", async () => {
    const { client, first, begin, drops } = await opened();
    first.bufferedAmount = 100;
    const flushed = watch(deliver(client, "one"));
    const acked = watch(deliver(client, "two", { ack: true }));
    const { second } = await begin();
    second.open();
    await settled();
    const all = watch(flush(client, { ack: true }));
    expect([flushed.state, acked.state, all.state]).toEqual(["pending", "pending", "pending"]);
    first.drain();
    await settled();
    expect([flushed.value, acked.state]).toEqual(["flushed", "pending"]);
    first.receivePong(first.pings.at(-1)!);
    first.lose(closed(1000));
    await settled();
    expect([acked.value, all.value]).toEqual(["acked", "acked"]);
    expect(drops).toEqual([]);
  });

  test("is unknown when the first is lost before, and not sent again", async () => {
    const { client, first, begin, drops } = await opened();
    first.bufferedAmount = 100;
    client.send("one");
    const acked = watch(deliver(client, "two", { ack: true }));
    const { second } = await begin();
    second.open();
    await settled();
    client.send("three");
    first.lose(reset());
    await settled();
    expect(acked.error).toMatchObject({ code: "ERR_UNKNOWN_DELIVERY" });
    expect(drops).toEqual([
      ["one", "unknown"],
      ["two", "unknown"],
    ]);
    expect(second.sent).toEqual(["three"]);
  });

  test("is not acked by the new one's pong", async () => {
    const { client, first, begin } = await opened();
    first.bufferedAmount = 100;
    const acked = watch(deliver(client, "two", { ack: true }));
    const { second } = await begin();
    second.open();
    await settled();
    first.drain();
    void ping(client);
    second.receivePong(second.pings.at(-1)!);
    await settled();
    expect(acked.state).toBe("pending");
  });
});

describe("a reader that has not kept up", () => {
  test("stops the reading of the new one, and what the former one still brings is bounded", async () => {
    const { client, first, begin, told } = await opened({ onMessage: undefined });
    const reader = messages(client, { maxMessages: 2 });
    first.receive("1");
    first.receive("2");
    expect(first.isPaused).toBe(true);
    const { second } = await begin();
    second.open();
    await settled();
    expect([first.isPaused, second.isPaused]).toEqual([false, true]);
    for (let n = 0; n < 100; n++) first.receive(`late ${n}`);
    expect(told.filter((what) => what === "error ERR_QUEUE_FULL")).toHaveLength(1);
    const read: unknown[] = [];
    for (let n = 0; n < 66; n++) read.push((await reader.next()).value);
    expect(read.slice(0, 3)).toEqual(["1", "2", "late 0"]);
    expect(read.at(-1)).toBe("late 63");
    expect(second.isPaused).toBe(false);
  });
});
