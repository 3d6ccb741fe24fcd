// Keepalive and heartbeat (DESIGN §3, §5.6–5.7) on a virtual clock: who is asked when, and who is given up.

import {
  type Client,
  type CoreOptions,
  DeadPeerError,
  driverOf,
  type GundamError,
  type HeartbeatOptions,
  heartbeat,
  info,
  ping,
  updateFlow,
} from "@gundam/core";
import {
  closed,
  type FakeTransport,
  settled,
  type VirtualWorld,
  virtualClient,
  virtualWorld,
  withoutPings,
} from "@gundam/testing";
import { describe, expect, test } from "vitest";

const keepalive = { wsOpts: { keepalive: 1000 } };
const question = { message: "still there?", interval: 1000, timeout: 400 };
const asking = { wsOpts: { heartbeat: heartbeat(question) } };

/** An open client, with what its user is told. */
async function opened(
  options: Partial<CoreOptions> & Record<string, unknown> = {},
  world: VirtualWorld = virtualWorld(),
) {
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
    const wsOpts = { keepalive: 1000, receiveBuffer: { maxMessages: 1 } };
    const { runtime, peer, client } = await opened({ wsOpts, onMessage });
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

describe("a backlog of onMessage", () => {
  /** An `onMessage` that is done when it is told. */
  async function slow(wsOpts: CoreOptions["wsOpts"] = {}) {
    const finishers: (() => void)[] = [];
    const onMessage = () => new Promise<void>((resolve) => finishers.push(resolve));
    const dialogue = await opened({ callbackTimeout: Infinity, wsOpts, onMessage });
    const finish = async (count: number) => {
      for (let i = 0; i < count; i++) {
        finishers.shift()!();
        await settled();
      }
    };
    return { ...dialogue, finish };
  }

  test("is read on until 64 messages wait, and again once half of them are done with", async () => {
    const { peer, finish } = await slow();
    for (let i = 0; i < 64; i++) peer.receive(`${i}`);
    expect(peer.isPaused).toBe(false);
    peer.receive("the 64th to wait");
    expect(peer.isPaused).toBe(true);
    await finish(32);
    expect(peer.isPaused).toBe(true);
    await finish(1);
    expect(peer.isPaused).toBe(false);
  });

  test("is read on until 1 MiB waits", async () => {
    const { peer, finish } = await slow();
    for (let i = 0; i < 4; i++) peer.receive(new Uint8Array(256 * 1024));
    expect(peer.isPaused).toBe(false);
    peer.receive(new Uint8Array(256 * 1024));
    expect(peer.isPaused).toBe(true);
    await finish(3);
    expect(peer.isPaused).toBe(false);
  });

  test("may be as long as wsOpts.receiveBuffer says", async () => {
    const { peer } = await slow({ receiveBuffer: { maxMessages: 1, maxBytes: Infinity } });
    peer.receive("pending");
    expect(peer.isPaused).toBe(false);
    peer.receive("waits");
    expect(peer.isPaused).toBe(true);
  });

  test.each([
    [15_000, {}],
    [15_000, { keepalive: 60_000 }],
    [2_000, { keepalive: 2_000 }],
  ])("that holds for long has the peer sent a pong every %i ms (%o)", async (every, wsOpts) => {
    const { runtime, peer, finish } = await slow({ ...wsOpts, receiveBuffer: { maxMessages: 2 } });
    for (let i = 0; i < 3; i++) peer.receive("x");
    await runtime.advance(every - 1);
    expect(peer.pongs).toBe(0);
    await runtime.advance(1);
    expect(peer.pongs).toBe(1);
    await runtime.advance(9 * every);
    expect(peer.pongs).toBe(10);
    await finish(2);
    expect(peer.isPaused).toBe(false);
    await runtime.advance(10 * every);
    expect(peer.pongs).toBe(10);
  });

  test("that stops and goes on many times a second has it sent none, and sets one timer", async () => {
    const { runtime, peer, finish } = await slow({ receiveBuffer: { maxMessages: 1 } });
    peer.receive("first");
    for (let i = 0; i < 400; i++) {
      peer.receive("next");
      await runtime.advance(100);
      await finish(1);
      expect(peer.isPaused).toBe(false);
    }
    expect(peer.pongs).toBe(0);
    expect(runtime.timers).toBe(1);
  });

  test("leaves no timer when the connection is closed", async () => {
    const { runtime, peer, client } = await slow({ receiveBuffer: { maxMessages: 1 } });
    for (let i = 0; i < 3; i++) peer.receive("x");
    const closing = client.close();
    expect(peer.isPaused).toBe(false);
    peer.lose(closed(1000));
    await closing;
    await settled();
    client.terminate();
    expect(peer.pongs).toBe(0);
    expect(runtime.timers).toBe(0);
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

describe("a heartbeat's message", () => {
  const beating = (options: Partial<HeartbeatOptions>, more: Partial<CoreOptions> = {}) =>
    opened({ ...more, wsOpts: { heartbeat: heartbeat({ message: "beat", interval: 1000, ...options }) } });

  test("may be a function, which is asked each time, on the next connection too", async () => {
    let n = 0;
    const { runtime, peer, world } = await beating({ message: () => `beat ${++n}` });
    await runtime.advance(2000);
    expect(peer.sent).toEqual(["beat 1", "beat 2"]);
    peer.lose();
    await runtime.advance(500);
    world.network.last.open();
    await runtime.advance(1000);
    expect(world.network.last.sent).toEqual(["beat 3"]);
  });

  test("that is undefined is not sent, is no question, and is asked for again after the interval", async () => {
    const said = [undefined, undefined, "now"];
    const { runtime, peer, told } = await beating({ message: () => said.shift(), timeout: 400 });
    await runtime.advance(2999);
    expect(peer.sent).toEqual([]);
    expect(told).toEqual([]);
    await runtime.advance(1);
    expect(peer.sent).toEqual(["now"]);
    await runtime.advance(400);
    expect(told[0]).toBe("DeadPeerError");
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no message");
      },
    ],
    ["gives a number", () => 5],
    ["gives null", () => null],
    ["is async", async () => "too late"],
    ["rejects", () => Promise.reject(new Error("no message"))],
  ])("that %s is told, and the connection goes on", async (_, message) => {
    const { runtime, peer, told, client } = await beating({ message: message as never, timeout: 400 });
    await runtime.advance(3000);
    expect(told).toEqual(Array(3).fill("CallbackError"));
    expect(client.lastError?.message).toContain("wsOpts.heartbeat.message");
    expect(peer.sent).toEqual([]);
    expect(client.phase).toBe("open");
  });

  test.each<[string, (client: Client) => void, readonly unknown[], string]>([
    ["send", (client) => client.send("first"), ["first", "beat"], "open"],
    ["close", (client) => void client.close(), ["beat"], "closing"],
    ["terminate", (client) => client.terminate(), ["beat"], "closed"],
    ["reconnect", (client) => client.reconnect(), ["beat"], "connecting"],
  ])("may %s from within", async (_, act, sent, phase) => {
    const acting: { client?: Client } = {};
    const message = () => {
      act(acting.client!);
      return "beat";
    };
    const { runtime, peer, client, told } = await beating({ message });
    acting.client = client;
    await runtime.advance(1000);
    expect(peer.sent).toEqual(sent);
    expect(client.phase).toBe(phase);
    expect(told).not.toContain("CallbackError");
  });

  test("leaves when nothing came, when we sent nothing, or always", async () => {
    const counts: Record<string, number[]> = {};
    for (const when of ["silent", "idle", "always"] as const) {
      for (const [we, they] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        const { runtime, peer, client } = await beating({ when });
        for (let time = 0; time < 10_000; time += 500) {
          if (we) client.send("app");
          if (they) peer.receive("news");
          await runtime.advance(500);
        }
        counts[when] ??= [];
        counts[when].push(peer.sent.filter((message) => message === "beat").length);
      }
    }
    expect(counts).toEqual({ silent: [10, 10, 0, 0], idle: [10, 0, 10, 0], always: [10, 10, 10, 10] });
  });

  test.each(["idle", "always"] as const)(
    "goes on leaving (%s) while an answer is waited for, which the oldest question waits for",
    async (when) => {
      const { runtime, peer, told } = await beating({ when, timeout: 2500 });
      await runtime.advance(3499);
      expect(peer.sent).toHaveLength(3);
      expect(told).toEqual([]);
      await runtime.advance(1);
      expect(told[0]).toBe("DeadPeerError");
    },
  );

  test.each(["silent", "idle", "always"] as const)(
    "goes on leaving (%s) while the flow is used up, and nobody is judged",
    async (when) => {
      const beat = heartbeat({ message: "beat", interval: 1000, timeout: 400, when });
      const { runtime, peer, told, client } = await opened({ wsOpts: { heartbeat: beat, flow: 1 } });
      peer.receive("the last for now");
      await runtime.advance(10_000);
      expect(peer.sent).toHaveLength(10);
      expect(client.phase).toBe("open");
      updateFlow(client, 10);
      await runtime.advance(1500);
      expect(told).toContain("DeadPeerError");
    },
  );

  test("that waits for an answer is asked soon after a sleep, and again each interval", async () => {
    const { runtime, peer, client } = await beating({ when: "always" });
    await runtime.advance(1500);
    driverOf(client).post({ type: "wake", hasSlept: true });
    await runtime.advance(100);
    expect(peer.sent).toHaveLength(2);
    await runtime.advance(999);
    expect(peer.sent).toHaveLength(2);
    await runtime.advance(1);
    expect(peer.sent).toHaveLength(3);
  });
});

describe("a heartbeat's round trip", () => {
  const isReply = (message: unknown) => message === "yes";
  const measured = (options: Partial<HeartbeatOptions> = {}) => {
    const beat = heartbeat({ message: "beat", interval: 1000, when: "always", isReply, ...options });
    return opened({ wsOpts: { heartbeat: beat } });
  };

  test("is how long the reply took", async () => {
    const { runtime, peer, client } = await measured();
    await runtime.advance(1000);
    expect(info(client).rtt).toBe(undefined);
    await runtime.advance(120);
    peer.receive("yes");
    expect(info(client).rtt).toBe(120);
  });

  test("is that of the oldest question where several wait", async () => {
    const { runtime, peer, client } = await measured();
    await runtime.advance(3000);
    await runtime.advance(500);
    for (const rtt of [2500, 1500, 500]) {
      peer.receive("yes");
      expect(info(client).rtt).toBe(rtt);
    }
    peer.receive("yes");
    expect(info(client).rtt).toBe(500);
  });

  test("is not measured without isReply, nor by what it does not accept, nor on the next connection before its reply", async () => {
    const { runtime, peer, client, world } = await measured();
    await runtime.advance(1100);
    peer.receive("no");
    expect(info(client).rtt).toBe(undefined);
    peer.receive("yes");
    expect(info(client).rtt).toBe(100);
    peer.lose();
    await runtime.advance(500);
    world.network.last.open();
    world.network.last.receive("yes");
    expect(info(client).rtt).toBe(undefined);
  });
});

describe("a client that was busy", () => {
  /** A ping is out, and nothing ran until its deadline had passed by so many ms. */
  const busy = async (late: number, came?: (peer: FakeTransport) => void) => {
    const dialogue = await opened(keepalive);
    const { runtime, peer } = dialogue;
    await runtime.advance(1000);
    runtime.skip(1000 + late);
    if (came !== undefined) runtime.unread.push(() => came(peer));
    await runtime.advance(0);
    return dialogue;
  };

  test.each([0, 1, 250, 1000])(
    "reads what had come before it judges, %i ms after the deadline",
    async (late) => {
      const { client, told } = await busy(late, (peer) => peer.receivePong(peer.pings[0]!));
      expect(client.phase).toBe("open");
      expect(told).toEqual([]);
    },
  );

  test.each([0, 1, 250])("judges whoever had sent nothing, %i ms after the deadline", async (late) => {
    const { told } = await busy(late);
    expect(told[0]).toBe("DeadPeerError");
  });

  test("judges by its timer alone, before which what had come was read", async () => {
    const { runtime, peer, client } = await opened(keepalive);
    await runtime.advance(1000);
    runtime.skip(1500);
    runtime.unread.push(() => peer.receive("in time"));
    driverOf(client).post({ type: "wake", hasSlept: false });
    expect(client.phase).toBe("open");
    await runtime.advance(0);
    expect(client.phase).toBe("open");
  });
});

describe("a peer whom we send to", () => {
  const MB = 1_000_000;

  test("is not dead while our question waits for the kernel, and that takes bytes", async () => {
    const { runtime, peer, client, told } = await opened(keepalive);
    peer.bufferedAmount = 40 * MB;
    for (let second = 0; second < 40; second++) {
      peer.drain(MB);
      await runtime.advance(1000);
    }
    expect(peer.pings).toHaveLength(1);
    expect(client.phase).toBe("open");
    expect(told).toEqual([]);
  });

  test("has its time to answer once our question has left", async () => {
    const { runtime, peer, told } = await opened(keepalive);
    await runtime.advance(900);
    peer.bufferedAmount = 10;
    await runtime.advance(5000);
    expect(peer.pings).toHaveLength(1);
    peer.drain();
    await runtime.advance(999);
    expect(told).toEqual([]);
    await runtime.advance(251);
    expect(told[0]).toBe("DeadPeerError");
  });

  test("is dead where the kernel takes nothing of our question for 15 s", async () => {
    const { runtime, peer, told } = await opened(keepalive);
    peer.bufferedAmount = 10;
    await runtime.advance(1000 + 14_999);
    expect(told).toEqual([]);
    await runtime.advance(1);
    expect(told[0]).toBe("DeadPeerError");
  });

  test("has as long to answer as what the kernel had taken before takes at the rate that was seen", async () => {
    const { runtime, peer, client, told } = await opened(keepalive);
    // 5 MB at once, and then 1 MB/s.
    client.send(new Uint8Array(8 * MB));
    peer.bufferedAmount = 3 * MB;
    for (let time = 0; time < 3000; time += 250) {
      await runtime.advance(250);
      peer.drain(MB / 4);
    }
    expect(peer.bufferedAmount).toBe(0);
    await runtime.advance(5000 + 900);
    expect(told).toEqual([]);
    expect(client.phase).toBe("open");
    await runtime.advance(600);
    expect(told[0]).toBe("DeadPeerError");
  });

  test.each([10, 60_000])(
    "is dead in time although we send %i bytes ten times a second that the kernel takes at once",
    async (size) => {
      const { runtime, client, told } = await opened(keepalive);
      for (let time = 0; time < 1900; time += 100) {
        client.send(new Uint8Array(size));
        await runtime.advance(100);
      }
      expect(told).toEqual([]);
      await runtime.advance(100);
      expect(told[0]).toBe("DeadPeerError");
    },
  );

  test("is dead in time although what a tick has sent is still there when we look", async () => {
    const { runtime, client, peer, told } = await opened(keepalive);
    for (let time = 0; time < 2000; time += 250) {
      client.send("said in the tick of the look");
      peer.bufferedAmount = 28;
      await runtime.advance(250);
      peer.bufferedAmount = 0;
      await runtime.advance(0);
    }
    await runtime.advance(500);
    expect(told[0]).toBe("DeadPeerError");
  });

  test("has 2 s for each MiB of what has just left, where no pings say how far it has come", async () => {
    const { runtime, client, told } = await opened(asking, withoutPings());
    await runtime.advance(900);
    client.send(new Uint8Array(1024 * 1024));
    await runtime.advance(100 + 2000 + 399);
    expect(told).toEqual([]);
    await runtime.advance(1);
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

  test("while waiting to retry attempts within 250 ms", async () => {
    const { runtime, peer, world, client } = await opened({ retryTimeout: 60_000 });
    peer.lose();
    await settled();
    driverOf(client).post({ type: "wake", hasSlept: false });
    await runtime.advance(250);
    expect(world.network.transports).toHaveLength(2);
  });
});
