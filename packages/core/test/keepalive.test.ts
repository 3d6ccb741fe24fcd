// Keepalive and heartbeat (DESIGN §3, §5.6–5.7) on a virtual clock: who is asked when, and who is given up.

import {
  type CoreOptions,
  DeadPeerError,
  driverOf,
  type GundamError,
  heartbeat,
  ping,
  SendTimeoutError,
  updateFlow,
} from "@gundam/core";
import { closed, type FakeTransport, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

const keepalive = { wsOpts: { keepalive: 1000 } };
const question = { message: "still there?", interval: 1000, timeout: 400 };
const asking = { wsOpts: { heartbeat: heartbeat(question) } };

/** An open client, with what its user is told. */
async function opened(options: Partial<CoreOptions> & Record<string, unknown> = {}) {
  const world = virtualWorld();
  const told: string[] = [];
  const client = virtualClient(world, {
    retryTimeout: 500,
    onConnect: () => told.push("connect"),
    onMessage: (message: unknown) => told.push(`message ${message}`),
    onError: (error: GundamError) => told.push(error.name),
    onDisconnect: () => told.push("disconnect"),
    ...options,
  });
  client.on("retry", ({ delay }) => told.push(`retry in ${delay}`));
  const peer = world.network.last;
  peer.open();
  await settled();
  told.length = 0;
  return { world, client, peer, told, runtime: world.runtime };
}

/** The peer answers a ping as soon as it comes. */
function answering(peer: FakeTransport): void {
  const ping = peer.ping.bind(peer);
  peer.ping = (data) => {
    ping(data);
    queueMicrotask(() => peer.receivePong(data));
  };
}

describe("keepalive", () => {
  test("is off unless asked for", async () => {
    const { runtime, peer } = await opened();
    await runtime.advance(3_600_000);
    expect(peer.pings).toEqual([]);
    expect(runtime.timers).toBe(0);
  });

  test("pings a peer that has been silent for so long, and again as long as it only answers", async () => {
    const { runtime, peer, client } = await opened(keepalive);
    answering(peer);
    await runtime.advance(999);
    expect(peer.pings).toHaveLength(0);
    await runtime.advance(1);
    expect(peer.pings).toHaveLength(1);
    await runtime.advance(10_000);
    expect(peer.pings.length).toBeGreaterThanOrEqual(10);
    expect(peer.pings.length).toBeLessThanOrEqual(11);
    expect(client.phase).toBe("open");
  });

  test.each([
    ["messages", (peer: FakeTransport) => peer.receive("x")],
    ["its pings", (peer: FakeTransport) => peer.receivePing(new Uint8Array())],
    ["unasked pongs", (peer: FakeTransport) => peer.receivePong(new Uint8Array())],
    ["the bytes of a message that never ends", (peer: FakeTransport) => void peer.bytesRead++],
  ])("does not ping while %s keep coming", async (_, speak) => {
    const { runtime, peer, client } = await opened(keepalive);
    for (let i = 0; i < 40; i++) {
      await runtime.advance(700);
      speak(peer);
    }
    expect(peer.pings).toEqual([]);
    expect(client.phase).toBe("open");
  });

  test("stops pinging when traffic flows again", async () => {
    const { runtime, peer } = await opened({ wsOpts: { keepalive: 1000, keepaliveTolerance: 3 } });
    answering(peer);
    await runtime.advance(1000);
    for (let i = 0; i < 40; i++) {
      peer.receive("x");
      await runtime.advance(300);
    }
    expect(peer.pings).toHaveLength(1);
  });

  test.each([0, 1, 100, 249, 250, 251, 600, 999])(
    "gives a peer up within twice the keepalive of its last byte, %i ms after opening",
    async (lastByteAt) => {
      const { runtime, peer, told } = await opened(keepalive);
      await runtime.advance(lastByteAt);
      peer.bytesRead += 1;
      await runtime.advance(1749);
      expect(told).toEqual([]);
      await runtime.advance(251);
      expect(told[0]).toBe("DeadPeerError");
      expect(peer.pings).toHaveLength(1);
    },
  );

  test("tells the error, the disconnect and the retry, abandons the socket at once, and ignores its late close", async () => {
    const { runtime, peer, told, client, world } = await opened(keepalive);
    const whenDead: unknown[] = [];
    client.on("error", () => whenDead.push(peer.isAbandoned, client.phase));
    await runtime.advance(2000);
    expect(whenDead).toEqual([true, "deciding"]);
    expect(told).toEqual(["DeadPeerError", "disconnect", "retry in 500"]);
    expect(peer.closeFrame).toBe(undefined);
    expect(client.lastError).toBeInstanceOf(DeadPeerError);
    expect(client.lastClose).toMatchObject({ code: 1006, wasClean: false, cause: client.lastError });
    expect((client.lastError as DeadPeerError).silence).toBe(2000);
    peer.lose(closed(1000));
    await runtime.advance(500);
    expect(world.network.transports).toHaveLength(2);
    world.network.last.open();
    peer.lose(closed(4000));
    peer.receive("from the grave");
    await settled();
    expect(told).toEqual(["DeadPeerError", "disconnect", "retry in 500", "connect"]);
    expect(client.phase).toBe("open");
  });

  test("waits for the answer as often as tolerated", async () => {
    const { runtime, peer, told } = await opened({ wsOpts: { keepalive: 1000, keepaliveTolerance: 3 } });
    await runtime.advance(3999);
    expect(told).toEqual([]);
    expect(peer.pings).toHaveLength(1);
    await runtime.advance(1);
    expect(told[0]).toBe("DeadPeerError");
  });

  test("takes a late answer, up to the last moment", async () => {
    const { runtime, peer, told } = await opened(keepalive);
    await runtime.advance(1999);
    peer.receivePong(peer.pings[0]!);
    await runtime.advance(1749);
    expect(told).toEqual([]);
  });

  test("fails a ping of the user's with the connection", async () => {
    const { runtime, client } = await opened(keepalive);
    const answer = ping(client);
    await runtime.advance(2000);
    await expect(answer).rejects.toThrow("the connection ended before the pong came");
  });

  test("does not outlive its connection", async () => {
    const { runtime, peer, client } = await opened(keepalive);
    const closing = client.close();
    peer.lose(closed(1000));
    await closing;
    await settled();
    expect(runtime.timers).toBe(0);
  });
});

describe("a client that does not read", () => {
  test("calls nobody dead while its flow is used up, nor at once afterwards", async () => {
    const { runtime, peer, client, told } = await opened({ wsOpts: { keepalive: 1000, flow: 1 } });
    peer.receive("the last for now");
    expect(peer.isPaused).toBe(true);
    await runtime.advance(60_000);
    expect(client.phase).toBe("open");
    updateFlow(client, 10);
    expect(peer.isPaused).toBe(false);
    await runtime.advance(1499);
    expect(told).toEqual(["message the last for now"]);
    await runtime.advance(501);
    expect(told).toContain("DeadPeerError");
  });

  test("calls nobody dead while its callbacks have not kept up", async () => {
    let finish!: () => void;
    const onMessage = () => new Promise<void>((resolve) => (finish = resolve));
    const { runtime, peer, client } = await opened({ ...keepalive, onMessage });
    peer.receive("slow");
    peer.receive("waits");
    expect(peer.isPaused).toBe(true);
    await runtime.advance(60_000);
    expect(client.phase).toBe("open");
    finish();
    await settled();
    expect(peer.isPaused).toBe(false);
  });
});

describe("a heartbeat", () => {
  test("asks a silent peer with its message, which goes past the codec", async () => {
    const codec = { encode: () => "encoded", decode: () => "decoded" };
    const { runtime, peer } = await opened({ wsOpts: { ...asking.wsOpts, codec } });
    await runtime.advance(1000);
    expect(peer.sent).toEqual(["still there?"]);
    expect(peer.pings).toEqual([]);
  });

  test("does not deliver its replies, and delivers all else", async () => {
    const isReply = (message: unknown) => message === "yes";
    const { runtime, peer, told, client } = await opened({
      wsOpts: { heartbeat: heartbeat({ ...question, isReply }) },
    });
    const emitted: unknown[] = [];
    client.on("message", (message) => emitted.push(message));
    for (let i = 0; i < 5; i++) {
      await runtime.advance(1000);
      peer.receive("yes");
      peer.receive("news");
    }
    expect(client.phase).toBe("open");
    expect(peer.sent.length).toBeGreaterThan(0);
    expect(told).toEqual(Array(5).fill("message news"));
    expect(emitted).toEqual(Array(5).fill("news"));
  });

  test("gives a peer up that answers nothing for its timeout", async () => {
    const { runtime, peer, told } = await opened(asking);
    await runtime.advance(1399);
    expect(told).toEqual([]);
    await runtime.advance(1);
    expect(told).toEqual(["DeadPeerError", "disconnect", "retry in 500"]);
    expect(peer.isAbandoned).toBe(true);
  });

  test("without a timeout says its message after each silence, and gives nobody up", async () => {
    const { runtime, peer, told } = await opened({
      wsOpts: { heartbeat: heartbeat({ message: "here I am", interval: 1000 }) },
    });
    await runtime.advance(3000);
    expect(peer.sent).toEqual(["here I am", "here I am", "here I am"]);
    await runtime.advance(500);
    peer.receive("x");
    await runtime.advance(999);
    expect(peer.sent).toHaveLength(3);
    await runtime.advance(60_000);
    expect(peer.sent.length).toBeGreaterThan(60);
    expect(told).toEqual(["message x"]);
  });

  test("is told when isReply throws, and then it is a message", async () => {
    const isReply = () => {
      throw new Error("in isReply");
    };
    const { peer, told } = await opened({
      wsOpts: { heartbeat: heartbeat({ ...question, isReply }) },
    });
    peer.receive("x");
    expect(told).toEqual(["CallbackError", "message x"]);
  });

  test("goes on as it began when a callback returns other options for the next attempt", async () => {
    const { runtime, peer, client, world } = await opened({
      ...asking,
      onMessage: (_: unknown, __: unknown, state: object) => ({ ...state, wsOpts: {} }),
    });
    peer.receive("x");
    await runtime.advance(1000);
    expect(peer.sent).toEqual(["still there?"]);
    await runtime.advance(1000);
    world.network.last.open();
    await runtime.advance(60_000);
    expect(world.network.transports).toHaveLength(2);
    expect(client.phase).toBe("open");
  });

  test("and keepalive go together: whichever is due asks, and any byte answers both", async () => {
    const { runtime, peer, client, told } = await opened({
      wsOpts: { keepalive: 600, heartbeat: heartbeat({ message: "hb", interval: 1000, timeout: 400 }) },
    });
    await runtime.advance(600);
    expect([peer.pings.length, peer.sent.length]).toEqual([1, 0]);
    await runtime.advance(400);
    expect([peer.pings.length, peer.sent.length]).toEqual([1, 1]);
    peer.bytesRead += 1;
    await runtime.advance(400);
    expect(client.phase).toBe("open");
    await runtime.advance(1200);
    expect(told[0]).toBe("DeadPeerError");
  });
});

describe("a look at a question's deadline", () => {
  /** A question is out, and its deadline is passed by so many ms. */
  const lookedAt = async (late: number) => {
    const dialogue = await opened(keepalive);
    await dialogue.runtime.advance(1000);
    while (dialogue.runtime.now() + dialogue.runtime.nextTimer < 2000)
      await dialogue.runtime.advance(dialogue.runtime.nextTimer);
    dialogue.runtime.skip(dialogue.runtime.nextTimer + late);
    await dialogue.runtime.advance(0);
    return dialogue;
  };

  test("that is late by a quarter of the quiet time judges", async () => {
    const { client, told } = await lookedAt(250);
    expect(told[0]).toBe("DeadPeerError");
    expect(client.phase).not.toBe("open");
  });

  test("that is later asks nothing and judges nobody; the next one does, 100 ms after", async () => {
    const { runtime, peer, told } = await lookedAt(251);
    await runtime.advance(99);
    expect(told).toEqual([]);
    await runtime.advance(1);
    expect(told[0]).toBe("DeadPeerError");
    expect(peer.pings).toHaveLength(1);
  });

  test("that is later finds the answer that had come in time", async () => {
    const { runtime, peer, told, client } = await lookedAt(1999);
    peer.receive("in time");
    await runtime.advance(100);
    expect(client.phase).toBe("open");
    expect(told).toEqual(["message in time"]);
  });

  test("judges when it is the second, however late that is", async () => {
    const { runtime, told } = await lookedAt(251);
    runtime.skip(100 + 1999);
    await runtime.advance(0);
    expect(told[0]).toBe("DeadPeerError");
  });
});

describe("a wake", () => {
  /** What the runtime does while nobody looks. */
  const lateTimer = async ({ runtime }: Awaited<ReturnType<typeof opened>>) => {
    runtime.skip(runtime.nextTimer + 2001);
    await runtime.advance(0);
  };

  test("by a timer more than 2 s late asks as soon as what came has been read, and judges nobody", async () => {
    const dialogue = await opened(keepalive);
    await dialogue.runtime.advance(1000);
    expect(dialogue.peer.pings).toHaveLength(1);
    await lateTimer(dialogue);
    await dialogue.runtime.advance(99);
    expect(dialogue.peer.pings).toHaveLength(1);
    await dialogue.runtime.advance(1);
    expect(dialogue.peer.pings).toHaveLength(2);
    expect(dialogue.told).toEqual([]);
    await dialogue.runtime.advance(999);
    expect(dialogue.told).toEqual([]);
    await dialogue.runtime.advance(1);
    expect(dialogue.told[0]).toBe("DeadPeerError");
  });

  test("by clocks that drift more than 2 s apart asks likewise, and judges nobody", async () => {
    const { runtime, peer, told } = await opened(keepalive);
    await runtime.advance(1999);
    expect(peer.pings).toHaveLength(1);
    runtime.wallAhead += 2001;
    await runtime.advance(101);
    expect(peer.pings).toHaveLength(2);
    expect(told).toEqual([]);
    await runtime.advance(1000);
    expect(told[0]).toBe("DeadPeerError");
  });

  test("is none when the clocks drift 2 s apart", async () => {
    const { runtime, peer, told } = await opened(keepalive);
    await runtime.advance(1999);
    runtime.wallAhead -= 2000;
    await runtime.advance(1);
    expect(peer.pings).toHaveLength(1);
    expect(told[0]).toBe("DeadPeerError");
  });

  test.each([0, 50, 99])(
    "takes nothing that came before the question for its answer (%i ms after)",
    async (after) => {
      const dialogue = await opened(keepalive);
      const { runtime, peer, told } = dialogue;
      await lateTimer(dialogue);
      await runtime.advance(after);
      peer.receive("before");
      await runtime.advance(100 - after);
      expect(peer.pings).toHaveLength(1);
      await runtime.advance(1000);
      expect(told).toEqual(["message before", "DeadPeerError", "disconnect", "retry in 500"]);
    },
  );

  test("is answered by what comes after the question", async () => {
    const dialogue = await opened(keepalive);
    const { runtime, peer, told, client } = dialogue;
    await lateTimer(dialogue);
    await runtime.advance(100);
    peer.receive("after");
    await runtime.advance(1500);
    expect(client.phase).toBe("open");
    expect(told).toEqual(["message after"]);
  });

  test("that comes again asks once more, and gives as long to answer", async () => {
    const dialogue = await opened(keepalive);
    const { runtime, peer, told, client } = dialogue;
    await lateTimer(dialogue);
    await runtime.advance(600);
    driverOf(client).post({ type: "wake", hasSlept: false });
    await runtime.advance(1099);
    expect(peer.pings).toHaveLength(2);
    expect(told).toEqual([]);
    await runtime.advance(1);
    expect(told[0]).toBe("DeadPeerError");
  });

  test("is no verdict either when something else comes before the timer: it is looked once more", async () => {
    const { runtime, peer, client } = await opened(keepalive);
    await runtime.advance(1000);
    runtime.skip(5000);
    peer.trouble(new SendTimeoutError("the kernel took nothing"));
    expect(client.phase).toBe("open");
    expect(peer.pings).toHaveLength(1);
    await runtime.advance(99);
    expect(client.phase).toBe("open");
    await runtime.advance(1);
    expect(client.phase).not.toBe("open");
    expect(peer.pings).toHaveLength(1);
  });

  test("while waiting to retry attempts within 250 ms", async () => {
    const { runtime, peer, world, client } = await opened({ retryTimeout: 60_000 });
    peer.lose();
    await settled();
    driverOf(client).post({ type: "wake", hasSlept: false });
    await runtime.advance(250);
    expect(world.network.transports).toHaveLength(2);
  });
});
