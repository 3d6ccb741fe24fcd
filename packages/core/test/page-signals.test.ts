// What a page goes through (DESIGN §5.7), on a virtual clock: it is put away and comes back, is hidden, wakes.

import {
  type AbortSignalLike,
  askByPing,
  type CoreOptions,
  heartbeat,
  info,
  type PageSignal,
  type Platform,
  type Watcher,
} from "@gundam/core";
import { closed, refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

const asleep: PageSignal = { type: "sleep" };
const awake: PageSignal = { type: "wake", hasSlept: true };
const noticed: PageSignal = { type: "wake", hasSlept: false };
const online: PageSignal = { type: "wake", hasSlept: false, isOnline: true };

/** A client on a page. Browsers can neither ping nor tell bytes. */
async function onPage(options: Partial<CoreOptions> & Record<string, unknown> = {}, canPing = false) {
  const world = virtualWorld();
  const heard = new Set<Watcher>();
  let hidden = false;
  const platform: Platform = {
    ...world.platform,
    ping: canPing ? askByPing : undefined,
    isHidden: () => hidden,
    watch(watcher, pageSignals) {
      const stop = world.platform.watch!(watcher, pageSignals);
      if (pageSignals) heard.add(watcher);
      return () => {
        heard.delete(watcher);
        stop();
      };
    },
  };
  const told: string[] = [];
  const client = virtualClient(
    { ...world, platform },
    {
      retryTimeout: 10_000,
      onConnect: () => told.push("connect"),
      onDisconnect: () => told.push("disconnect"),
      onError: () => told.push("error"),
      onClose: (code: number) => told.push(`close ${code}`),
      ...options,
    },
  );
  client.on("retry", ({ delay, retriesLeft }) => told.push(`retry in ${delay}, ${retriesLeft} left`));
  const { network, runtime } = world;
  return {
    client,
    told,
    network,
    runtime,
    page: {
      tell: (signal: PageSignal) => {
        for (const watcher of heard) watcher.post(signal);
      },
      hide: () => {
        hidden = true;
      },
      get listeners() {
        return heard.size;
      },
    },
    async open() {
      network.last.open();
      await settled();
      told.length = 0;
      return network.last;
    },
    dials: () => network.transports.length,
  };
}

describe("a page that is put away", () => {
  test("closes its connection with 1000, costs no budget, and is back within 250 ms of its return", async () => {
    const { page, open, told, runtime, client, dials, network } = await onPage({ retry: 1 });
    for (let times = 1; times <= 3; times++) {
      const peer = await open();
      page.tell(asleep);
      expect(peer.closeFrame).toMatchObject({ code: 1000 });
      expect(peer.isAbandoned).toBe(true);
      expect(told).toEqual(["disconnect"]);
      expect(client.phase).toBe("waiting");
      await runtime.advance(3_600_000);
      expect(dials()).toBe(times);
      page.tell(awake);
      await runtime.advance(250);
      expect(dials()).toBe(times + 1);
      expect(info(client).retriesLeft).toBe(1);
    }
    network.last.open();
    await settled();
    expect(client.phase).toBe("open");
  });

  test("gives up the attempt that it makes, and lets its messages wait", async () => {
    const { page, runtime, client, network, dials } = await onPage({ retry: 0 });
    client.send("queued");
    page.tell(asleep);
    expect(network.last.isAbandoned).toBe(true);
    network.last.open();
    await runtime.advance(60_000);
    expect(client.phase).toBe("waiting");
    page.tell(noticed);
    await runtime.advance(250);
    expect(dials()).toBe(2);
    network.last.open();
    await settled();
    expect(network.last.sent).toEqual(["queued"]);
  });

  test("does not forget what the server asked it to wait", async () => {
    const { page, runtime, network, dials, client } = await onPage();
    network.last.lose(refused(503, 60_000));
    await settled();
    page.tell(asleep);
    page.tell(awake);
    await runtime.advance(59_999);
    expect(dials()).toBe(1);
    await runtime.advance(15_001);
    expect(dials()).toBe(2);
    expect(client.phase).toBe("connecting");
  });

  test("attempts at once when told to", async () => {
    const { page, client, dials, open } = await onPage();
    await open();
    page.tell(asleep);
    client.reconnect();
    await settled();
    expect(dials()).toBe(2);
  });

  test("can be closed", async () => {
    const { page, client, open, told, runtime } = await onPage();
    await open();
    page.tell(asleep);
    await client.close(4000, "done");
    await settled();
    expect(told).toEqual(["disconnect", "close 4000"]);
    expect(page.listeners).toBe(0);
    expect(runtime.timers).toBe(0);
  });
});

describe("a page that wakes", () => {
  test("from a long sleep replaces a connection that it cannot ask", async () => {
    const { page, open, told, dials, network } = await onPage();
    const peer = await open();
    page.tell(awake);
    await settled();
    expect(peer.closeFrame).toMatchObject({ code: 1000 });
    expect(told).toEqual(["disconnect"]);
    expect(dials()).toBe(2);
    expect(network.live).toHaveLength(1);
  });

  test("from a long sleep replaces it before it is ready, too", async () => {
    const { page, network, runtime, dials } = await onPage({ onConnect: () => new Promise(() => {}) });
    network.last.open();
    await settled();
    page.tell(awake);
    expect(network.last.isAbandoned).toBe(true);
    // The next attempt waits for the callback.
    await runtime.advance(5000);
    expect(dials()).toBe(2);
  });

  test("from a long sleep asks where there is a heartbeat", async () => {
    const question = { message: "hb", interval: 20_000, timeout: 1000 };
    const { page, open, told, runtime, client } = await onPage({
      wsOpts: { heartbeat: heartbeat(question) },
    });
    const peer = await open();
    page.tell(awake);
    expect(peer.sent).toEqual([]);
    await runtime.advance(100);
    expect(peer.sent).toEqual(["hb"]);
    peer.receive("answer");
    await runtime.advance(1000);
    expect(client.phase).toBe("open");
    page.tell(awake);
    await runtime.advance(1100);
    expect(told).toEqual(["error", "disconnect", "retry in 10000, 4 left"]);
  });

  test("or comes online never replaces an open connection", async () => {
    const { page, open, told, runtime } = await onPage();
    const peer = await open();
    page.tell(noticed);
    await runtime.advance(60_000);
    expect(peer.isAbandoned).toBe(false);
    expect(told).toEqual([]);
  });

  test("or comes online retries within 250 ms, but no sooner than the server asked", async () => {
    const { page, runtime, network, dials, open } = await onPage({ retryTimeout: 60_000 });
    network.last.lose(closed(1006));
    await settled();
    page.tell(noticed);
    await runtime.advance(250);
    expect(dials()).toBe(2);
    await open();
  });

  test.each([
    ["comes online", online],
    ["wakes from a long sleep", awake],
  ])("%s begins an attempt anew that may hang, and that costs nothing", async (_, signal) => {
    const { page, network, told, client, dials } = await onPage({ retry: 1 });
    const first = network.last;
    page.tell(signal);
    await settled();
    expect(first.isAbandoned).toBe(true);
    expect(dials()).toBe(2);
    expect(told).toEqual([]);
    expect(info(client).retriesLeft).toBe(1);
    page.tell(noticed);
    await settled();
    expect(dials()).toBe(2);
  });

  test.each([
    ["comes online", online],
    ["wakes from a long sleep", awake],
  ])("%s asks for the url anew", async (_, signal) => {
    const asked: AbortSignalLike[] = [];
    const url = ({ signal }: { readonly signal: AbortSignalLike }) => {
      asked.push(signal);
      return asked.length === 1 ? new Promise<string>(() => {}) : "ws://second.test/";
    };
    const { page, network, told } = await onPage({ url, retry: 1 });
    page.tell(noticed);
    await settled();
    expect(asked.map(({ aborted }) => aborted)).toEqual([false]);
    page.tell(signal);
    await settled();
    expect(asked.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(network.last.request.url).toBe("ws://second.test/");
    expect(told).toEqual([]);
  });

  test("gives back what the wait that it cuts short had cost, once", async () => {
    const { page, network, client, runtime } = await onPage({ retry: 2, retryTimeout: 60_000 });
    for (let wakes = 1; wakes <= 5; wakes++) {
      network.last.lose(closed(1006));
      await settled();
      expect(info(client).retriesLeft).toBe(1);
      page.tell(noticed);
      page.tell(noticed);
      expect(info(client).retriesLeft).toBe(2);
      await runtime.advance(250);
    }
    expect(client.phase).toBe("connecting");
  });

  test("gives nothing back where it cuts nothing short", async () => {
    const { page, network, client, runtime, dials } = await onPage({ retry: 2, retryTimeout: 100 });
    network.last.lose(refused(503, 1000));
    await settled();
    page.tell(noticed);
    await runtime.advance(1250);
    expect(dials()).toBe(2);
    network.last.lose(refused(503));
    await runtime.advance(99);
    // Whenever a wake would have it, the wait is over before.
    runtime.random = () => 0.999;
    page.tell(noticed);
    await runtime.advance(1);
    expect(dials()).toBe(3);
    expect(info(client).retriesLeft).toBe(0);
  });

  test("takes nothing away where the policy added to the budget", async () => {
    const retryFun = () => ({ retries: 7, timeout: 60_000 });
    const { page, network, client, runtime } = await onPage({ retry: 1, retryFun });
    network.last.lose(closed(1006));
    await settled();
    page.tell(noticed);
    await runtime.advance(250);
    expect(info(client).retriesLeft).toBe(7);
  });

  test("from a long sleep replaces a connection that is ending, and else waits for its end", async () => {
    const { page, open, network, client, dials } = await onPage({}, true);
    const peer = await open();
    peer.isEnding = true;
    client.send("waits");
    page.tell(noticed);
    page.tell(online);
    expect(client.phase).toBe("deciding");
    expect(peer.pings).toEqual([]);
    page.tell(awake);
    expect(peer.isAbandoned).toBe(true);
    await settled();
    expect(dials()).toBe(2);
    network.last.open();
    await settled();
    expect(network.last.sent).toEqual(["waits"]);
  });

  test("after a jump of more than 30 s replaces a connection that cannot be asked", async () => {
    const { runtime, open, dials } = await onPage();
    const peer = await open();
    // Something must be due, for the timer to tell: here the transport's own deadline.
    peer.reschedule(runtime.now() + 1000);
    runtime.wallAhead += 30_001;
    await runtime.advance(1000);
    expect(dials()).toBe(2);
    expect(peer.isAbandoned).toBe(true);
  });

  test("after a jump of less does not", async () => {
    const { runtime, open, dials } = await onPage();
    const peer = await open();
    peer.expire = () => peer.reschedule(Infinity);
    peer.reschedule(runtime.now() + 1000);
    runtime.wallAhead += 30_000;
    await runtime.advance(2000);
    expect(peer.deadline).toBe(Infinity);
    expect(dials()).toBe(1);
  });

  test("pings where it can, and waits for nothing", async () => {
    const { page, open, runtime, client } = await onPage({}, true);
    const peer = await open();
    page.tell(awake);
    expect(peer.pings).toHaveLength(1);
    await runtime.advance(600_000);
    expect(client.phase).toBe("open");
  });
});

describe("a page that nobody sees", () => {
  test("retries 30 s apart at the least, and for free", async () => {
    const { page, network, runtime, told, dials, client } = await onPage({ retry: 2, retryTimeout: 100 });
    network.onDial = (transport) => queueMicrotask(() => transport.lose(refused(503)));
    page.hide();
    network.last.lose(refused(503));
    await runtime.advance(29_999);
    expect(dials()).toBe(1);
    await runtime.advance(1);
    expect(dials()).toBe(2);
    await runtime.advance(10 * 30_000);
    expect(dials()).toBe(12);
    expect(new Set(told)).toEqual(new Set(["error", "retry in 30000, 2 left"]));
    expect(info(client).retriesLeft).toBe(2);
  });

  test("waits longer where the policy does", async () => {
    const { page, network, told } = await onPage({ retryTimeout: 45_000 });
    page.hide();
    network.last.lose(refused(503));
    await settled();
    expect(told).toEqual(["error", "retry in 45000, 5 left"]);
  });
});

describe("page signals", () => {
  test("are not heard with pageSignals: false", async () => {
    const { page, network, told } = await onPage({ pageSignals: false, retryTimeout: 100 });
    expect(page.listeners).toBe(0);
    page.hide();
    network.last.lose(refused(503));
    await settled();
    expect(told).toEqual(["error", "retry in 100, 4 left"]);
  });

  test.each([
    [{ type: "sleep" }, { code: 4000, reason: "put away" }, { code: 4000, reason: "put away" }],
    [{ type: "wake", hasSlept: true }, { reason: "slept" }, { code: 1000, reason: "slept" }],
    [{ type: "sleep" }, {}, { code: 1000, reason: "" }],
  ] as const)("%o with the parting %o closes with %o", async (signal, parting, close) => {
    const { page, open } = await onPage({ pageSignals: parting });
    const transport = await open();
    page.tell({ ...signal, ...parting });
    expect(transport.closeFrame).toEqual(close);
  });

  test.each([
    1,
    "4000",
    null,
    [],
    { code: 1001 },
    { code: "4000" },
    { reason: "x".repeat(124) },
    { reason: 1 },
    { cod: 4000 },
  ])("are not said to part with %o", async (pageSignals) => {
    await expect(onPage({ pageSignals: pageSignals as never })).rejects.toMatchObject({
      code: "ERR_OPTION",
      option: "pageSignals",
      message: expect.stringContaining(
        "true, false or { code, reason }: a code of 1000 or from 3000 to 4999",
      ),
    });
  });

  test("are listened to during a life, by one listener", async () => {
    const { page, client, network } = await onPage({ retry: 0 });
    expect(page.listeners).toBe(1);
    network.last.lose(refused(404));
    await settled();
    expect(client.phase).toBe("closed");
    expect(page.listeners).toBe(0);
    client.reconnect();
    await settled();
    expect(page.listeners).toBe(1);
    client.terminate();
    expect(page.listeners).toBe(0);
  });
});
