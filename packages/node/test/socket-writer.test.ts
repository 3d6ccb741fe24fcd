// What an open connection sends, over a socket whose kernel takes bytes only when the test says so.

import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { type Piece, Protocol, type ProtocolEvents } from "@gundam/protocol";
import { describe, expect, test, vi } from "vitest";
import { SocketWriter } from "../src/socket-writer.ts";

const KiB = 1024;
/** Half a span may be on its way when the next piece joins it. */
const MOST_ON_THEIR_WAY = (32 + 68) * KiB;

const options = { maxPayload: Number.POSITIVE_INFINITY, maxFrameSize: 64 * KiB };
const silence: ProtocolEvents = {
  message() {},
  ping() {},
  pong() {},
  closed() {},
  failed() {},
  inflated() {},
  framed() {},
};

/** `isWilling`: the kernel takes each write at once, until the test says otherwise. */
function setUp({ isWilling = false } = {}) {
  const kernel = {
    isWilling,
    error: undefined as Error | undefined,
    /** How many bytes each write had that it has taken. */
    writes: [] as number[],
    /** What the socket has written and it has not taken; looked at when it takes it, as a kernel would. */
    offered: undefined as { chunks: readonly Buffer[]; done: (error?: Error | null) => void } | undefined,
  };
  const events: string[] = [];
  const received: (string | Uint8Array)[] = [];
  const peer = new Protocol("server", options, {
    ...silence,
    message: (message) => received.push(message),
    pong: (data) => received.push(`pong ${Buffer.from(data)}`),
    closed: (code) => received.push(`close ${code}`),
  });
  const read = (chunks: readonly Buffer[]) => {
    // A copy, for the peer takes the masking off in place.
    const bytes = Buffer.concat(chunks);
    kernel.writes.push(bytes.length);
    peer.receiver.receive(bytes, 0, bytes.length);
  };
  const socket = new Duplex({
    read() {},
    writev(entries, done) {
      const chunks = entries.map(({ chunk }) => chunk as Buffer);
      if (kernel.error !== undefined) return done(kernel.error);
      if (!kernel.isWilling) {
        kernel.offered = { chunks, done };
        return;
      }
      read(chunks);
      done();
    },
    final(done) {
      events.push("ended");
      done();
    },
  }) as Socket;
  const protocol = new Protocol("client", options, silence);
  let now = 0;
  const writer = new SocketWriter(socket, protocol, () => now, {
    filled: () => events.push("filled"),
    moved: () => events.push("moved"),
    drained: () => events.push("drained"),
  });
  return {
    kernel,
    socket,
    protocol,
    writer,
    events,
    received,
    send(message: string | Uint8Array) {
      protocol.send(message);
      writer.write();
    },
    at(time: number) {
      now = time;
    },
    /** The kernel takes what it was offered. */
    async take(time = now): Promise<void> {
      now = time;
      const { chunks, done } = kernel.offered!;
      kernel.offered = undefined;
      read(chunks);
      done();
      await tick();
    },
  };
}

/** The tick ends, and what Node does right after it. */
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe("a tick", () => {
  test("its first frame leaves at once, the others together at its end", async () => {
    const { kernel, send, received } = setUp({ isWilling: true });
    for (let round = 1; round <= 3; round++) {
      send("first");
      expect(kernel.writes).toHaveLength(2 * round - 1);
      for (let i = 0; i < 100; i++) send(`message ${i}`);
      expect(kernel.writes).toHaveLength(2 * round - 1);
      await new Promise<void>((resolve) => process.nextTick(resolve));
      expect(kernel.writes).toHaveLength(2 * round);
    }
    const messages = ["first", ...Array.from({ length: 100 }, (_, i) => `message ${i}`)];
    expect(received).toEqual([...messages, ...messages, ...messages]);
  });

  test("in which 48 KiB come together does not keep them until its end", () => {
    const { kernel, send, protocol } = setUp({ isWilling: true });
    send("first");
    while (kernel.writes.length === 1) send(new Uint8Array(KiB));
    expect(kernel.writes[1]).toBeGreaterThanOrEqual(48 * KiB);
    expect(kernel.writes[1]).toBeLessThan(50 * KiB);
    expect(protocol.frames.byteLength).toBe(0);
  });

  test("shows at its end that what waited for it has left", async () => {
    const { send, events, writer } = setUp({ isWilling: true });
    send("first");
    send("second");
    expect([events, writer.bufferedAmount]).toEqual([[], 6 + 6]);
    await tick();
    expect([events, writer.bufferedAmount, writer.filled]).toEqual([["moved"], 0, false]);
  });

  test("of one frame has nothing to show", async () => {
    const { send, events } = setUp({ isWilling: true });
    send("only");
    await tick();
    expect(events).toEqual([]);
  });
});

