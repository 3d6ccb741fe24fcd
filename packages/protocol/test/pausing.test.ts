// Who is paused is told nothing from the next message on; what was read already is kept, in order.

import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { frame } from "../src/index.ts";
import { pattern, type Side, side } from "./sides.ts";

const messages = (one: Side) =>
  one.told.filter(([event]) => event === "message").map(([, message]) => message);
const goOn = ({ protocol: { receiver } }: Side) => {
  receiver.resume();
  receiver.proceed();
};

describe("pausing", () => {
  test("stops behind the message that is being told, and keeps the rest", () => {
    const one = side("client", { onEvent: (_, { protocol }) => protocol.receiver.pause() });
    one.read(Buffer.concat([frame(1, "a"), frame(9, "b"), frame(10, "c"), frame(2, "d"), frame(8)]));
    const events: string[][] = [];
    for (let i = 0; i < 6; i++) {
      events.push(one.told.map(([event]) => event));
      expect(one.protocol.receiver.heldBytes > 0).toBe(i < 4);
      goOn(one);
    }
    const all = ["message", "ping", "pong", "message", "closed"];
    expect(events).toEqual([1, 2, 3, 4, 5, 5].map((count) => all.slice(0, count)));
  });

  test("keeps what comes then, wherever it is cut", () => {
    const all = Buffer.concat([
      frame(1, "one"),
      frame(1, "two"),
      frame(2, pattern(50_000)),
      frame(1, "three"),
    ]);
    for (const size of [1000, 7777, all.length]) {
      const one = side("client");
      one.protocol.receiver.pause();
      for (let at = 0; at < all.length; at += size) one.read(all.subarray(at, at + size));
      expect(one.told).toEqual([]);
      expect(one.protocol.receiver.heldBytes > 0).toBe(true);
      goOn(one);
      expect(one.protocol.receiver.heldBytes > 0).toBe(false);
      expect(messages(one).map((message) => (message as string).length)).toEqual([3, 3, 50_000, 5]);
    }
  });

  test("within a message, and one that a rule is broken behind, tells all in its turn", () => {
    const one = side("client");
    const whole = frame(1, "Hello");
    one.read(whole.subarray(0, 4));
    one.protocol.receiver.pause();
    one.read(whole.subarray(4), frame(3));
    expect(one.told).toEqual([]);
    goOn(one);
    expect(one.told.map(([event]) => event)).toEqual(["message", "failed"]);
    expect(one.protocol.receiver.heldBytes > 0).toBe(false);
  });

  test("again while what waits is told keeps the order of what waits and what comes", () => {
    let count = 0;
    const one = side("client", {
      onEvent: (_, { protocol }) => {
        if (++count % 3 === 0) protocol.receiver.pause();
      },
    });
    const sent = Array.from({ length: 100 }, (_, i) => `message ${i}`);
    for (let i = 0; i < 100; i += 5) {
      one.read(Buffer.concat(sent.slice(i, i + 5).map((message) => frame(1, message))));
      if (i % 10 === 0) goOn(one);
    }
    while (one.protocol.receiver.heldBytes > 0) goOn(one);
    expect(messages(one)).toEqual(sent);
  });

  test("and going on within an event reads nothing twice", () => {
    const one = side("client", {
      onEvent: (_, side) => {
        side.protocol.receiver.pause();
        goOn(side);
      },
    });
    one.protocol.receiver.pause();
    one.read(Buffer.concat(["a", "b", "c"].map((message) => frame(1, message))), frame(1, "d"));
    goOn(one);
    expect(messages(one)).toEqual(["a", "b", "c", "d"]);
  });

  test("after each message costs no copy of all that follows", () => {
    const one = side("client", { onEvent: (_, { protocol }) => protocol.receiver.pause() });
    const chunk = Buffer.concat(Array.from({ length: 3640 }, () => frame(2, pattern(16))));
    one.read(chunk);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    while (one.protocol.receiver.heldBytes > 0) {
      goOn(one);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(one.told).toHaveLength(3640);
    // Copies would be 120 MB, of which the garbage collector leaves some megabytes lying around.
    expect(most).toBeLessThan(2 * 1024 * 1024);
  });
});

test("nothing is told once all has ended, in the middle of what is read or of what waits", () => {
  for (const isWaiting of [false, true]) {
    const one = side("client", { onEvent: (_, { protocol }) => protocol.end() });
    if (isWaiting) one.protocol.receiver.pause();
    one.read(frame(1, "a"), Buffer.concat([frame(1, "b"), frame(1, "c")]), frame(1, "d"));
    one.read(frame(1, "e"));
    goOn(one);
    expect(messages(one)).toEqual(["a"]);
    expect(one.protocol.receiver.heldBytes > 0).toBe(false);
  }
});
