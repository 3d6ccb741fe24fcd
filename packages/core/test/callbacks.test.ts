// The order of callbacks, and what becomes of those that hang or throw.

import { CallbackError, type GundamError, QueueFullError, TimeoutError } from "@gundam/core";
import { closed, reset, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

/** An `onMessage` whose calls end when the test says so. */
function slowly() {
  const told: string[] = [];
  const ends = new Map<string, () => void>();
  let running = 0;
  let most = 0;
  return {
    told,
    /** How many ran at once. */
    get most() {
      return most;
    },
    end: async (message: string) => {
      ends.get(message)!();
      await settled();
    },
    onMessage: async (message: string) => {
      told.push(message);
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => ends.set(message, resolve));
      running--;
      told.push(`end of ${message}`);
    },
  };
}

/** An open client whose `onMessage` is slow. */
async function opened(options: object = {}) {
  const world = virtualWorld();
  const slow = slowly();
  const { told, onMessage } = slow;
  const client = virtualClient(world, {
    callbackTimeout: 1000,
    retryTimeout: 0,
    stableAfter: 0,
    onMessage,
    onDisconnect: () => void told.push("disconnect"),
    onClose: (code: number) => void told.push(`close ${code}`),
    onError: (error: GundamError) => void told.push(error.message),
    ...options,
  });
  world.network.last.open();
  await settled();
  const receive = (...messages: string[]) => {
    for (const message of messages) world.network.last.receive(message);
  };
  return { world, client, slow, told, receive, runtime: world.runtime };
}

/** Loses the connection, and opens the next one once it is dialled. */
async function reconnected({ network, runtime }: ReturnType<typeof virtualWorld>) {
  const before = network.transports.length;
  network.last.lose(closed(1000));
  await runtime.advance(1000);
  expect(network.transports).toHaveLength(before + 1);
  network.last.open();
  await settled();
}

const tooLong = "onMessage took longer than callbackTimeout (1000 ms)";

describe("an onMessage that hangs", () => {
  test("holds a reconnect up for callbackTimeout, and keeps its turn: no other runs beside it, and all in order", async () => {
    const { world, slow, told, receive, runtime } = await opened();
    receive("a", "b", "c");
    await reconnected(world);
    receive("d", "e");
    await runtime.advance(60_000);
    expect(told[0]).toBe("a");
    expect(told.slice(1).sort()).toEqual(["disconnect", tooLong]);
    for (const message of ["a", "b", "c", "d", "e"]) await slow.end(message);
    expect(told.slice(3)).toEqual([
      "end of a",
      ...["b", "c", "d", "e"].flatMap((message) => [message, `end of ${message}`]),
    ]);
    expect(slow.most).toBe(1);
  });

  test("keeps its turn when the wait for it is given up again and again", async () => {
    const { world, slow, told, receive } = await opened();
    receive("a0", "b0");
    for (const connection of [1, 2, 3]) {
      await reconnected(world);
      receive(`a${connection}`, `b${connection}`);
    }
    const messages = [0, 1, 2, 3].flatMap((connection) => [`a${connection}`, `b${connection}`]);
    for (const message of messages) await slow.end(message);
    const order = messages.flatMap((message) => [message, `end of ${message}`]);
    expect(told.filter((word) => /^(end of )?[ab]\d$/.test(word))).toEqual(order);
    expect(slow.most).toBe(1);
  });

  test("keeps its turn although it is given up in the midst of a backlog", async () => {
    const { world, slow, told, receive } = await opened();
    receive("a", "b", "c");
    await slow.end("a");
    await reconnected(world);
    receive("d");
    for (const message of ["b", "c", "d"]) await slow.end(message);
    expect(told.filter((word) => /^[a-d]$/.test(word))).toEqual(["a", "b", "c", "d"]);
    expect(slow.most).toBe(1);
  });

  test("is told once, to onError and while it still hangs; the next one that hangs is told again", async () => {
    const { client, slow, told, receive, runtime } = await opened();
    const errors: GundamError[] = [];
    client.on("error", (error) => errors.push(error));
    receive("a", "b");
    await runtime.advance(999);
    expect(told).toEqual(["a"]);
    await runtime.advance(1);
    expect(told).toEqual(["a", tooLong]);
    await runtime.advance(60_000);
    expect(told).toEqual(["a", tooLong]);
    expect(errors).toEqual([expect.any(TimeoutError)]);
    expect(errors[0]).toMatchObject({ phase: "onMessage", timeout: 1000 });
    await slow.end("a");
    await runtime.advance(999);
    expect(told.slice(2)).toEqual(["end of a", "b"]);
    await runtime.advance(60_000);
    expect(told.slice(2)).toEqual(["end of a", "b", tooLong]);
    expect(client.phase).toBe("open");
  });

  test("is told though others have hung before and after it on the same deadline", async () => {
    const { slow, told, receive, runtime } = await opened();
    for (const message of ["a", "b"]) {
      receive(message);
      await runtime.advance(900);
      await slow.end(message);
    }
    receive("c");
    await runtime.advance(999);
    expect(told).not.toContain(tooLong);
    await runtime.advance(1);
    expect(told.at(-1)).toBe(tooLong);
  });

  test("holds no loss up once it has been told", async () => {
    const { world, told, receive, runtime } = await opened();
    receive("a");
    await runtime.advance(1000);
    world.network.last.lose(closed(1000));
    await settled(40);
    expect(told).toEqual(["a", tooLong, "disconnect"]);
    expect(world.network.transports).toHaveLength(2);
  });

  test("is waited for by onClose for callbackTimeout, and after it nothing of what waited behind comes", async () => {
    const { client, slow, told, receive, runtime } = await opened();
    receive("a", "b", "c");
    client.terminate();
    await runtime.advance(999);
    expect(told).toEqual(["a"]);
    await runtime.advance(1);
    expect(told).toEqual(["a", "close 1006"]);
    await slow.end("a");
    await runtime.advance(60_000);
    expect(told).toEqual(["a", "close 1006", "end of a"]);
    expect(runtime.timers).toBe(0);
  });

  test("of one life lets no message of the next overtake it", async () => {
    const { world, client, slow, told, receive, runtime } = await opened();
    receive("a", "of the old life");
    client.terminate();
    await runtime.advance(1000);
    client.reconnect();
    await runtime.advance(1000);
    world.network.last.open();
    await settled();
    receive("b");
    await runtime.advance(60_000);
    expect(told.filter((word) => word !== tooLong)).toEqual(["a", "close 1006"]);
    await slow.end("a");
    expect(told.at(-1)).toBe("b");
    expect(slow.most).toBe(1);
  });
});