describe("a kernel that takes its time", () => {
  test("gets a large message in pieces, each of which shows that it moves", async () => {
    const { kernel, send, events, received, writer, at, take } = setUp();
    const message = randomBytes(1000 * KiB);
    at(5);
    send(message);
    expect([events, writer.filled, writer.movedAt]).toEqual([["filled"], true, 5]);
    let time = 10;
    for (; writer.filled; time++) {
      await take(time);
      expect(writer.movedAt).toBe(time);
    }
    expect(events.filter((event) => event !== "moved")).toEqual(["filled", "drained"]);
    expect(events).toHaveLength(time - 10 + 1);
    expect(Math.max(...kernel.writes)).toBeLessThanOrEqual(MOST_ON_THEIR_WAY);
    expect(message.equals(received[0] as Uint8Array)).toBe(true);
  });

  test("never has more than 100 KiB before it, and never less than there is", async () => {
    const { send, socket, writer, take } = setUp();
    for (let i = 0; i < 2000; i++) send(new Uint8Array(i));
    while (writer.filled) {
      expect(socket.writableLength).toBeLessThanOrEqual(MOST_ON_THEIR_WAY);
      if (writer.bufferedAmount > MOST_ON_THEIR_WAY) {
        expect(socket.writableLength).toBeGreaterThan(32 * KiB);
      }
      await take();
    }
    expect(writer.bufferedAmount).toBe(0);
  });

  test("is told of as full once, and as empty when it has all", async () => {
    const { send, events, take } = setUp();
    send(new Uint8Array(10 * KiB));
    send("a");
    await tick();
    send("b");
    expect(events).toEqual(["filled"]);
    await take();
    expect(events).toEqual(["filled", "moved"]);
    await take();
    expect(events).toEqual(["filled", "moved", "drained"]);
    send("c");
    expect(events).toEqual(["filled", "moved", "drained", "filled"]);
  });

  test("gets small messages behind a large one together, and in order", async () => {
    const { kernel, send, received, writer, take } = setUp();
    send(new Uint8Array(65 * KiB));
    for (let i = 0; i < 100; i++) send(`${i}`);
    while (writer.filled) await take();
    expect(kernel.writes.length).toBeLessThanOrEqual(3);
    expect(received.slice(1)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
  });

  test("is owed what it has not taken, to the byte", async () => {
    const { kernel, send, protocol, writer, take } = setUp();
    for (let i = 0; i < 50; i++) send(new Uint8Array(i * 1000));
    const sent = protocol.frames.framed;
    for (;;) {
      const taken = kernel.writes.reduce((sum, bytes) => sum + bytes, 0);
      expect(writer.bufferedAmount).toBe(sent - taken);
      expect(writer.taken).toBe(taken);
      if (!writer.filled) break;
      await take();
    }
  });
});

describe("a slab", () => {
  test("is given back at once when the kernel has taken all", () => {
    const { send, protocol } = setUp({ isWilling: true });
    const giveBack = vi.spyOn(protocol.frames, "giveBack");
    send("first");
    expect(giveBack).toHaveBeenCalledTimes(1);
  });

  test("is lent until its write has completed, and not that of an earlier one", async () => {
    const { send, protocol, take } = setUp();
    const taken: Piece[] = [];
    const returned: Piece[] = [];
    const { frames } = protocol;
    const take_ = frames.take.bind(frames);
    vi.spyOn(frames, "take").mockImplementation(() => {
      const piece = take_();
      taken.push(piece);
      return piece;
    });
    vi.spyOn(frames, "giveBack").mockImplementation((piece) => void returned.push(piece));
    send("first");
    send(new Uint8Array(50 * KiB));
    expect([taken.length, returned]).toEqual([2, []]);
    await take();
    expect(returned).toEqual(taken.slice(0, 1));
    await take();
    expect(returned).toEqual(taken);
  });

  test("that is lent keeps its bytes, whatever others send and the caller does with its own", async () => {
    const slow = Array.from({ length: 5 }, () => setUp());
    const quick = setUp({ isWilling: true });
    const messages = slow.map(() => Array.from({ length: 20 }, (_, i) => randomBytes(i * 5000)));
    for (const [i, { send }] of slow.entries()) {
      for (const message of messages[i]!) {
        const bytes = Buffer.from(message);
        send(bytes);
        bytes.fill(0);
      }
    }
    while (slow.some(({ writer }) => writer.filled)) {
      for (let i = 0; i < 20; i++) quick.send(new Uint8Array(60 * KiB).fill(0xff));
      for (const { writer, take } of slow) if (writer.filled) await take();
    }
    for (const [i, { received }] of slow.entries()) {
      expect(messages[i]!.every((message, at) => message.equals(received[at] as Uint8Array))).toBe(true);
    }
  });
});

describe("a pong", () => {
  test("passes what waits, between two frames, and is not in the marks", async () => {
    const { kernel, send, protocol, received, writer, take } = setUp();
    for (let i = 0; i < 10; i++) send(new Uint8Array(64 * KiB).fill(i));
    const mark = protocol.mark;
    protocol.pong(Buffer.from("!".repeat(100)));
    writer.write();
    const pong = 2 + 4 + 100;
    expect(writer.bufferedAmount).toBe(mark + pong);
    while (writer.filled) {
      await take();
      const taken = kernel.writes.reduce((sum, bytes) => sum + bytes, 0);
      const isAnswered = received.some((one) => typeof one === "string");
      // Of the messages not a byte more counts than the kernel has.
      expect(writer.taken).toBeLessThanOrEqual(taken - (isAnswered ? pong : 0));
      expect(protocol.isWithin(writer.taken, mark)).toBe(taken === mark + pong);
    }
    expect(writer.taken).toBe(mark);
    const at = received.findIndex((one) => typeof one === "string");
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(3);
    expect(received).toHaveLength(11);
  });
});

describe("the end", () => {
  test("comes at once when nothing waits", async () => {
    const { send, events, writer } = setUp({ isWilling: true });
    send("last");
    writer.end();
    await tick();
    expect(events).toEqual(["ended"]);
  });

  test("comes when all has left", async () => {
    const { send, protocol, events, received, writer, take } = setUp();
    send(new Uint8Array(200 * KiB));
    protocol.close(1000);
    writer.end();
    await tick();
    while (writer.filled) {
      expect(events).not.toContain("ended");
      await take();
    }
    expect(events.filter((event) => event !== "moved")).toEqual(["filled", "drained", "ended"]);
    expect([received.length, received[1]]).toEqual([2, "close 1000"]);
  });

  test("shows what it leaves to the kernel", async () => {
    const { send, kernel, protocol, events, writer, at, take } = setUp({ isWilling: true });
    send("first");
    kernel.isWilling = false;
    send("last");
    protocol.close(1000);
    at(7);
    writer.end();
    expect([writer.filled, writer.movedAt]).toEqual([true, 7]);
    await take(8);
    expect(events).toEqual(["filled", "drained", "ended"]);
  });
});

describe("a socket that was destroyed", () => {
  test.each([
    ["with an error, as by a reset", new Error("reset"), new Error("write ECONNRESET")],
    // Node completes the writes of a socket that it has destroyed as if they had succeeded.
    ["without", undefined, null],
  ])("%s: nothing is told of it, and it has taken no more", async (_, error, outcome) => {
    const { send, kernel, protocol, socket, events, writer, take } = setUp();
    socket.on("error", () => {});
    for (let i = 0; i < 4; i++) send(new Uint8Array(50 * KiB));
    await take();
    const told = [...events];
    const { taken } = writer;
    socket.destroy(error);
    kernel.offered!.done(outcome);
    await tick();
    expect(events).toEqual(told);
    expect(writer.taken).toBe(taken);
    expect(protocol.isWithin(taken, protocol.mark)).toBe(false);
    send("too late");
    await tick();
    expect(events).toEqual(told);
    expect(kernel.writes).toHaveLength(1);
  });

  test("had taken what it had taken, though nobody looked before", async () => {
    const { send, kernel, protocol, socket, writer, take } = setUp({ isWilling: true });
    send("at once");
    const first = protocol.mark;
    kernel.isWilling = false;
    await tick();
    send("later");
    const second = protocol.mark;
    await take();
    send("never");
    socket.destroy();
    expect(protocol.isWithin(writer.taken, first)).toBe(true);
    expect(protocol.isWithin(writer.taken, second)).toBe(true);
    expect(protocol.isWithin(writer.taken, protocol.mark)).toBe(false);
  });

  test("has not taken the write that failed at once", () => {
    const { send, kernel, protocol, socket, writer } = setUp({ isWilling: true });
    socket.on("error", () => {});
    kernel.error = new Error("write EPIPE");
    send("never");
    expect(protocol.isWithin(writer.taken, protocol.mark)).toBe(false);
  });
});
