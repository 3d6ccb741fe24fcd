// Messages in both directions, pings, and what holds them back.

import type { Transport } from "@gundam/core";
import { expect, test } from "vitest";
import { eventually, type Workbench } from "./workbench.ts";

export function messages(bench: Workbench): void {
  const { can } = bench;

  test.each<[string, string | Uint8Array]>([
    ["text", "hello"],
    ["text of every length of UTF-8", "a, é, €, 𝄞 and 👩‍🚀"],
    ["text that begins with U+FEFF", "\ufeffno byte order mark"],
    ["text with U+0000", "\0 and \0"],
    ["an empty text", ""],
    ["a text of 1 MiB", "0123456789abcdef".repeat(65_536)],
    ["binary", Uint8Array.of(0, 1, 127, 128, 255)],
    ["an empty binary", new Uint8Array()],
    ["a binary of 1 MiB", numbered(1_048_576)],
    ["a view into a larger buffer", numbered(64).subarray(16, 32)],
  ])("%s comes back as it was sent", async (_, message) => {
    const { transport, listener } = await bench.open();
    transport.send(message);
    const echo = await listener.next("message");
    // Not toEqual on a mebibyte: that takes longer than all the rest.
    expect(typeof echo).toBe(typeof message);
    expect(echo.length).toBe(message.length);
    expect(same(echo, message)).toBe(true);
  });

  test("messages arrive in the order in which they were sent", async () => {
    const { transport, listener } = await bench.open();
    const messages = Array.from({ length: 300 }, (_, i) => (i % 3 ? `${i}`.repeat(i) : numbered(i * 10)));
    for (const message of messages) transport.send(message);
    for (const message of messages) expect(same(await listener.next("message"), message)).toBe(true);
  });

  test("each binary message has its own memory", async () => {
    const { transport, listener } = await bench.open();
    for (const length of [3, 5, 100_000]) {
      transport.send(numbered(length));
      const message = (await listener.next("message")) as Uint8Array;
      expect(message.constructor).toBe(Uint8Array);
      expect([message.byteOffset, message.buffer.byteLength]).toEqual([0, length]);
    }
  });

  test("bytes leave as they were when they were sent", async () => {
    const { transport, listener } = await bench.open();
    const bytes = numbered(70_000);
    transport.send(bytes);
    bytes.fill(0);
    expect(same(await listener.next("message"), numbered(70_000))).toBe(true);
  });

  test("a fragmented message arrives whole", async () => {
    const { listener } = await bench.open();
    await bench.server.fault({ name: "fragments", message: "in frames of one character – €" });
    expect(await listener.next("message")).toBe("in frames of one character – €");
  });

  test("a ping is answered with a pong, and stays out of the messages", async () => {
    const { transport, listener } = await bench.open();
    await bench.server.fault({ name: "ping" });
    await bench.recorded(({ counts }) => expect(counts.pongs).toBe(1));
    transport.send("after");
    await listener.next("message");
    expect(listener.story).toEqual(can.pings ? ["opened", "ping", "message"] : ["opened", "message"]);
  });

  test("bufferedAmount counts what the platform has not taken, and falls back to 0", async () => {
    const { transport } = await bench.open("mute");
    expect(transport.bufferedAmount).toBe(0);
    await clogged(bench, transport);
    expect(transport.bufferedAmount).toBeGreaterThan(0);
    // More is taken all the same.
    expect(transport.takes()).toBe(true);
    await bench.server.fault({ name: "resume-reading" });
    await eventually(() => expect(transport.bufferedAmount).toBe(0));
  });

  test("a mark is taken when what was sent before it is, whatever follows", async () => {
    const { transport, listener } = await bench.open("mute");
    const before = transport.mark();
    expect(transport.hasTaken(before)).toBe(true);
    await clogged(bench, transport);
    const mark = transport.mark();
    expect(mark).toBeGreaterThan(before);
    expect([transport.hasTaken(before), transport.hasTaken(mark)]).toEqual([true, false]);
    for (let i = 0; i < 8; i++) transport.send(numbered(262_144));
    const later = transport.mark();
    transport.watch(true);
    await bench.server.fault({ name: "resume-reading" });
    while (!transport.hasTaken(mark)) await listener.next("taken");
    while (!transport.hasTaken(later)) await listener.next("taken");
    expect(transport.bufferedAmount).toBe(0);
  });

  test("nothing is told of the buffer while nobody watches", async () => {
    const { transport, listener } = await bench.open("mute");
    await clogged(bench, transport);
    transport.watch(true);
    transport.watch(false);
    const told = listener.all("taken").length;
    await bench.server.fault({ name: "resume-reading" });
    await eventually(() => expect(transport.bufferedAmount).toBe(0));
    expect(transport.deadline).toBe(Infinity);
    expect(listener.all("taken")).toHaveLength(told);
  });

  test("what was not taken by the loss never is", async () => {
    const { transport, listener } = await bench.open("mute");
    transport.send("taken");
    const early = transport.mark();
    await eventually(() => expect(transport.hasTaken(early)).toBe(true));
    await clogged(bench, transport);
    const mark = transport.mark();
    let atLoss: boolean[] | undefined;
    listener.onHeard = (event) => {
      if (event === "lost") atLoss = [transport.hasTaken(early), transport.hasTaken(mark)];
    };
    await bench.server.fault({ name: "drop", how: "rst" });
    await listener.next("lost");
    expect(atLoss).toEqual([true, false]);
  });

  test.each(["fin", "rst"] as const)("what is sent at the loss (%s) never is taken", async (how) => {
    const { transport, listener } = await bench.open("mute");
    let atLoss: boolean | undefined;
    listener.onHeard = (event) => {
      if (event !== "lost") return;
      transport.send("too late");
      atLoss = transport.hasTaken(transport.mark());
    };
    await bench.server.fault({ name: "drop", how });
    await listener.next("lost");
    expect(atLoss).toBe(false);
    await bench.roundTrip();
    expect(transport.hasTaken(transport.mark())).toBe(false);
    expect((await bench.server.record()).messages.map(({ data }) => data)).not.toContain("too late");
  });

  test("an idle open connection has no deadline", async () => {
    const { transport, listener } = await bench.open();
    expect(transport.deadline).toBe(Infinity);
    transport.send("busy");
    await listener.next("message");
    await eventually(() => expect(transport.deadline).toBe(Infinity));
  });

  if (can.pings) {
    test("ping sends a ping frame, and its pong is told", async () => {
      const { transport, listener } = await bench.open();
      transport.ping?.(Uint8Array.of(1, 2, 3));
      expect([...(await listener.next("pong"))]).toEqual([1, 2, 3]);
    });
  }

  if (can.pauses) {
    test("pause holds messages back, and resume lets them come in order", async () => {
      const { transport, listener } = await bench.open();
      transport.pause?.();
      await bench.server.fault({ name: "flood", count: 3 });
      await bench.roundTrip();
      expect(listener.story).toEqual(["opened"]);
      transport.resume?.();
      for (const number of [1, 2, 3]) expect(await listener.next("message")).toBe(`message ${number}`);
    });

    test("pause within a message holds back the next one, until resume, whatever has come already", async () => {
      const { transport, listener } = await bench.open();
      listener.onHeard = (event) => {
        if (event === "message") transport.pause?.();
      };
      await bench.server.fault({ name: "flood", count: 100 });
      for (let number = 1; number <= 5; number++) {
        expect(await listener.next("message")).toBe(`message ${number}`);
        await bench.roundTrip();
        expect(listener.all("message")).toHaveLength(number);
        transport.resume?.();
      }
      listener.onHeard = () => {};
      transport.resume?.();
      for (let number = 6; number <= 100; number++) {
        expect(await listener.next("message")).toBe(`message ${number}`);
      }
    });

    test("pause in opened holds back what comes right behind it", async () => {
      const { transport, listener } = bench.dial("push=hello&count=3");
      listener.onHeard = (event) => {
        if (event === "opened") transport.pause?.();
      };
      await listener.next("opened");
      await bench.roundTrip();
      expect(listener.story).toEqual(["opened"]);
      transport.resume?.();
      for (const number of [1, 2, 3]) expect(await listener.next("message")).toBe(`hello ${number}`);
    });

    test("a paused connection that is abandoned tells nothing of what waits", async () => {
      const { transport, listener, abandon } = await bench.open();
      listener.onHeard = (event) => {
        if (event === "message") transport.pause?.();
      };
      await bench.server.fault({ name: "flood", count: 100 });
      await listener.next("message");
      abandon(1000);
      await bench.deserted();
      await bench.roundTrip();
      expect(listener.story).toEqual(["opened", "message"]);
    });

    test("what came before the end of TCP is told before the loss, paused or not", async () => {
      const { transport, listener } = await bench.open();
      listener.onHeard = (event) => {
        if (event === "message") transport.pause?.();
      };
      await bench.server.fault({ name: "flood", count: 3 });
      await listener.next("message");
      await bench.server.fault({ name: "drop", how: "fin" });
      await bench.roundTrip();
      listener.onHeard = () => {};
      transport.resume?.();
      await listener.next("lost");
      expect(listener.story).toEqual(["opened", "message", "message", "message", "lost"]);
    });

    test("close resumes reading", async () => {
      const { transport, listener } = await bench.open();
      transport.pause?.();
      await bench.server.fault({ name: "flood", count: 3 });
      await bench.roundTrip();
      transport.close(1000, "");
      await listener.next("lost");
      expect(listener.story).toEqual(["opened", "message", "message", "message", "lost"]);
    });
  }

  test("a platform that can neither ping nor pause has no such methods", async () => {
    const { transport } = await bench.open();
    expect(typeof transport.ping === "function").toBe(can.pings);
    expect([typeof transport.pause, typeof transport.resume]).toEqual(
      can.pauses ? ["function", "function"] : ["undefined", "undefined"],
    );
  });
}

/** Sends more to a server that does not read than all buffers on the way hold. */
async function clogged(bench: Workbench, transport: Transport): Promise<void> {
  await bench.server.fault({ name: "stop-reading" });
  const mebibyte = numbered(1_048_576);
  for (let left = 8; left > 0; left--) transport.send(mebibyte);
}

/** Bytes that tell where they stood. */
function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i ^ (i >> 8));
}

function same(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
