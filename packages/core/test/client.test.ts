import {
  CallbackError,
  type Client,
  type Failure,
  type GundamError,
  info,
  NotOpenError,
  OptionError,
  type Platform,
  ProtocolError,
  RefusedError,
} from "@gundam/core";
import { closed, refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

function started(options: object = {}, changes: Partial<Platform> = {}) {
  const world = virtualWorld();
  Object.assign(world.platform, changes);
  const client = virtualClient(world, { retryTimeout: 100, onError() {}, ...options });
  return { ...world, client };
}

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

  test("counts what its life's connections have brought and taken, and begins anew with the next life", async () => {
    const { client, network, runtime } = started();
    expect(info(client).life).toEqual({ connections: 0, messagesSent: 0, messagesReceived: 0 });
    for (let connection = 1; connection <= 3; connection++) {
      network.last.open();
      await settled();
      for (const message of ["a", "b"]) client.send(message);
      for (const message of ["a", "b", "c"]) network.last.receive(message);
      expect(info(client)).toMatchObject({
        messagesSent: 2,
        messagesReceived: 3,
        life: {
          connections: connection,
          messagesSent: 2 * connection,
          messagesReceived: 3 * connection,
        },
      });
      network.last.lose();
      await runtime.advance(100);
      expect(info(client)).toMatchObject({
        messagesSent: 0,
        messagesReceived: 0,
        life: { connections: connection, messagesSent: 2 * connection, messagesReceived: 3 * connection },
      });
    }
    client.send("queued");
    expect(info(client).life.messagesSent).toBe(6);
    client.terminate();
    expect(info(client).life).toEqual({ connections: 3, messagesSent: 6, messagesReceived: 9 });
    client.reconnect();
    expect(info(client).life).toEqual({ connections: 0, messagesSent: 0, messagesReceived: 0 });
  });

  test("counts a connection that onConnect refuses, and no attempt that never opened", async () => {
    const { client, network, runtime } = started({ onConnect: () => Promise.reject(new Error("no")) });
    network.last.lose(refused(503));
    await runtime.advance(100);
    network.last.open();
    await settled(40);
    expect(info(client)).toMatchObject({ phase: "waiting", life: { connections: 1 } });
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

describe("reconnect(code, reason)", () => {
  test("sends the connection that it replaces this Close, and waits for nothing of it", async () => {
    const { client, network } = started();
    network.last.open();
    await settled();
    const [before] = network.transports;
    const told: unknown[] = [];
    client.on("disconnect", (detail) => told.push(detail));
    client.reconnect(4900, "resuming");
    await settled();
    expect(before!.closeFrame).toEqual({ code: 4900, reason: "resuming" });
    expect(before!.isAbandoned).toBe(true);
    expect(network.transports).toHaveLength(2);
    expect(told).toEqual([{ close: undefined, willRetry: true }]);
    network.last.open();
    await settled();
    client.reconnect();
    expect(network.transports[1]!.closeFrame).toEqual({ code: 1000, reason: "" });
  });

  test("says so before onConnect has settled, too, and nothing where there is no connection", async () => {
    const { client, network } = started({ onConnect: () => new Promise(() => {}), callbackTimeout: 10 });
    network.last.open();
    await settled();
    client.reconnect(3000, "early");
    expect(network.last.closeFrame).toEqual({ code: 3000, reason: "early" });
    const connecting = started();
    connecting.client.reconnect(3000, "not open");
    expect(connecting.network.last.closeFrame).toBeUndefined();
    expect(connecting.network.transports).toHaveLength(1);
  });

  test("does not take the place of the code that close() has sent", async () => {
    const { client, network } = started();
    network.last.open();
    await settled();
    void client.close(4000, "done");
    client.reconnect(4900, "resuming");
    expect(network.last.closeFrame).toEqual({ code: 4000, reason: "done" });
    network.last.lose(closed(4000, "done"));
    await settled();
    expect(network.transports).toHaveLength(2);
  });

  test.each<[unknown, unknown, string]>([
    [999, "", "code"],
    [1001, "", "code"],
    [1006, "", "code"],
    [2999, "", "code"],
    [5000, "", "code"],
    [3000.5, "", "code"],
    ["3000", "", "code"],
    [3000, "é".repeat(62), "reason"],
    [3000, 5, "reason"],
  ])("with %j and %j is refused, and changes nothing", async (code, reason, option) => {
    const { client, network } = started();
    network.last.open();
    await settled();
    for (const leave of ["reconnect", "close"] as const) {
      const leaving = () => void client[leave](code as number, reason as string);
      expect(leaving).toThrow(OptionError);
      expect(leaving).toThrow(`${option} must be`);
    }
    expect(client.phase).toBe("open");
    expect(network.transports).toHaveLength(1);
    expect(network.last.closeFrame).toBeUndefined();
  });
});

describe("a connection that we fail", () => {
  const broken = (code: number): Failure => {
    const error = new ProtocolError("a frame that RFC 6455 does not know", code);
    return { kind: "protocol", phase: "open", error, code, byUs: true };
  };

  test.each([1002, 1007, 1009])("with %i ends with it, for onClose and lastClose", async (code) => {
    const ends: unknown[] = [];
    const { client, network } = started({
      retry: 0,
      onClose: (code: number, reason: string) => ends.push([code, reason]),
    });
    client.on("close", ({ code, error }) => ends.push([code, error]));
    network.last.open();
    await settled();
    const failure = broken(code);
    network.last.lose(failure);
    await settled();
    expect(ends).toEqual([
      [code, failure.error],
      [code, "a frame that RFC 6455 does not know"],
    ]);
    expect(client.lastClose).toEqual({ code, reason: "", wasClean: false, cause: failure.error });
    expect(client.lastError).toBe(failure.error);
  });

  test.each([1002, 1007, 1009])(
    "with %i is tried again once, and onDisconnect sees the code",
    async (code) => {
      const seen: unknown[] = [];
      const { client, network, runtime } = started({
        stableAfter: 60_000,
        onDisconnect: (own: Client) => seen.push(own.lastClose?.code),
        onClose: (code: number) => seen.push(`close ${code}`),
      });
      for (let times = 1; times <= 2; times++) {
        network.last.open();
        await settled();
        network.last.lose(broken(code));
        await runtime.advance(100);
      }
      expect(seen).toEqual([code, `close ${code}`]);
      expect(client.phase).toBe("closed");
    },
  );
});

describe("a client whose clocks stand still while its timers fire", () => {
  /** Timers fire although no time has passed, as in tests that fake timers alone. */
  function fakeTimers(options: object = {}, changes: Partial<Platform> = {}) {
    const { client, network, runtime } = started(options, changes);
    runtime.now = () => 0;
    runtime.wallNow = () => 0;
    return { client, network, runtime };
  }

  test("retries as often as it may, and gives up", async () => {
    const delays: number[] = [];
    const { client, network, runtime } = fakeTimers({ retry: 3, retryTimeout: 60_000 });
    client.on("retry", ({ delay }) => delays.push(delay));
    network.onDial = (transport) => queueMicrotask(() => transport.lose(refused(503)));
    network.last.lose(refused(503));
    await runtime.advance(59_999);
    expect(network.transports).toHaveLength(1);
    await runtime.advance(1);
    expect(network.transports).toHaveLength(2);
    await runtime.advance(120_000);
    expect(delays).toEqual([60_000, 60_000, 60_000]);
    expect(client.phase).toBe("closed");
  });

  test("ends a phase, a close() and an onConnect that take too long", async () => {
    const { client, network, runtime } = fakeTimers({ openTimeout: 1000, callbackTimeout: 2000 });
    await runtime.advance(1000);
    expect(client.phase).toBe("waiting");
    await runtime.advance(100);
    network.last.open();
    await settled();
    network.last.lose();
    await runtime.advance(100);
    network.last.open();
    await settled();
    const closing = client.close();
    await runtime.advance(15_000);
    await closing;
    expect(client.phase).toBe("closed");
    const hanging = fakeTimers({ onConnect: () => new Promise(() => {}), callbackTimeout: 2000 });
    hanging.network.last.open();
    await hanging.runtime.advance(2000);
    expect(hanging.client.lastError?.message).toBe("onConnect took longer than callbackTimeout (2000 ms)");
  });

  test("finds a peer dead that does not answer, and drops what has waited too long", async () => {
    const { client, network, runtime } = fakeTimers({ wsOpts: { keepalive: 20_000 } });
    const told: string[] = [];
    client.on("error", ({ code }) => told.push(code));
    client.on("drop", ({ cause }) => told.push(cause.code));
    client.send("m", { ttl: 5000 });
    await runtime.advance(5000);
    expect(told).toEqual(["ERR_UNSENT"]);
    network.last.open();
    await settled();
    await runtime.advance(60_000);
    expect(told).toEqual(["ERR_UNSENT", "ERR_DEAD_PEER"]);
  });

  test("replaces no connection that is well, and that it cannot ask", async () => {
    const { client, network, runtime } = fakeTimers({}, { ping: undefined });
    network.last.open();
    await settled();
    // Something must be due, for a timer to fire.
    network.last.expire = () => network.last.reschedule(client.phase === "open" ? due() : Infinity);
    let at = 0;
    const due = () => (at += 60_000);
    network.last.reschedule(due());
    await runtime.advance(600_000);
    expect(network.transports).toHaveLength(1);
    expect(client.phase).toBe("open");
  });

  test("fires early by less than a millisecond, as Node's do, and waits no longer", async () => {
    const { client, network, runtime } = started({ retryTimeout: 1000 });
    network.last.lose(refused(503));
    await settled();
    runtime.fireEarly(0.7);
    await settled();
    expect(client.phase).toBe("connecting");
    expect(network.transports).toHaveLength(2);
  });
});

describe("many clients on one signal", () => {
  test("are each closed by its abort, and listen to it no more", async () => {
    const world = virtualWorld();
    const aborting = new AbortController();
    const { signal } = aborting;
    let listeners = 0;
    const { onAbort } = world.runtime;
    world.runtime.onAbort = (heeded, aborted) => {
      const leave = onAbort(heeded, aborted);
      listeners++;
      return () => {
        listeners--;
        leave();
      };
    };
    const clients = Array.from({ length: 20 }, () => virtualClient(world, { signal }));
    for (const transport of world.network.transports.slice(0, 10)) transport.open();
    await settled();
    expect(listeners).toBe(20);
    clients.pop()!.terminate();
    expect(listeners).toBe(19);
    aborting.abort();
    await settled();
    expect(clients.filter(({ phase }) => phase === "closing")).toHaveLength(10);
    for (const transport of world.network.live) transport.lose(closed(1000));
    expect(clients.map(({ phase }) => phase)).toEqual(Array(19).fill("closed"));
    expect(listeners).toBe(0);
    for (const client of clients) expect(() => client.reconnect()).toThrow(NotOpenError);
  });

  test("that wait with ready({ signal }) listen to it for as long as they wait", async () => {
    const { client, network, runtime } = started();
    const { signal } = new AbortController();
    let listeners = 0;
    const { onAbort } = runtime;
    runtime.onAbort = (heeded, aborted) => {
      const leave = onAbort(heeded, aborted);
      listeners++;
      return () => {
        listeners--;
        leave();
      };
    };
    const waits = Array.from({ length: 20 }, () => client.ready({ signal }));
    expect(listeners).toBe(20);
    network.last.open();
    await Promise.all(waits);
    await settled();
    expect(listeners).toBe(0);
  });
});