describe("while the client is closing", () => {
  const problem =
    "messages came faster than they were handled while the client was closing; the last were let go";

  test.each<[string, (index: number) => string, number]>([
    ["64 messages", (index) => `message ${index}`, 64],
    ["1 MiB", (index) => String(index).padEnd(256 * 1024), 4],
  ])("a backlog of more than %s is let go, and told once", async (_, message, kept) => {
    const { world, client, slow, told, receive } = await opened();
    const errors: GundamError[] = [];
    client.on("error", (error) => errors.push(error));
    receive("first");
    void client.close();
    expect(world.network.last.isPaused).toBe(false);
    const messages = Array.from({ length: 1000 }, (_, index) => message(index));
    receive(...messages);
    world.network.last.lose(closed(1000));
    expect(client.phase).toBe("closed");
    expect(errors).toEqual([expect.any(QueueFullError)]);
    expect(errors[0]!.message).toBe(problem);
    await slow.end("first");
    for (let index = 0; told.at(-1) === messages[index]; index++) await slow.end(messages[index]!);
    const handled = told.filter((word) => messages.includes(word));
    expect(handled).toEqual(messages.slice(0, handled.length));
    expect(handled.length).toBeLessThanOrEqual(kept);
    expect(handled.length).toBeGreaterThanOrEqual(kept - 1);
    expect(told.at(-1)).toBe("close 1000");
    expect(slow.most).toBe(1);
  });

  test("a callback that keeps up hears every message", async () => {
    const heard: string[] = [];
    const { client, receive } = await opened({ onMessage: (message: string) => void heard.push(message) });
    void client.close();
    const messages = Array.from({ length: 1000 }, (_, index) => `message ${index}`);
    receive(...messages);
    expect(heard).toEqual(messages);
    expect(client.lastError).toBeUndefined();
  });

  test("a slow callback with little waiting hears every message, however much there is in all", async () => {
    const { world, client, slow, told, receive } = await opened();
    receive("first");
    void client.close();
    const messages = Array.from({ length: 20 }, (_, index) => String(index).padEnd(256 * 1024));
    receive(messages[0]!);
    await slow.end("first");
    for (const [index, message] of messages.entries()) {
      if (index + 1 < messages.length) receive(messages[index + 1]!);
      await slow.end(message);
    }
    expect(told.filter((word) => messages.includes(word))).toEqual(messages);
    expect(client.lastError).toBeUndefined();
    world.network.last.lose(closed(1000));
  });

  test("an onMessage that awaits close() ends when the peer has answered, whatever came before", async () => {
    const told: string[] = [];
    const { world, client, receive } = await opened({
      async onMessage(message: string) {
        told.push(message);
        if (message === "the last") await client.close();
        told.push(`end of ${message}`);
      },
    });
    receive("the last");
    receive(...Array.from({ length: 1000 }, (_, index) => `message ${index}`));
    expect(world.network.last.isPaused).toBe(false);
    expect(told).toEqual(["the last"]);
    world.network.last.lose(closed(1000));
    await settled(200);
    expect(told.slice(0, 3)).toEqual(["the last", "end of the last", "message 0"]);
    expect(client.phase).toBe("closed");
  });
});

