// The end of an open connection that we did not ask for. The peer's Close frame is the loss (RFC 6455 §7.1.4).

import { expect, test } from "vitest";
import type { BadFrame } from "../server/frames.ts";
import { eventually, expectFailure, type Workbench } from "./workbench.ts";

export function loss(bench: Workbench): void {
  const { can, violation } = bench;

  test("the peer's Close frame is the loss, after all messages before it", async () => {
    const { listener } = await bench.open();
    await bench.server.fault({ name: "flood", count: 3 });
    await bench.server.fault({ name: "close", code: 4001, reason: "gehen wir – 👋" });
    const failure = await listener.next("lost");
    expectFailure(failure, ["close"]);
    expect(failure).toMatchObject({
      code: 4001,
      reason: "gehen wir – 👋",
      wasClean: true,
      byUs: false,
      error: { code: "ERR_CLOSED", closeCode: 4001, reason: "gehen wir – 👋" },
    });
    expect(listener.story).toEqual(["opened", "message", "message", "message", "lost"]);
    await bench.recorded(({ closes }) => expect(closes).toMatchObject([{ code: 4001 }]));
  });

  test("a Close frame without a status code reads 1005", async () => {
    const { listener } = await bench.open();
    await bench.server.fault({ name: "close-without-code" });
    const failure = await listener.next("lost");
    expectFailure(failure, ["close"]);
    expect(failure).toMatchObject({ code: 1005, reason: "", wasClean: true });
  });

  test("a Close frame right behind the 101 is the loss of an opened connection", async () => {
    const { listener } = bench.dial("close=1013&reason=later");
    expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1013, reason: "later" });
    expect(listener.story).toEqual(["opened", "lost"]);
  });

  test.each(["fin", "rst"] as const)("TCP that ends (%s) without a Close frame reads 1006", async (how) => {
    const { transport, listener } = await bench.open();
    transport.send("alive");
    await listener.next("message");
    await bench.server.fault({ name: "drop", how });
    const failure = await listener.next("lost");
    expectFailure(failure, ["network"]);
    expect(failure).toMatchObject({ code: 1006, error: { code: "ERR_CONNECT" }, byUs: false });
    expect(failure.wasClean ?? false).toBe(false);
  });

  test("a connection that the peer has closed takes nothing more, and says so before its loss is told", async () => {
    const { transport, listener } = await bench.open("mute");
    expect(transport.takes()).toBe(true);
    await bench.server.fault({ name: "close-without-fin", code: 1012 });
    let isTakenAfterLoss = false;
    await eventually(() => {
      const isLost = listener.all("lost").length > 0;
      const isTaken = transport.takes();
      isTakenAfterLoss ||= isLost && isTaken;
      expect(isTaken).toBe(false);
    });
    expect(listener.all("ending").length + listener.all("lost").length).toBeGreaterThan(0);
    expect(transport.takes()).toBe(false);
    await bench.server.fault({ name: "drop" });
    expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1012 });
    expect(isTakenAfterLoss).toBe(false);
  });

  test.each(["fin", "rst"] as const)(
    "a connection whose TCP has ended (%s) takes nothing more",
    async (how) => {
      const { transport, listener } = await bench.open();
      await bench.server.fault({ name: "drop", how });
      await listener.next("lost");
      expect(transport.takes()).toBe(false);
    },
  );

  test("after the loss nothing more is told, whatever is called", async () => {
    const { transport, listener, abandon } = await bench.open();
    await bench.server.fault({ name: "close", code: 1001 });
    await listener.next("lost");
    transport.close(1000, "too late");
    abandon();
    abandon(1000);
    await bench.deserted();
    await bench.roundTrip();
    expect(listener.story).toEqual(["opened", "lost"]);
  });

  const violations: [what: string, frame: BadFrame, code: number][] = [
    ["text that is not UTF-8", "bad-utf8", 1007],
    ["a reserved bit", "reserved-bit", 1002],
    ["a fragmented ping", "fragmented-ping", 1002],
  ];
  if (can.isStrict) violations.push(["a masked frame", "masked", 1002]);
  test.each(violations)("%s fails the connection, after all messages before it", async (_, frame, code) => {
    const { listener } = await bench.open();
    await bench.server.fault({ name: "flood", count: 1 });
    await bench.server.fault({ name: "bad-frame", frame });
    const failure = await listener.next("lost");
    expectFailure(failure, [violation]);
    expect(listener.story).toEqual(["opened", "message", "lost"]);
    if (!can.showsViolations) return expect(failure.code).toBe(1006);
    expect(failure).toMatchObject({ code, byUs: true, error: { code: "ERR_PROTOCOL", closeCode: code } });
    await bench.recorded(({ closes }) => expect(closes).toMatchObject([{ code }]));
  });

  if (can.showsCloseFrame) {
    test("the peer's Close frame is the loss even if TCP stays up", async () => {
      const { listener } = await bench.open();
      await bench.server.fault({ name: "close-without-fin", code: 1012, reason: "restart" });
      expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1012, wasClean: true });
    });
  }
}
