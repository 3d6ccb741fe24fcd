// What a client remembers of its attempts, for explain(client).

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ConnectError, explain, type Failure } from "@gundam/core";
import { closed, refused, reset, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

function start(options: object = {}) {
  const world = virtualWorld();
  const client = virtualClient(world, { retry: Infinity, retryTimeout: 100, onError() {}, ...options });
  const fail = async (failure: Failure = refused(503)) => {
    world.network.last.lose(failure);
    await world.runtime.advance(100);
  };
  return { ...world, client, fail };
}

type Started = ReturnType<typeof start>["client"];

describe("explain(client)", () => {
  test("knows nothing of a client that was not started, and keeps what it knows after the end", async () => {
    const { client, fail } = start({ retry: 0 });
    await fail(refused(404));
    expect(explain(client).attempts).toEqual([
      {
        attempt: 1,
        startedAt: 0,
        url: "ws://example.test/",
        phases: [{ phase: "prepare", duration: 0, failed: false }],
        pending: undefined,
        opened: false,
        uptime: undefined,
        error: {
          name: "RefusedError",
          code: "ERR_REFUSED",
          message: "the server refused the opening handshake with HTTP status 404",
          status: 404,
        },
        verdict: "stop",
      },
    ]);
    const { client: other } = start();
    expect(explain(other).attempts).toHaveLength(1);
  });

  test("tells of a connection before it is lost, when it is lost, and when it is decided what comes next", async () => {
    const { client, network, runtime } = start({ stableAfter: 0 });
    const first = () => explain(client).attempts[0];
    expect(first()).toMatchObject({ opened: false, error: undefined, verdict: undefined });
    network.last.open();
    await runtime.advance(250);
    expect(first()).toMatchObject({ opened: true, uptime: undefined, error: undefined, verdict: undefined });
    network.last.lose(closed(4000, "bye"));
    await settled();
    expect(first()).toMatchObject({
      opened: true,
      uptime: 250,
      error: { name: "CloseError", code: "ERR_CLOSED", closeCode: 4000, status: undefined },
      verdict: { retryIn: 0, retriesLeft: Infinity },
    });
    const { attempts } = explain(client);
    expect(attempts).toHaveLength(2);
    expect(attempts[1]).toMatchObject({ attempt: 2, opened: false, error: undefined });
  });

  test.each([
    ["close()", (client: Started) => void client.close(1000), 300],
    ["terminate()", (client: Started) => client.terminate(), 250],
    ["reconnect()", (client: Started) => client.reconnect(), 250],
  ])("tells how long a connection lasted that %s ended, and no error", async (_, finish, uptime) => {
    const { client, network, runtime } = start();
    network.last.open();
    await runtime.advance(250);
    const { last } = network;
    finish(client);
    await runtime.advance(50);
    last.lose({ ...closed(1000, ""), byUs: true });
    await settled();
    const told = explain(client);
    expect(told.attempts[0]).toMatchObject({ opened: true, uptime, error: undefined, verdict: undefined });
    expect(String(told)).toMatch(new RegExp(`; ended from this side after ${uptime} ms(\\n|$)`));
  });

  test("says which phase goes on, and for how long", async () => {
    const { client, network, runtime } = start();
    network.last.startPhase("lookup");
    await runtime.advance(1500);
    const stuck = explain(client);
    expect(stuck.attempts[0]!.pending).toEqual({ phase: "lookup", duration: 1500 });
    expect(String(stuck)).toMatch(/; prepare 0 ms, lookup for 1500 ms so far$/);
    network.last.startPhase("tcp");
    expect(explain(client).attempts[0]!.pending).toEqual({ phase: "tcp", duration: 0 });
    network.last.open();
    await settled();
    expect(explain(client).attempts[0]!.pending).toBeUndefined();
  });

  test("was made then: what comes later does not change it", async () => {
    const { client, network } = start();
    const before = explain(client);
    network.last.open();
    await settled();
    expect(before.attempts[0]!.opened).toBe(false);
    expect(explain(client).attempts[0]!.opened).toBe(true);
  });

  test("has the last 20 attempts, over all lives", async () => {
    const { client, fail } = start();
    for (let failures = 0; failures < 22; failures++) await fail();
    client.terminate();
    client.reconnect();
    await settled();
    const { attempts } = explain(client);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([
      ...Array.from({ length: 19 }, (_, index) => index + 5),
      1,
    ]);
  });

  test("holds words alone, and no more of them than a line can show", async () => {
    const long = "x".repeat(100_000);
    const { client, fail, network, runtime } = start({
      url: `ws://example.test/${long}?${long}=secret`,
      callbackTimeout: Infinity,
    });
    for (let index = 0; index < 3; index++) {
      // As many phases as a server's redirects make.
      for (let phases = 0; phases < 1000; phases++) network.last.startPhase(phases % 2 ? "tcp" : "lookup");
      await fail({ ...reset(), error: new ConnectError("open", long, { cause: { long } }) });
    }
    const { attempts } = explain(client);
    expect(structuredClone(attempts)).toEqual(attempts);
    expect(JSON.stringify(attempts).length).toBeLessThan(4 * 10_000);
    expect(String(explain(client)).length).toBeLessThan(4 * 10_000);
    expect(attempts[0]!.error!.message).toBe(`${long.slice(0, 500)}…`);
    expect(attempts[0]!.phases.at(-1)).toMatchObject({ phase: "tcp", failed: true });
    await runtime.advance(0);
  });

  test("keeps no error alive, nor what it holds", async () => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const { client, fail, network } = start();
    const errors: WeakRef<object>[] = [];
    const failing = () => {
      const cause = { held: new Uint8Array(1024) };
      const error = new ConnectError("open", "the connection was reset", { cause });
      errors.push(new WeakRef(error), new WeakRef(cause));
      return fail({ ...reset(), error });
    };
    for (let failures = 0; failures < 10; failures++) await failing();
    // The test's network would hold on to all that was asked of it.
    network.transports.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 0));
    gc();
    await new Promise((resolve) => setTimeout(resolve, 0));
    gc();
    // The last one is the client's lastError.
    expect(errors.slice(0, -2).filter((reference) => reference.deref() !== undefined)).toEqual([]);
    expect(explain(client).attempts).toHaveLength(11);
  });
});
