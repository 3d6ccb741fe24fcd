// Letting go of a connection in any state: silence on our side, and nothing left on the server.

import { expect, test } from "vitest";
import type { Workbench } from "./workbench.ts";

export function abandonment(bench: Workbench): void {
  const { can } = bench;

  test("in the tick of dial: silence, and nothing is left on the server", async () => {
    const { listener, abandon } = bench.dial();
    abandon();
    await bench.roundTrip();
    await bench.deserted();
    expect(listener.story).toEqual([]);
  });

  test("while TCP is up and nothing answers: silence, and nothing is left on the server", async () => {
    await bench.server.fault({ name: "stall-at-accept", times: 1 });
    const { listener, abandon } = bench.dial();
    await bench.recorded(({ counts }) => expect(counts.tcpConnections).toBe(1));
    abandon();
    if (can.hangsUp) await bench.deserted();
    await bench.roundTrip();
    expect(listener.story).toEqual([]);
  });

  test("while the upgrade stalls: silence, and nothing is left on the server", async () => {
    const { listener, abandon } = bench.dial("stall");
    await bench.recorded(({ counts }) => expect(counts.upgrades).toBe(1));
    abandon();
    if (can.hangsUp) await bench.deserted();
    await bench.roundTrip();
    expect(listener.story).toEqual([]);
  });

  test("while open: silence, and nothing is left on the server", async () => {
    const { transport, listener, abandon } = await bench.open();
    transport.send("its echo is not heard");
    abandon();
    abandon();
    await bench.deserted();
    await bench.roundTrip();
    expect(listener.story).toEqual(["opened"]);
    // Without a code there is no Close frame, or one without a status.
    expect((await bench.server.record()).closes.every(({ code }) => code === 1005)).toBe(true);
  });

  test("while closing: silence, and nothing is left on the server", async () => {
    const { transport, listener, abandon } = await bench.open();
    transport.close(1000, "");
    abandon();
    await bench.deserted();
    await bench.roundTrip();
    expect(listener.story).toEqual(["opened"]);
  });

  test("within opened: the message right behind the 101 is not heard", async () => {
    const { listener, abandon } = bench.dial("push=hello&count=3");
    listener.onHeard = (event) => event === "opened" && abandon();
    await listener.next("opened");
    await bench.deserted();
    await bench.roundTrip();
    expect(listener.story).toEqual(["opened"]);
  });

  test("within a message: the ones behind it are not heard", async () => {
    const { listener, abandon } = bench.dial("push=hello&count=100");
    listener.onHeard = (event) => event === "message" && abandon();
    await listener.next("message");
    await bench.deserted();
    await bench.roundTrip();
    expect(listener.story).toEqual(["opened", "message"]);
  });

  test("with a code: a Close frame follows all earlier messages", async () => {
    const { transport, listener, abandon } = await bench.open("mute");
    const messages = Array.from({ length: 50 }, (_, i) => `${i} `.repeat(i));
    for (const message of messages) transport.send(message);
    abandon(4002);
    await bench.deserted();
    const record = await bench.server.record();
    expect(record.messages.map(({ data }) => data)).toEqual(messages);
    expect(record.closes).toMatchObject([{ code: 4002, reason: "" }]);
    expect(listener.story).toEqual(["opened"]);
  });

  test("with 1001: the peer is told that we go away, as far as the platform may say so", async () => {
    const { abandon } = await bench.open();
    abandon(1001);
    await bench.recorded(({ closes }) => expect(closes).toMatchObject([{ code: bench.goingAway }]));
    await bench.deserted();
  });
}
