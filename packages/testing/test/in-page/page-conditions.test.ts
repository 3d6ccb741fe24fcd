// What the pretended network keeps back, on a virtual clock: what a client is told of its messages is what becomes of them.

import { Client, type CoreOptions, deliver, type Platform } from "@gundam/core";
import { beforeEach, describe, expect, test } from "vitest";
import { applyFault, type InPageEvent, InPageServer, PageConditions } from "../../src/in-page/index.ts";
import { virtualWorld } from "../../src/index.ts";

let world: ReturnType<typeof virtualWorld>;
let server: InPageServer;
let conditions: PageConditions;
let seen: InPageEvent[];
let received: unknown[];

beforeEach(() => {
  world = virtualWorld();
  seen = [];
  received = [];
  server = new InPageServer({ runtime: world.runtime, note: (event) => seen.push(event) });
  conditions = new PageConditions();
});

async function startOpen(
  options: Partial<CoreOptions> = {},
  dial = server.dial as Platform["dial"],
): Promise<Client> {
  // As in a browser: no pings.
  const { ping: _, vigilanceOf: __, ...others } = world.platform;
  const platform = conditions.lay({ ...others, dial });
  const client = new Client(platform, { url: server.url, retryTimeout: 1000, stableAfter: 0, ...options });
  client.on("message", (message) => received.push(message));
  client.reconnect();
  await world.runtime.advance(10);
  expect(client.phase).toBe("open");
  return client;
}

/** What becomes of a message; undefined while that is open. */
function follow(client: Client, message: string): { outcome: string | undefined } {
  const told: { outcome: string | undefined } = { outcome: undefined };
  const tell = (outcome: string) => {
    told.outcome = outcome;
  };
  deliver(client, message).then(tell, ({ code }) => tell(code));
  return told;
}

