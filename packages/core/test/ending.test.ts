// A connection whose end the platform has seen, and does not tell yet: nothing is sent in vain.

import { deliver, heartbeat } from "@gundam/core";
import { closed, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

async function openClient(options: object = {}) {
  const world = virtualWorld();
  const told: string[] = [];
  const client = virtualClient(world, {
    retryTimeout: 1000,
    onConnect: () => told.push("connect"),
    onDisconnect: () => told.push("disconnect"),
    onError: () => told.push("error"),
    ...options,
  });
  const drops: unknown[] = [];
  client.on("drop", ({ message, outcome }) => drops.push([message, outcome]));
  world.network.last.open();
  await settled();
  told.length = 0;
  return { world, client, peer: world.network.last, told, drops };
}

describe("what is sent into a connection that is ending", () => {
  test("waits for the next connection, and is told as lost by nobody", async () => {
    const { world, client, peer, drops } = await openClient();
    peer.isEnding = true;
    expect(client.send("a")).toBe(true);
    const delivery = deliver(client, "b");
    expect(peer.sent).toEqual([]);
    expect(client.phase).toBe("deciding");
    peer.lose(closed(1000));
    await world.runtime.advance(1000);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["a", "b"]);
    expect(await delivery).toBe("flushed");
    expect(drops).toEqual([]);
  });

  test("waits, too, where it is sent by a callback that an effect calls", async () => {
    const { world, client, peer } = await openClient();
    client.on("error", () => client.send("within"));
    peer.isEnding = true;
    peer.trouble(new TypeError("trouble") as never);
    expect(peer.sent).toEqual([]);
    peer.lose(closed(1000));
    await world.runtime.advance(1000);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["within"]);
  });

  test("stays in the queue where the connection ended while onConnect was pending", async () => {
    let greet = () => {};
    const { world, client, peer } = await openClient({
      onConnect: () => new Promise<void>((resolve) => (greet = resolve)),
    });
    client.send("queued");
    client.send("ahead", { ahead: true });
    expect(peer.sent).toEqual(["ahead"]);
    peer.isEnding = true;
    greet();
    await settled();
    expect(peer.sent).toEqual(["ahead"]);
    peer.lose(closed(1000));
    await world.runtime.advance(1000);
    world.network.last.open();
    greet();
    await settled();
    expect(world.network.last.sent).toEqual(["queued"]);
  });
});

describe("what is sent by whom a listener ends the client for", () => {
  test.each(["terminate", "close"] as const)("is refused after %s()", async (end) => {
    const { client, peer, drops } = await openClient();
    peer.isEnding = true;
    client.on("change", ({ to }) => {
      if (to === "deciding") void client[end]();
    });
    await expect(deliver(client, "x")).rejects.toMatchObject({ code: "ERR_NOT_OPEN" });
    expect(client.bufferedAmount).toBe(0);
    expect(drops).toEqual([]);
  });
});

describe("a connection that is ending", () => {
  test("is lost with the code that the peer has sent: a verdict that stops does", async () => {
    const { client, peer, told } = await openClient();
    peer.isEnding = true;
    client.send("in vain");
    expect(told).toEqual([]);
    peer.lose(closed(1008));
    await settled();
    expect(client.phase).toBe("closed");
    expect(client.lastClose).toMatchObject({ code: 1008 });
  });

  test("is lost without one after 3 s, if the platform never tells", async () => {
    const { world, client, peer, told } = await openClient();
    peer.isEnding = true;
    client.send("waits");
    await world.runtime.advance(2999);
    expect(client.phase).toBe("deciding");
    expect(told).toEqual([]);
    await world.runtime.advance(1);
    expect(told).toEqual(["error", "disconnect"]);
    expect(client.lastClose).toMatchObject({ code: 1006, wasClean: false });
    expect(peer.isAbandoned).toBe(true);
    await world.runtime.advance(1000);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["waits"]);
  });

  test("is found by a heartbeat's question, which does not leave", async () => {
    const { world, client, peer } = await openClient({
      wsOpts: { heartbeat: heartbeat({ message: "?", interval: 1000, timeout: 500 }), keepalive: Infinity },
    });
    peer.isEnding = true;
    await world.runtime.advance(1000);
    expect(client.phase).toBe("deciding");
    expect(peer.sent).toEqual([]);
  });

  test("gives way to reconnect(), and can be closed", async () => {
    const first = await openClient();
    first.peer.isEnding = true;
    first.client.send("waits");
    first.client.reconnect();
    await settled();
    expect(first.peer.isAbandoned).toBe(true);
    first.world.network.last.open();
    await settled();
    expect(first.world.network.last.sent).toEqual(["waits"]);

    const second = await openClient();
    second.peer.isEnding = true;
    second.client.send("never");
    const closing = second.client.close();
    second.peer.lose(closed(1000));
    await closing;
    expect(second.client.phase).toBe("closed");
    expect(second.drops).toEqual([["never", "unsent"]]);
  });
});