describe("whatever is thrown", () => {
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const hostile = () => {
    const trap = () => {
      throw new Error("in a trap");
    };
    return new Proxy(
      {},
      { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap },
    );
  };
  const things: [string, () => unknown][] = [
    ["a revoked Proxy", revoked],
    ["a Proxy that throws at every question", hostile],
    ["an Error whose message throws", () => Object.defineProperty(new Error(), "message", { get: hostile })],
    ["an object without a prototype", () => Object.create(null)],
    ["a symbol", () => Symbol("thrown")],
    ["null", () => null],
    ["undefined", () => undefined],
  ];
  const throwers: [string, (make: () => unknown) => () => unknown][] = [
    [
      "throws",
      (make) => () => {
        throw make();
      },
    ],
    ["rejects with", (make) => () => Promise.reject(make())],
  ];
  const cases = things.flatMap(([thing, make]) =>
    throwers.map(([how, thrower]): [string, string, () => unknown] => [how, thing, thrower(make)]),
  );

  test.each(cases)("an onMessage that %s %s is an onError", async (_, __, onMessage) => {
    const errors: GundamError[] = [];
    const onError = (error: GundamError) => void errors.push(error);
    const { client, receive } = await opened({ onMessage, onError });
    receive("a");
    await settled();
    expect(errors).toEqual([expect.any(CallbackError)]);
    expect(errors[0]!.message).toMatch(/^onMessage failed: /);
    expect(client.phase).toBe("open");
  });

  test.each(cases)("a url function that %s %s is one failed attempt", async (_, __, url) => {
    const world = virtualWorld();
    const errors: GundamError[] = [];
    const onError = (error: GundamError) => void errors.push(error);
    let times = 0;
    const client = virtualClient(world, {
      url: () => (++times === 1 ? url() : "ws://example.test/") as string,
      retryTimeout: 100,
      onError,
    });
    await world.runtime.advance(100);
    expect(errors.map(({ code }) => code)).toEqual(["ERR_PROVIDER"]);
    expect(errors[0]!.message).toMatch(/^the url function failed: /);
    world.network.last.open();
    await settled();
    expect(client.phase).toBe("open");
  });

  test.each(things)("a codec that throws %s is an onError, and a throw of send's", async (_, make) => {
    const throwing = () => {
      throw make();
    };
    const errors: GundamError[] = [];
    const { client, receive } = await opened({
      wsOpts: { codec: { encode: throwing, decode: throwing } },
      onError: (error: GundamError) => void errors.push(error),
    });
    receive("a");
    expect(errors).toEqual([expect.any(CallbackError)]);
    expect(() => client.send("b")).toThrow(CallbackError);
    expect(client.phase).toBe("open");
  });

  test.each(things)("a decider that throws %s leaves it to the default", async (_, make) => {
    const throwing = () => {
      throw make();
    };
    const errors: GundamError[] = [];
    const { world, client } = await opened({
      shouldRetry: throwing,
      retryFun: throwing,
      onError: (error: GundamError) => void errors.push(error),
    });
    world.network.last.lose(reset());
    await settled(40);
    expect(errors.map(({ code }) => code)).toEqual(["ERR_CONNECT", "ERR_CALLBACK", "ERR_CALLBACK"]);
    await world.runtime.advance(0);
    expect(client.phase).toBe("connecting");
  });

  test.each(things)("a message that is %s, decoded, is delivered as it is", async (_, make) => {
    const value = make();
    const got: unknown[] = [];
    const { receive } = await opened({
      wsOpts: { codec: { encode: String, decode: () => value } },
      onMessage: (message: unknown) => void got.push(message),
    });
    receive("a");
    expect(got).toHaveLength(1);
    expect(Object.is(got[0], value)).toBe(true);
  });

  test.each(things)("an onMessage that returns %s is done", async (_, make) => {
    const errors: GundamError[] = [];
    const { client, receive } = await opened({
      onMessage: () => make(),
      onError: (error: GundamError) => void errors.push(error),
    });
    receive("a", "b");
    await settled(40);
    expect(client.phase).toBe("open");
    for (const error of errors) expect(error).toBeInstanceOf(CallbackError);
  });
});
