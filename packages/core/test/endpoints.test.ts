// Several addresses of one service: which is tried when, what is struck out and for how long, and what it costs.

import {
  type AttemptContext,
  type CoreOptions,
  DeadPeerError,
  driverOf,
  endpoints,
  explain,
  type Failure,
  type GundamError,
  httpResilient,
  info,
  TlsError,
} from "@gundam/core";
import { closed, refused, reset, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

const a = "ws://a.test/";
const b = "ws://b.test/";
const c = "ws://c.test/";

const rejected = (): Failure => ({
  kind: "certificate",
  error: new TlsError("the certificate was rejected", true),
  phase: "tls",
  byUs: true,
});

const silent = (): Failure => ({ kind: "dead", error: new DeadPeerError(40_000, "ping"), byUs: true });

type List = Parameters<typeof endpoints>[0];

/** A client of these endpoints, whose connections are stable after 1 s. */
function start(list: List, options: Partial<CoreOptions> & Record<string, unknown> = {}, seed = 1) {
  const world = virtualWorld(seed);
  const { network, runtime } = world;
  const waits: number[] = [];
  const ends: number[] = [];
  const client = virtualClient(world, {
    ...(list.length > 0 && { url: endpoints(list) }),
    stableAfter: 1000,
    retryTimeout: 5000,
    onClose: (code: number) => void ends.push(code),
    ...options,
  });
  client.on("retry", ({ delay }) => waits.push(delay));
  return {
    ...world,
    client,
    waits,
    ends,
    /** Where each attempt led. */
    urls: () => network.transports.map(({ request }) => request.url),
    /** The attempts fail like this, one after the other. */
    async fail(...failures: Failure[]): Promise<void> {
      for (const failure of failures) {
        network.last.lose(failure);
        await settled();
      }
    },
    async openStably(): Promise<void> {
      network.last.open();
      await runtime.advance(1000);
    },
  };
}

describe("an endpoint that fails", () => {
  test("is followed by the next at once; the policy's wait comes when all have failed", async () => {
    const { urls, fail, waits, runtime } = start([a, b, c]);
    await fail(reset(), reset());
    expect(urls()).toEqual([a, b, c]);
    await fail(reset());
    expect(waits).toEqual([0, 0, 5000]);
    await runtime.advance(4999);
    expect(urls()).toEqual([a, b, c]);
    await runtime.advance(1);
    await fail(reset());
    expect(urls()).toEqual([a, b, c, a, b]);
  });

  test("costs nothing: a round through all of them is one failure for the budget and for the policy", async () => {
    const asked: unknown[] = [];
    const retryFun = (retriesLeft: number, _: object, { attempt }: { attempt: number }) => {
      asked.push([retriesLeft, attempt]);
      return { retries: retriesLeft - 1, timeout: 10 };
    };
    const { urls, fail, runtime, ends, client } = start([a, b], { retry: 2, retryFun });
    const left: number[] = [];
    client.on("retry", ({ retriesLeft }) => left.push(retriesLeft));
    for (let round = 0; round < 3; round++) {
      await fail(reset(), reset());
      await runtime.advance(100);
    }
    expect(urls()).toEqual([a, b, a, b, a, b]);
    expect(asked).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(left).toEqual([2, 1, 1, 0, 0]);
    expect(ends).toEqual([1006]);
  });

  test("is followed by the next though no retry is left", async () => {
    const { urls, fail, ends } = start([a, b, c], { retry: 0 });
    await fail(reset(), reset());
    expect([urls(), ends]).toEqual([[a, b, c], []]);
    await fail(reset());
    expect([urls(), ends]).toEqual([[a, b, c], [1006]]);
  });

  test("in a page that nobody sees is followed by the next at once, too", async () => {
    const world = virtualWorld();
    const platform = { ...world.platform, isHidden: () => true };
    const client = virtualClient({ ...world, platform }, { url: endpoints([a, b]), retryTimeout: 10 });
    const waits: number[] = [];
    client.on("retry", ({ delay }) => waits.push(delay));
    world.network.last.lose();
    await settled();
    world.network.last.lose();
    await settled();
    expect(waits).toEqual([0, 30_000]);
  });

  test("leaves the hurry to the rounds: two of them within 100 ms are one too many", async () => {
    const { fail, waits, runtime } = start([a, b], { retryTimeout: 0 });
    await fail(reset(), reset());
    await fail(reset(), reset());
    expect(waits).toEqual([0, 0, 0, 100]);
    await runtime.advance(0);
  });

  test("by a function that throws is named, and followed by the next", async () => {
    const errors: GundamError[] = [];
    const asked: AttemptContext[] = [];
    const throwing = (context: AttemptContext) => {
      asked.push(context);
      throw new Error("no name yet");
    };
    const { urls } = start([throwing, () => Promise.resolve(b)], {
      onError: (error: GundamError) => void errors.push(error),
    });
    await settled();
    expect(urls()).toEqual([b]);
    expect(errors).toMatchObject([{ code: "ERR_PROVIDER", provider: "endpoints[0]" }]);
    expect(errors[0]!.message).toBe("the endpoints[0] function failed: no name yet");
    expect(asked).toEqual([
      { attempt: 1, lastFailure: undefined, signal: expect.any(AbortSignal), url: undefined },
    ]);
  });

  test("by a function that hangs has its time, and is followed by the next", async () => {
    const { urls, runtime } = start([() => new Promise<never>(() => {}), b], { openTimeout: 300 });
    await runtime.advance(300);
    expect(urls()).toEqual([b]);
  });
});

describe("after a stable connection was lost", () => {
  test("the preferred one is tried first", async () => {
    const { urls, fail, openStably, waits } = start([a, b, c]);
    await fail(reset());
    await openStably();
    await fail(reset());
    expect(urls()).toEqual([a, b, a]);
    await fail(reset());
    expect(urls()).toEqual([a, b, a, b]);
    expect(waits).toEqual([0, 0, 0]);
  });

  test("the one that was lost is tried in its turn", async () => {
    const { urls, fail, openStably } = start([a, b]);
    await openStably();
    await fail(closed(1006));
    expect(urls()).toEqual([a, a]);
    await fail(reset());
    expect(urls()).toEqual([a, a, b]);
  });

  test("one that was silent comes last", async () => {
    const { urls, fail, openStably, waits } = start([a, b]);
    await openStably();
    await fail(silent());
    expect(urls()).toEqual([a, b]);
    await fail(reset());
    expect(waits).toEqual([0, 5000]);
  });

  test("those that had failed before it are tried again, also after a reconnect()", async () => {
    const { urls, fail, openStably, client, waits } = start([a, b]);
    await fail(reset());
    await openStably();
    client.reconnect();
    await settled();
    expect(urls()).toEqual([a, b, b]);
    await fail(reset());
    expect([urls(), waits]).toEqual([
      [a, b, b, a],
      [0, 0],
    ]);
  });

  test("no retry is spent: with none at all they are tried once more", async () => {
    const { urls, fail, openStably, ends } = start([a, b], { retry: 0 });
    await openStably();
    await fail(reset(), reset());
    expect([urls(), ends]).toEqual([[a, a, b], []]);
    await fail(reset());
    expect(ends).toEqual([1006]);
  });

  test("by the browser's own doing, maybe, it is the same one again", async () => {
    const { urls, fail, openStably, waits, runtime } = start([a, b]);
    await fail(reset());
    await openStably();
    await fail({ ...closed(1001), byPage: true });
    expect(waits).toEqual([0, expect.any(Number)]);
    expect(waits[1]).toBeGreaterThan(0);
    await runtime.advance(1500);
    expect(urls()).toEqual([a, b, b]);
    await fail({ ...closed(1001), byPage: true });
    expect(urls()).toEqual([a, b, b, a]);
  });
});

test("a connection that was not stable is a failure of its endpoint", async () => {
  const { urls, fail, network, runtime, waits } = start([a, b]);
  network.last.open();
  await runtime.advance(999);
  await fail(reset());
  expect(urls()).toEqual([a, b]);
  network.last.open();
  await fail(reset());
  expect(waits).toEqual([0, 5000]);
});

describe("what a server asks for", () => {
  test.each<[string, Failure]>([
    ["Retry-After", refused(503, 60_000)],
    ["service restart", closed(1012)],
    ["try again later", closed(1013)],
  ])("(%s) binds its endpoint, not the next", async (_, failure) => {
    const { urls, fail, waits, network, runtime } = start([a, b], { retryTimeout: 10 });
    if (failure.kind === "close") network.last.open();
    await fail(failure);
    expect(urls()).toEqual([a, b]);
    await fail(reset());
    expect(waits).toEqual([0, 10]);
    await runtime.advance(10);
    expect(urls()).toEqual([a, b, b]);
  });

  test("of the only one that is left is waited for, and no wake cuts it short", async () => {
    const { urls, fail, waits, client, runtime } = start([a, b], { retryTimeout: 10 });
    await fail(refused(404), refused(503, 60_000));
    expect(waits[1]).toBeGreaterThanOrEqual(60_000);
    driverOf(client).post({ type: "wake", hasSlept: true });
    await runtime.advance(59_999);
    expect(urls()).toEqual([a, b]);
    await runtime.advance(15_001);
    expect(urls()).toEqual([a, b, b]);
  });

  test("of all of them is waited for until the first may be tried", async () => {
    const { urls, fail, runtime, waits } = start([a, b], { retryTimeout: 10 });
    await fail(refused(503, 200_000), refused(503, 20_000));
    expect(waits[1]).toBeLessThan(26_000);
    await runtime.advance(26_000);
    expect(urls()).toEqual([a, b, b]);
  });
});

describe("a failure that would end a client", () => {
  test.each<[string, Failure]>([
    ["a certificate", rejected()],
    ["404", refused(404)],
    ["401", refused(401)],
  ])("(%s) strikes out its endpoint; while others work it is not tried", async (_, failure) => {
    const { urls, fail, openStably, ends, runtime } = start([a, b]);
    await fail(failure);
    await openStably();
    await runtime.advance(200_000);
    await fail(reset());
    expect(urls()).toEqual([a, b, b]);
    await openStably();
    await runtime.advance(200_000);
    expect([urls(), ends]).toEqual([[a, b, b], []]);
  });

  test("has its endpoint tried again after 5 minutes, which no wake shortens", async () => {
    const { urls, fail, client, runtime } = start([a, b], { retry: Infinity, retryTimeout: 60_000 });
    await fail(refused(404), reset());
    for (let minute = 1; minute < 5; minute++) {
      driverOf(client).post({ type: "wake", hasSlept: true });
      await runtime.advance(60_000);
      await fail(reset());
      expect(urls().filter((url) => url === a)).toHaveLength(1);
    }
    await runtime.advance(60_000);
    await fail(reset());
    await runtime.advance(60_000);
    expect(urls().filter((url) => url === a)).toHaveLength(2);
  });

  test("ends the client when all are struck out, with the last failure", async () => {
    const { urls, fail, ends, client } = start([a, b, c], { retry: Infinity });
    await fail(refused(404), rejected());
    expect(ends).toEqual([]);
    await fail(refused(410));
    expect(urls()).toEqual([a, b, c]);
    expect(ends).toEqual([410]);
    expect(client.lastError).toMatchObject({ status: 410 });
    client.reconnect();
    await settled();
    expect(urls().at(-1)).toBe(a);
  });

  test("is what shouldRetry says of that endpoint", async () => {
    const asked: unknown[] = [];
    const shouldRetry = (
      { status }: Failure,
      { byDefault, hasWorked }: { byDefault: boolean; hasWorked: boolean },
    ) => {
      asked.push([status, byDefault, hasWorked]);
      return status === 404;
    };
    const { urls, fail, openStably, ends, runtime } = start([a, b], { shouldRetry });
    await fail(refused(404), refused(503));
    await runtime.advance(5000);
    expect([urls(), ends]).toEqual([[a, b, a], []]);
    await openStably();
    await fail(refused(404), refused(404));
    expect(asked).toEqual([
      [404, false, false],
      [503, true, false],
      [404, false, true],
      [404, false, true],
    ]);
  });

  test("is mended soon, as resilient() has it, where that endpoint has worked before", async () => {
    const { retryFun, shouldRetry } = httpResilient({ url: a } as Partial<CoreOptions>);
    const { urls, fail, openStably, ends, runtime } = start([a, b], { retryFun, shouldRetry });
    await fail(reset());
    await openStably();
    // The second has worked, and the first has not.
    await fail(reset(), refused(404), refused(404));
    expect(ends).toEqual([]);
    await runtime.advance(20_000);
    expect(urls()).toEqual([a, b, a, b, b]);
  });
});

test("whoever ends the client while shouldRetry is asked is not asked for a plan", async () => {
  let answer = (_: boolean) => {};
  let planned = 0;
  const shouldRetry = () =>
    new Promise<boolean>((resolve) => {
      answer = resolve;
    });
  const retryFun = (retriesLeft: number) => ({ retries: retriesLeft - 1, timeout: planned++ });
  const { client, fail, network } = start([a, b], { shouldRetry, retryFun });
  await fail(reset());
  answer(true);
  await settled();
  await fail(reset());
  await client.close();
  answer(true);
  await settled();
  expect([planned, network.transports.length]).toEqual([0, 2]);
});

describe("a failure that is forgiven once", () => {
  test("401 with a headers function goes on to the next, and strikes out when it comes again", async () => {
    const { urls, fail, ends, runtime } = start([a, b], { headers: () => ({ token: "new" }) });
    await fail(refused(401), reset());
    await runtime.advance(5000);
    expect(urls()).toEqual([a, b, a]);
    await fail(refused(401), refused(401));
    expect([urls(), ends]).toEqual([[a, b, a, b], [401]]);
  });

  test("404 where an endpoint is a function, which may lead elsewhere", async () => {
    const { urls, fail, runtime } = start([() => a, b]);
    await settled();
    await fail(refused(404), reset());
    await runtime.advance(5000);
    expect(urls()).toEqual([a, b, a]);
  });

  test("no url that is given is renewed by being one of several", async () => {
    const { urls, fail, ends } = start([a, b]);
    await fail(closed(1008), refused(401));
    expect([urls(), ends]).toEqual([[a, b], [401]]);
  });
});

describe("the order", () => {
  test("is each life's own, so that many clients spread over them", async () => {
    const list = [a, b, c];
    const orders = new Map<string, number>();
    for (let seed = 1; seed <= 600; seed++) {
      const { urls, fail, client } = start(list, { url: endpoints(list, { order: "random" }) }, seed);
      await fail(reset(), reset());
      const order = urls().join();
      expect(new Set(urls()).size).toBe(3);
      orders.set(order, (orders.get(order) ?? 0) + 1);
      client.terminate();
    }
    expect(orders.size).toBe(6);
    expect(Math.min(...orders.values())).toBeGreaterThan(60);
  });

  test("stays the same for a life, and may be another in the next", async () => {
    const { urls, fail, openStably, client } = start([a, b, c], {
      url: endpoints([a, b, c], { order: "random" }),
    });
    await fail(reset());
    await openStably();
    await fail(silent(), reset());
    const [first, second] = urls();
    expect(urls()).toEqual([first, second, first, expect.not.stringContaining(second!)]);
    const lives = new Set<string>();
    for (let life = 0; life < 40; life++) {
      client.terminate();
      client.reconnect();
      await settled();
      lives.add(urls().at(-1)!);
    }
    expect(lives.size).toBe(3);
  });
});

describe("the list", () => {
  test("is shared by clients, and each has its own life", async () => {
    const url = endpoints([a, b]);
    const [one, other] = [start([], { url }), start([], { url })];
    await one.fail(refused(404));
    expect(one.urls()).toEqual([a, b]);
    expect(other.urls()).toEqual([a]);
    await other.fail(reset());
    expect(other.urls()).toEqual([a, b]);
  });

  test("is as it was when it was given", async () => {
    const list = [a, new URL(b)] as [string, URL];
    const { urls, fail } = start(list);
    list[0] = c;
    list[1].pathname = "/changed";
    await fail(reset());
    expect(urls()).toEqual([a, b]);
  });

  test("of one is that url: what it costs, and when it ends", async () => {
    const told = async (url: CoreOptions["url"]) => {
      const { urls, fail, waits, ends, openStably, runtime } = start([], { url, retry: 2 });
      await openStably();
      await fail(reset(), closed(1012));
      await runtime.advance(10_000);
      await fail(refused(404));
      return [urls(), waits, ends];
    };
    expect(await told(endpoints([a]))).toEqual(await told(a));
    expect(await told(endpoints([() => a]))).toEqual(await told(() => a));
  });

  test("that a callback returns is begun", async () => {
    const { urls, fail, openStably } = start([], {
      url: a,
      onConnect: (_: unknown, __: unknown, state: object) => ({ ...state, uri: endpoints([b, c]) }),
    });
    await openStably();
    await fail(reset(), reset());
    expect(urls()).toEqual([a, b, c]);
  });

  test.each<[string, unknown, string, string]>([
    ["nothing", undefined, "endpoints", "must be an array of one url or more"],
    ["no url", [], "endpoints", "must be an array of one url or more"],
    ["a url", a, "endpoints", "must be an array of one url or more"],
    ["a number", [a, 5], "endpoints[1]", "must be a ws:, wss:, http: or https: url"],
    ["endpoints", [a, endpoints([b])], "endpoints[1]", "must be a ws:, wss:, http: or https: url"],
  ])("cannot be %s", (_, list, option, problem) => {
    const call = () => endpoints(list as List);
    expect(call).toThrow(expect.objectContaining({ code: "ERR_OPTION", option }));
    expect(call).toThrow(problem);
  });

  test.each([
    ["of another scheme", "ftp://user:s3cr3t@b.test/?s3cr3t", "another scheme"],
    ["that cannot be parsed", "ws://[s3cr3t", "cannot be parsed"],
    ["with a fragment", "ws://b.test/#s3cr3t", "a fragment"],
  ])("cannot have a url %s, which is told by its place", (_, url, problem) => {
    let error: unknown;
    try {
      start([a, url]);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "ERR_OPTION", option: "endpoints[1]", value: undefined });
    expect((error as Error).message).toContain(problem);
    expect((error as Error).message).not.toContain("s3cr3t");
  });

  test("has no other options", () => {
    expect(() => endpoints([a], { order: "alphabetical" as never })).toThrow(
      'endpoints.order must be "listed" or "random"',
    );
    expect(() => endpoints([a], { shuffle: true } as never)).toThrow("endpoints.shuffle is not an option");
  });
});

