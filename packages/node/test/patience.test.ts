// How long each of several addresses is tried: paths on which an answer takes its time, and such as lead nowhere.

import { getDefaultAutoSelectFamilyAttemptTimeout, connect as netConnect, Socket } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { NodeOptions } from "../src/node-options.ts";
import { createTransportDial } from "../src/node-transport.ts";
import { next, start } from "./connecting.ts";
import { answering, dial, echoServer, freePort } from "./dialling.ts";

const shortest = getDefaultAutoSelectFamilyAttemptTimeout();
/** Without end. */
const nowhere = Infinity;

/** The time for an address that `net.connect` was told, connect by connect. */
function timesTold(): number[] {
  const times: number[] = [];
  const { connect } = Socket.prototype;
  // No spy: each dial of these tests has one of its own there, and restores what it found.
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
    const [options] = given[0] as [{ readonly autoSelectFamilyAttemptTimeout?: number }];
    const { autoSelectFamilyAttemptTimeout: time } = options;
    if (time !== undefined) times.push(time);
    return Reflect.apply(connect, this, given);
  };
  onTestFinished(() => {
    Socket.prototype.connect = connect;
  });
  return times;
}

interface TcpHandle {
  connect(request: object, address: string, port: number): number;
  connect6(request: object, address: string, port: number): number;
}

/** Makes the way to an address so long, in ms, until the test is over. */
function delay(delays: Readonly<Record<string, number>>): void {
  const socket = netConnect(9, "127.0.0.1").on("error", () => {});
  const { _handle: handle } = socket as unknown as { readonly _handle: TcpHandle };
  socket.destroy();
  const tcp: TcpHandle = Object.getPrototypeOf(handle);
  for (const name of ["connect", "connect6"] as const) {
    const connect = tcp[name];
    const spy = vi.spyOn(tcp, name).mockImplementation(function (this: TcpHandle, ...given) {
      const wait = delays[given[1]];
      if (wait === undefined) return connect.apply(this, given);
      if (wait < nowhere) setTimeout(() => connect.apply(this, given), wait);
      return 0;
    });
    onTestFinished(() => spy.mockRestore());
  }
}

/** One client's way to dial a host that has these addresses. */
function dialler(port: number, addresses: readonly string[], given: Partial<NodeOptions> = {}) {
  const own = createTransportDial();
  const lookup = answering(...addresses);
  const options = { ...given, tcpOpts: { lookup, ...given.tcpOpts } };
  return () => dial(`ws://here.invalid:${port}/`, options, {}, own);
}

describe("the time for one address", () => {
  test("is Node's, doubled by each attempt that came to nothing, to 4 s", async () => {
    const times = timesTold();
    const again = dialler(await freePort(), ["127.0.0.1", "127.0.0.2"]);
    for (let attempt = 1; attempt <= 6; attempt++) await again().listener.next("lost");
    expect(times).toEqual([1, 2, 4, 8, 16, 16].map((factor) => Math.min(factor * shortest, 4000)));
  });

  test("is doubled by an attempt that somebody else ends, unless it is still looking up", async () => {
    delay({ "127.0.0.1": nowhere });
    const times = timesTold();
    const again = dialler(9, ["127.0.0.1"]);
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { transport, listener } = again();
      transport.abandon();
      listener.abandoned();
    }
    const lookingUp = dialler(9, [], { tcpOpts: { lookup: () => {} } });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { transport, listener } = lookingUp();
      transport.abandon();
      listener.abandoned();
    }
    expect(times).toEqual([1, 2, 4, 1, 1, 1].map((factor) => factor * shortest));
  });

  test("is Node's for another client", async () => {
    const times = timesTold();
    const port = await freePort();
    for (let client = 1; client <= 2; client++) await dialler(port, ["127.0.0.1"])().listener.next("lost");
    expect(times).toEqual([shortest, shortest]);
  });

  test.each([
    ["connectTimeout", { connectTimeout: 6 * shortest }],
    ["openTimeout", { openTimeout: 6 * shortest }],
  ])("leaves half of %s to another address", async (_, given) => {
    const times = timesTold();
    const again = dialler(await freePort(), ["127.0.0.1"], given);
    for (let attempt = 1; attempt <= 4; attempt++) await again().listener.next("lost");
    expect(times).toEqual([1, 2, 3, 3].map((factor) => factor * shortest));
  });

  test("is a whole number of ms, and Node's at least, whatever the time limits", async () => {
    const times = timesTold();
    const port = await freePort();
    for (const connectTimeout of [0.5, 2 * shortest + 1.5]) {
      const again = dialler(port, ["127.0.0.1"], { connectTimeout });
      for (let attempt = 1; attempt <= 2; attempt++) await again().listener.next("lost");
    }
    expect(times).toEqual(Array(4).fill(shortest));
  });

  test("is what the user says", async () => {
    const times = timesTold();
    const tcpOpts = { autoSelectFamilyAttemptTimeout: 30 };
    const again = dialler(await freePort(), ["127.0.0.1"], { tcpOpts });
    for (let attempt = 1; attempt <= 3; attempt++) await again().listener.next("lost");
    expect(times).toEqual([30, 30, 30]);
  });

  test("grows with a client's attempts, and is Node's again when an address answers fast", async () => {
    const times = timesTold();
    const port = await freePort();
    const lookup = answering("127.0.0.1", "127.0.0.2");
    const client = start({ url: `ws://here.invalid:${port}/`, retry: 100, tcpOpts: { lookup } });
    for (let attempt = 1; attempt <= 3; attempt++) await next(client, "error");
    const server = await echoServer({ port });
    await next(client, "connect");
    const soFar = times.length;
    expect(times.slice(0, 3)).toEqual([1, 2, 4].map((factor) => factor * shortest));
    server.drop();
    await next(client, "connect");
    expect(times.slice(soFar)).toEqual([shortest]);
  });

  test("grows for the addresses of a proxy, too", async () => {
    const times = timesTold();
    const proxy = `http://proxy.invalid:${await freePort()}`;
    const again = dialler(9, ["127.0.0.1"], { tcpOpts: { proxy } });
    for (let attempt = 1; attempt <= 3; attempt++) await again().listener.next("lost");
    expect(times).toEqual([1, 2, 4].map((factor) => factor * shortest));
  });
});