describe("offline", () => {
  test("what is sent stays in the buffer, and arrives in order when the connection is still there", async () => {
    const client = await startOpen();
    conditions.goOffline();
    const [first, second] = [follow(client, "first"), follow(client, "second")];
    await world.runtime.advance(5000);
    expect(client.bufferedAmount).toBe("firstsecond".length);
    expect([first.outcome, second.outcome]).toEqual([undefined, undefined]);
    conditions.goOnline();
    await world.runtime.advance(300);
    expect(client.bufferedAmount).toBe(0);
    expect(received).toEqual(["first", "second"]);
    expect([first.outcome, second.outcome]).toEqual(["flushed", "flushed"]);
  });

  test.each([
    { name: "drop", how: "rst" },
    { name: "drop", how: "fin" },
    { name: "close", code: 1012 },
    { name: "close-without-fin", code: 1012 },
    { name: "away", ms: 100 },
    { name: "restart", ms: 100 },
  ] as const)("what is sent into a connection that has ended meanwhile is unknown: %j", async (fault) => {
    const client = await startOpen({ retryTimeout: 60_000 });
    conditions.goOffline();
    const before = follow(client, "before the end");
    applyFault(server, fault);
    await world.runtime.advance(3000);
    const after = follow(client, "after the end");
    expect(client.phase).toBe("open");
    conditions.goOnline();
    await world.runtime.advance(3000);
    expect([before.outcome, after.outcome]).toEqual(["ERR_UNKNOWN_DELIVERY", "ERR_UNKNOWN_DELIVERY"]);
    await world.runtime.advance(120_000);
    expect(client.phase).toBe("open");
    expect(received).toEqual([]);
  });

  test("so it is when the end comes with the network, of which nobody can have heard", async () => {
    const client = await startOpen();
    conditions.goOffline();
    const lost = follow(client, "into the dark");
    await world.runtime.advance(5000);
    applyFault(server, { name: "drop", how: "rst" });
    conditions.goOnline();
    await world.runtime.advance(1000);
    expect(lost.outcome).toBe("ERR_UNKNOWN_DELIVERY");
    expect(client.phase).toBe("open");
  });

  test("unknown it stays when the end was clean, for what was never written nobody can have read", async () => {
    const client = await startOpen();
    conditions.goOffline();
    const lost = follow(client, "never written");
    void client.close(1000);
    applyFault(server, { name: "close", code: 1000 });
    await world.runtime.advance(3000);
    conditions.goOnline();
    await world.runtime.advance(3000);
    expect(lost.outcome).toBe("ERR_UNKNOWN_DELIVERY");
  });

  test("unknown it is, too, while the browser has yet to tell that the connection has ended", async () => {
    const client = await startOpen({ retryTimeout: 60_000 });
    conditions.goOffline();
    const lost = follow(client, "too late");
    applyFault(server, { name: "close-without-fin", code: 1012 });
    await world.runtime.advance(100);
    conditions.goOnline();
    await world.runtime.advance(3000);
    expect(lost.outcome).toBe("ERR_UNKNOWN_DELIVERY");
  });

  test("a connection that answers for all that it was given answers for nothing else", async () => {
    const dial: Platform["dial"] = (request, listener) =>
      Object.assign((server.dial as Platform["dial"])(request, listener), { hasTaken: () => true });
    const client = await startOpen({}, dial);
    const before = follow(client, "given");
    await world.runtime.advance(10);
    conditions.goOffline();
    const held = follow(client, "held back");
    applyFault(server, { name: "drop", how: "rst" });
    await world.runtime.advance(10);
    conditions.goOnline();
    await world.runtime.advance(3000);
    expect([before.outcome, held.outcome]).toEqual(["flushed", "ERR_UNKNOWN_DELIVERY"]);
  });

  test("a connection that was let go of and has ended meanwhile is let go of all the same", async () => {
    let abandoned = 0;
    const dial: Platform["dial"] = (request, listener) => {
      const connection = (server.dial as Platform["dial"])(request, listener);
      const abandon = connection.abandon.bind(connection);
      return Object.assign(connection, {
        abandon(code?: number, reason?: string) {
          abandoned += 1;
          abandon(code, reason);
        },
      });
    };
    const client = await startOpen({}, dial);
    conditions.goOffline();
    client.terminate();
    applyFault(server, { name: "drop", how: "rst" });
    await world.runtime.advance(10);
    expect(abandoned).toBe(0);
    conditions.goOnline();
    await world.runtime.advance(1000);
    expect(abandoned).toBe(1);
  });

  test("our Close leaves when the network is back, after what was sent before it", async () => {
    const client = await startOpen();
    conditions.goOffline();
    const last = follow(client, "last word");
    void client.close(4000, "bye");
    await world.runtime.advance(1000);
    expect(seen.map(({ type }) => type)).not.toContain("closeReceived");
    conditions.goOnline();
    await world.runtime.advance(300);
    expect(seen).toContainEqual({ type: "closeReceived", connection: 1, code: 4000, reason: "bye" });
    expect(last.outcome).toBe("flushed");
    expect(client.phase).toBe("closed");
  });

  test("a server does not see that the client has let go, until the network is back", async () => {
    const client = await startOpen();
    conditions.goOffline();
    client.send("on its way");
    client.terminate();
    await world.runtime.advance(10_000);
    expect(server.connections).toHaveLength(1);
    conditions.goOnline();
    await world.runtime.advance(300);
    expect(server.connections).toHaveLength(0);
    expect(seen.at(-1)).toEqual({ type: "disconnected", connection: 1 });
  });

  test("the client that has let go hears nothing of what has come", async () => {
    const client = await startOpen();
    conditions.goOffline();
    server.push("too late");
    await world.runtime.advance(10);
    client.reconnect();
    await world.runtime.advance(10);
    conditions.goOnline();
    await world.runtime.advance(3000);
    expect(client.phase).toBe("open");
    expect(received).toEqual([]);
  });

  test("what is sent on hearing what has come follows what was sent before", async () => {
    const client = await startOpen();
    const arrived: unknown[] = [];
    client.on("message", (message: unknown) => {
      arrived.push(message);
      if (message === "news") client.send("on the news");
    });
    conditions.goOffline();
    server.push("news");
    await world.runtime.advance(10);
    client.send("before");
    conditions.goOnline();
    await world.runtime.advance(300);
    expect(arrived).toEqual(["news", "before", "on the news"]);
  });

  test("whoever goes offline again on hearing what has come hears the rest when that is over", async () => {
    const client = await startOpen();
    client.on("message", (message: unknown) => {
      if (message === "one") conditions.goOffline();
    });
    conditions.goOffline();
    server.push("one");
    server.push("two");
    await world.runtime.advance(10);
    conditions.goOnline();
    await world.runtime.advance(1000);
    expect(received).toEqual(["one"]);
    conditions.goOnline();
    await world.runtime.advance(300);
    expect(received).toEqual(["one", "two"]);
  });

  test("an attempt fails at once, and the page's return cuts the wait short", async () => {
    const client = await startOpen({ retryTimeout: 600_000 });
    conditions.goOffline();
    client.reconnect();
    await world.runtime.advance(10);
    expect(client.phase).toBe("waiting");
    conditions.goOnline();
    await world.runtime.advance(300);
    expect(client.phase).toBe("open");
  });
});

describe("hidden", () => {
  test("a client that is lost waits, and is back at once when the page is shown", async () => {
    const client = await startOpen({ retryTimeout: 600_000 });
    conditions.hide();
    applyFault(server, { name: "drop" });
    await world.runtime.advance(1000);
    expect(client.phase).toBe("waiting");
    conditions.show();
    await world.runtime.advance(300);
    expect(client.phase).toBe("open");
  });

  test("a page that was not hidden is not shown either: a wait goes on", async () => {
    const client = await startOpen({ retryTimeout: 600_000, stableAfter: 60_000 });
    applyFault(server, { name: "drop" });
    await world.runtime.advance(1000);
    conditions.show();
    await world.runtime.advance(300);
    expect(client.phase).toBe("waiting");
  });
});