describe("what is told", () => {
  test("info() names the endpoint that is tried, or is next", async () => {
    const { client, fail } = start(["http://user:s3cr3t@a.test/?token=s3cr3t", () => b, c]);
    expect(info(client).endpoint).toBe("ws://***@a.test/?***");
    await fail(reset());
    expect(info(client).endpoint).toBe("endpoints[1]");
    await fail(refused(404), reset());
    expect(info(client)).toMatchObject({ phase: "waiting", endpoint: "ws://***@a.test/?***", url: c });
    client.terminate();
    expect(info(client).endpoint).toBe(undefined);
    expect(info(virtualClient(virtualWorld(), { url: a })).endpoint).toBe(undefined);
  });

  test("explain() names them, and says which was struck out", async () => {
    const { client, fail, runtime } = start([a, b]);
    await fail(refused(404), reset());
    await runtime.advance(0);
    const { attempts } = explain(client);
    expect(attempts).toMatchObject([
      { endpoint: "endpoints[0]", url: a, verdict: { retryIn: 0, next: "endpoints[1]", isStruckOut: true } },
      {
        endpoint: "endpoints[1]",
        url: b,
        verdict: { retryIn: 5000, next: "endpoints[1]", isStruckOut: false },
      },
    ]);
    const lines = String(explain(client)).split("\n");
    expect(lines[0]).toContain(`attempt 1 to ${a} (endpoints[0])`);
    expect(lines[0]).toMatch(/; struck out; endpoints\[1\] at once, 5 retries left$/);
    expect(lines[1]).toMatch(/; endpoints\[1\] in 5000 ms, 4 retries left$/);
  });
});
