import { CallbackError, type GundamError, info, NotOpenError, RefusedError } from "@gundam/core";
import { closed, refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

describe("a client", () => {
  test("dials synchronously and tells nothing before its caller could listen", async () => {
    const world = virtualWorld();
    const told: string[] = [];
    const client = virtualClient(world);
    expect(world.network.transports).toHaveLength(1);
    client.on("attempt", ({ attempt }) => told.push(`attempt ${attempt}`));
    client.on("change", ({ from, to }) => told.push(`${from} → ${to}`));
    expect(told).toEqual([]);
    await settled();
    expect(told).toEqual(["idle → preparing", "attempt 1", "preparing → connecting"]);
  });

  test("opens, receives, sends and is closed by us", async () => {
    const world = virtualWorld();
    const told: unknown[] = [];
    const client = virtualClient(world, {
      onConnect: () => told.push("connect"),
      onMessage: (message: unknown) => told.push(message),
      onClose: (code: number, reason: string) => told.push([code, reason]),
    });
    world.network.last.open();
    await settled();
    expect(client.phase).toBe("open");
    world.network.last.receive("hello");
    expect(client.send("hi")).toBe(true);
    expect(world.network.last.sent).toEqual(["hi"]);
    const closing = client.close(4000, "done");
    expect(client.phase).toBe("closing");
    world.network.last.lose(closed(4000, "done"));
    await closing;
    await settled();
    expect(told).toEqual(["connect", "hello", [4000, "done"]]);
    expect(world.runtime.timers).toBe(0);
    expect(() => client.send("late")).toThrow(NotOpenError);
  });

  test("retries as often as it may, waits as long as it should, and then says why it gave up", async () => {
    const world = virtualWorld();
    const errors: GundamError[] = [];
    const ends: unknown[] = [];
    const delays: number[] = [];
    world.network.onDial = (transport) => queueMicrotask(() => transport.lose(refused(503)));
    const client = virtualClient(world, {
      retry: 3,
      retryTimeout: 200,
      onError: (error: GundamError) => errors.push(error),
      onClose: (code: number) => ends.push(code),
    });
    client.on("retry", ({ delay }) => delays.push(delay));
    await world.runtime.advance(10_000);
    expect(world.network.transports).toHaveLength(4);
    expect(delays).toEqual([200, 200, 200]);
    expect(errors.map((error) => error.code)).toEqual([
      "ERR_REFUSED",
      "ERR_REFUSED",
      "ERR_REFUSED",
      "ERR_REFUSED",
    ]);
    expect(ends).toEqual([503]);
    expect(client.lastError).toBeInstanceOf(RefusedError);
    expect(client.phase).toBe("closed");
  });

  test("uses what onDisconnect returns, even later, for the next attempt", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, {
      stableAfter: 0,
      onDisconnect: async (_: unknown, state: { uri: string }) => {
        await settled();
        return { ...state, uri: "wss://other.test/x", headers: { token: "2" } };
      },
    });
    world.network.last.open();
    await settled();
    world.network.last.lose(closed(1000));
    expect(client.phase).toBe("preparing");
    await settled(40);
    expect(world.network.transports).toHaveLength(2);
    expect(world.network.last.request.url).toBe("wss://other.test/x");
    expect(world.network.last.request.headers).toEqual({ token: "2" });
  });

  test("gives a connection up whose onConnect fails, and keeps the queue", async () => {
    const world = virtualWorld();
    const told: unknown[] = [];
    const client = virtualClient(world, {
      onConnect: () => Promise.reject(new Error("login failed")),
      onError: (error: GundamError) => told.push(error),
      onDisconnect: () => told.push("disconnect"),
    });
    client.send("queued");
    world.network.last.open();
    await settled(40);
    expect(told).toEqual([expect.any(CallbackError), "disconnect"]);
    expect(client.phase).toBe("waiting");
    expect(client.bufferedAmount).toBe(6);
    expect(world.network.last.isAbandoned).toBe(true);
  });

  test("says of its connection what the handshake and the pings brought", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, { url: "ws://user:secret@example.test/?token=secret" });
    client.send("queued");
    expect(info(client)).toMatchObject({
      phase: "connecting",
      attempt: 1,
      protocol: "",
      uptime: 0,
      rtt: undefined,
      queue: { messages: 1, bytes: 6 },
      messagesSent: 0,
    });
    world.network.last.open({ protocol: "chat", extensions: "permessage-deflate" });
    await world.runtime.advance(100);
    for (const message of ["a", "b"]) world.network.last.receive(message);
    const facts = info(client);
    expect(facts).toMatchObject({
      phase: "open",
      protocol: "chat",
      extensions: "permessage-deflate",
      uptime: 100,
      queue: { messages: 0, bytes: 0 },
      messagesSent: 1,
      messagesReceived: 2,
    });
    expect(JSON.stringify(facts)).not.toContain("secret");
  });

  test("says that its budget is full again once a connection is stable", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, { retry: 3, stableAfter: 1_000 });
    world.network.last.lose();
    await world.runtime.advance(10_000);
    world.network.last.open();
    await world.runtime.advance(999);
    expect(info(client)).toMatchObject({ phase: "open", attempt: 2, retriesLeft: 2 });
    await world.runtime.advance(1);
    expect(info(client)).toMatchObject({ attempt: 1, retriesLeft: 3 });
  });

  test("traces which options its platform ignores, when a life begins", () => {
    const world = virtualWorld();
    const told: unknown[] = [];
    const trace = ({ type, detail }: { type: string; detail: unknown }) => told.push([type, detail]);
    const platform = { ...world.platform, ignored: ["headers", "signal"] };
    virtualClient({ ...world, platform }, { headers: { a: "1" }, trace });
    expect(told).toContainEqual(["ignored", { options: ["headers"] }]);
  });
});