/** The end of a try, or of the pause after it, without waiting for it. */
const elapse = ({ transport }: ReturnType<typeof dial>) => transport.expire(transport.deadline);

describe("an address that answers after three times Node's time", () => {
  const slow = 3 * shortest;

  test("is found within one attempt, though the last address leads nowhere", async () => {
    const { port } = await echoServer();
    delay({ "127.0.0.1": slow, "::1": nowhere });
    const times = timesTold();
    const dialled = dialler(port, ["127.0.0.1", "::1"])();
    const phases = () => dialled.listener.all("phase").map(({ phase }) => phase);
    await dialled.listener.next("phase");
    for (let tries = 1; tries <= 2; tries++) {
      elapse(dialled);
      elapse(dialled);
    }
    await dialled.listener.next("opened");
    expect(dialled.transport.info()).toMatchObject({ remoteAddress: "127.0.0.1" });
    expect(phases()).toEqual(["lookup", "tcp", "upgrade"]);
    expect(times).toEqual([1, 2, 4].map((factor) => factor * shortest));
  }, 20_000);

  test("is found by the third attempt where the last address refuses, and at once after that", async () => {
    const server = await echoServer({ host: "::1" });
    delay({ "::1": slow });
    const times = timesTold();
    const again = dialler(server.port, ["::1", "127.0.0.1"]);
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect((await again().listener.next("lost")).phase).toBe("tcp");
    }
    for (let connection = 1; connection <= 2; connection++) await again().listener.next("opened");
    expect(times).toEqual([1, 2, 4, 4].map((factor) => factor * shortest));
  }, 20_000);

  test("is found as the last one, which makes nobody wait longer for the first, that leads nowhere", async () => {
    const { port } = await echoServer();
    delay({ "127.0.0.1": slow, "::1": nowhere });
    const times = timesTold();
    const again = dialler(port, ["::1", "127.0.0.1"]);
    const first = again();
    first.transport.abandon();
    first.listener.abandoned();
    for (let connection = 1; connection <= 2; connection++) await again().listener.next("opened");
    expect(times).toEqual([1, 2, 1].map((factor) => factor * shortest));
  }, 20_000);
});

test("an address that answers fast is not to blame for one before it that leads nowhere", async () => {
  const { port } = await echoServer();
  delay({ "::1": nowhere });
  const times = timesTold();
  const again = dialler(port, ["::1", "127.0.0.1", "127.0.0.2"]);
  const first = again();
  first.transport.abandon();
  first.listener.abandoned();
  for (let connection = 1; connection <= 2; connection++) await again().listener.next("opened");
  expect(times).toEqual([1, 2, 1].map((factor) => factor * shortest));
});

describe("two addresses that lead nowhere", () => {
  const inVain = (given: Partial<NodeOptions> = {}, addresses = ["::1", "127.0.0.1"]) => {
    delay({ "::1": nowhere, "127.0.0.1": nowhere });
    return dialler(9, addresses, given)();
  };
  const left = ({ transport }: ReturnType<typeof dial>) => transport.deadline - performance.now();

  test("are tried anew until each had 4 s, and then as long as the kernel does", async () => {
    const dialled = inVain();
    const times = timesTold();
    await dialled.listener.next("phase");
    const tries = [1, 2, 4, 8].map((factor) => factor * shortest).filter((time) => time < 4000);
    for (const time of tries) {
      expect(left(dialled)).toBeGreaterThan(time + 3000);
      expect(left(dialled)).toBeLessThanOrEqual(time + 4000);
      elapse(dialled);
      elapse(dialled);
    }
    expect(times).toEqual([...tries.slice(1), 4000]);
    expect(dialled.transport.deadline).toBe(Infinity);
  });

  test.each<[string, Partial<NodeOptions>, string[]]>([
    [
      "the user says how long each is tried",
      { tcpOpts: { autoSelectFamilyAttemptTimeout: 30 } },
      ["::1", "127.0.0.1"],
    ],
    ["only the first is tried", { tcpOpts: { autoSelectFamily: false } }, ["::1", "127.0.0.1"]],
    ["one is not of the family", { tcpOpts: { family: 4 } }, ["::1", "127.0.0.1"]],
    ["there is but one", {}, ["127.0.0.1"]],
  ])("are tried once if %s", async (_, given, addresses) => {
    const { transport, listener } = inVain(given, addresses);
    await listener.next("phase");
    expect(listener.all("phase").map(({ phase }) => phase)).toEqual(["lookup", "tcp"]);
    expect(transport.deadline).toBe(Infinity);
  });

  test("share the time of a try where the client keeps no process alive", async () => {
    const times = timesTold();
    delay({ "::1": nowhere, "127.0.0.1": nowhere });
    const again = dialler(9, ["::1", "127.0.0.1"]);
    for (let attempt = 1; attempt <= 5; attempt++) {
      const { transport, listener } = again();
      transport.abandon();
      listener.abandoned();
    }
    times.length = 0;
    const dialled = again();
    dialled.transport.setRef!(false);
    await dialled.listener.next("phase");
    for (let tries = 1; tries <= 3; tries++) {
      elapse(dialled);
      elapse(dialled);
    }
    expect(times.slice(1)).toEqual([1000, 2000, 4000]);
  });
});
