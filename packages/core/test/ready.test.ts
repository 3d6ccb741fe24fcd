// ready(): whose connection it waits for.

import { type GundamError, NotOpenError } from "@gundam/core";
import { closed, refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

/** What a promise has come to. */
function watch(promise: Promise<void>) {
  const seen: { state: "pending" | "ready" | "rejected"; error?: unknown } = { state: "pending" };
  promise.then(
    () => {
      seen.state = "ready";
    },
    (error: unknown) => {
      seen.state = "rejected";
      seen.error = error;
    },
  );
  return seen;
}

async function opened(options: object = {}) {
  const world = virtualWorld();
  const client = virtualClient(world, { retryTimeout: 100, stableAfter: 0, ...options });
  world.network.last.open();
  await settled();
  const peer = world.network.last;
  /** The next connection opens. */
  const openNext = async () => {
    await world.runtime.advance(100);
    world.network.last.open();
    await settled();
  };
  return { ...world, world, client, peer, openNext };
}

describe("ready()", () => {
  test("settles at once while the client is open, and rejects at once after its end, with the cause", async () => {
    const { client, peer } = await opened({ retry: 0 });
    const open = watch(client.ready());
    peer.lose();
    await settled();
    const over = watch(client.ready());
    await settled();
    expect([open.state, over.state]).toEqual(["ready", "rejected"]);
    expect(over.error).toBe(client.lastError);
  });

  test("waits over failed attempts, and rejects when the client gives up", async () => {
    const { client, peer, network, runtime } = await opened();
    peer.lose(closed(1000));
    await settled();
    const ready = watch(client.ready());
    await runtime.advance(100);
    network.last.lose(refused(503));
    await settled();
    expect(ready.state).toBe("pending");
    await runtime.advance(100);
    network.last.lose(refused(404));
    await settled();
    expect(ready).toMatchObject({ state: "rejected", error: { code: "ERR_REFUSED", status: 404 } });
  });

  test("rejects with the reason of its signal, and waits for nothing then", async () => {
    const { client, peer, openNext } = await opened();
    peer.lose();
    await settled();
    const aborting = new AbortController();
    const [aborted, other] = [watch(client.ready({ signal: aborting.signal })), watch(client.ready())];
    const reason = new Error("enough");
    aborting.abort(reason);
    await settled();
    expect(aborted).toEqual({ state: "rejected", error: reason });
    expect(watch(client.ready({ signal: aborting.signal })).state).toBe("pending");
    await expect(client.ready({ signal: aborting.signal })).rejects.toBe(reason);
    await openNext();
    expect(other.state).toBe("ready");
  });
});

describe("while the client is closing, and wanted again,", () => {
  test("ready() waits for the connection of the next life, as often as it is asked", async () => {
    const { client, peer, openNext } = await opened();
    void client.close();
    client.reconnect();
    const asked = [watch(client.ready()), watch(client.ready())];
    peer.lose(closed(1000));
    await settled();
    expect(asked.map(({ state }) => state)).toEqual(["pending", "pending"]);
    await openNext();
    expect(asked.map(({ state }) => state)).toEqual(["ready", "ready"]);
  });

  test("ready() that was asked before belongs to the life that ends", async () => {
    const { client, peer, openNext } = await opened();
    void client.close();
    const before = watch(client.ready());
    client.reconnect();
    const after = watch(client.ready());
    peer.lose(closed(1000));
    await settled();
    expect([before.state, after.state]).toEqual(["rejected", "pending"]);
    expect(before.error).toBe(client.lastError);
    await openNext();
    expect(after.state).toBe("ready");
  });

  test("a close() that takes the wish back rejects it", async () => {
    const { client, peer, network } = await opened();
    void client.close();
    client.reconnect();
    const asked = watch(client.ready());
    void client.close();
    peer.lose(closed(1000));
    await settled();
    expect(asked).toEqual({ state: "rejected", error: client.lastError });
    expect(client.phase).toBe("closed");
    expect(network.transports).toHaveLength(1);
  });

  test("a terminate() that takes the wish back rejects it", async () => {
    const { client } = await opened();
    void client.close();
    client.reconnect();
    const asked = watch(client.ready());
    client.terminate();
    await settled();
    expect(asked.state).toBe("rejected");
    expect(asked.error).toBeInstanceOf(NotOpenError);
  });

  test("a wish that is taken back and made again is granted to whoever asks then", async () => {
    const { client, peer, openNext } = await opened();
    void client.close();
    client.reconnect();
    void client.close();
    client.reconnect();
    const asked = watch(client.ready());
    peer.lose(closed(1000));
    await openNext();
    expect(asked.state).toBe("ready");
  });

  test("ready() rejects when the next life ends without a connection", async () => {
    const { client, peer, network, runtime } = await opened({ retry: 0 });
    void client.close();
    client.reconnect();
    const asked = watch(client.ready());
    peer.lose(closed(1000));
    await runtime.advance(0);
    network.last.lose(refused(404));
    await settled();
    expect(asked).toMatchObject({ state: "rejected", error: { status: 404 } });
  });

  test("close() settles with the old life, and leaves ready() of the next one alone", async () => {
    const { client, peer, openNext } = await opened();
    const closing = watch(client.close());
    client.reconnect();
    const asked = watch(client.ready());
    peer.lose(closed(1000));
    await settled();
    expect([closing.state, asked.state]).toEqual(["ready", "pending"]);
    await openNext();
    expect(asked.state).toBe("ready");
  });
});

describe("ready() asked where reconnect() was called,", () => {
  test("in onClose, waits for the next life's connection", async () => {
    let asked: ReturnType<typeof watch> | undefined;
    const { client, openNext } = await opened({
      onClose(_code: number, _reason: string, own: typeof client) {
        if (asked !== undefined) return;
        own.reconnect();
        asked = watch(own.ready());
      },
    });
    client.terminate();
    await settled();
    expect(asked!.state).toBe("pending");
    await openNext();
    expect(asked!.state).toBe("ready");
    client.terminate();
  });

  test.each(["close", "drop", "change"] as const)(
    "in a listener of %s while the end is told, waits for the next life's connection",
    async (type) => {
      const { client, peer, openNext } = await opened();
      const asked: ReturnType<typeof watch>[] = [];
      peer.bufferedAmount = 1;
      client.on("drop", () => {});
      client.send("on its way");
      client.on(type, () => {
        if (client.phase !== "closed" || asked.length > 0) return;
        client.reconnect();
        asked.push(watch(client.ready()), watch(client.ready()));
      });
      client.terminate();
      await settled();
      expect(asked.map(({ state }) => state)).toEqual(["pending", "pending"]);
      await openNext();
      expect(asked.map(({ state }) => state)).toEqual(["ready", "ready"]);
    },
  );

  test.each([
    ["change", true],
    ["change", false],
    ["drop", true],
    ["drop", false],
    ["close", true],
    ["close", false],
  ] as const)(
    "before, in a listener of %s while the old end is told, waits for the next life's connection; asked before: %s",
    async (type, isAskedBefore) => {
      const { client, peer, openNext } = await opened();
      const asked: ReturnType<typeof watch>[] = [];
      peer.bufferedAmount = 1;
      client.on("drop", () => {});
      client.send("on its way");
      void client.close();
      client.reconnect();
      if (isAskedBefore) asked.push(watch(client.ready()));
      client.on(type, () => {
        if (client.phase !== "open" && asked.length < 2) asked.push(watch(client.ready()));
      });
      // From now on events are told as they happen.
      await settled();
      peer.lose(closed(1000));
      await openNext();
      expect(asked.length).toBeGreaterThan(0);
      expect(new Set(asked.map(({ state }) => state))).toEqual(new Set(["ready"]));
    },
  );

  test("in onDisconnect and onError, waits for the same connection as everybody", async () => {
    const asked: ReturnType<typeof watch>[] = [];
    const ask = (own: { reconnect(): void; ready(): Promise<void> }) => {
      own.reconnect();
      asked.push(watch(own.ready()));
    };
    const { client, peer, openNext } = await opened({
      onError: (_: GundamError, own: typeof client) => ask(own),
      onDisconnect: (own: typeof client) => ask(own),
    });
    peer.lose();
    asked.push(watch(client.ready()));
    await settled(40);
    await openNext();
    expect(asked.map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
    expect(client.phase).toBe("open");
  });

  test("in onMessage while the client is closing, waits for the next life's connection", async () => {
    let asked: ReturnType<typeof watch> | undefined;
    const { client, peer, openNext } = await opened({
      onMessage(_: unknown, own: typeof client) {
        own.reconnect();
        asked = watch(own.ready());
      },
    });
    void client.close();
    peer.receive("come back");
    peer.lose(closed(1000));
    await openNext();
    expect(asked!.state).toBe("ready");
  });
});
