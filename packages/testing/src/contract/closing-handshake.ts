// The closing handshake that we begin (RFC 6455 §7.1.2).

import { expect, test } from "vitest";
import { expectFailure, type Workbench } from "./workbench.ts";

export function closingHandshake(bench: Workbench): void {
  const { can } = bench;

  test("close sends code and reason after all earlier messages, and the peer's answer is the loss", async () => {
    const { transport, listener } = await bench.open("mute");
    const messages = Array.from({ length: 50 }, (_, i) => `${i} `.repeat(i));
    for (const message of messages) transport.send(message);
    transport.close(4000, "done – €");
    const failure = await listener.next("lost");
    expectFailure(failure, ["close"]);
    expect(failure).toMatchObject({ code: 4000, wasClean: true });
    const record = await bench.server.record();
    expect(record.messages.map(({ data }) => data)).toEqual(messages);
    expect(record.closes).toMatchObject([{ code: 4000, reason: "done – €" }]);
    await bench.deserted();
  });

  test("a reason may be empty, or 123 bytes long", async () => {
    const reasons = ["", "€".repeat(41)];
    for (const reason of reasons) {
      const { transport, listener } = await bench.open();
      transport.close(1000, reason);
      expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1000, wasClean: true });
    }
    const { closes } = await bench.server.record();
    expect(closes.map(({ reason }) => reason)).toEqual(reasons);
  });

  test("Close frames that cross are one loss", async () => {
    const { transport, listener } = await bench.open();
    const closing = bench.server.fault({ name: "close", code: 4001 });
    transport.close(4002, "");
    const failure = await listener.next("lost");
    expectFailure(failure, ["close"]);
    expect([4001, 4002]).toContain(failure.code);
    await closing;
    await bench.deserted();
    expect(listener.story).toEqual(["opened", "lost"]);
  });

  test("a second close changes nothing", async () => {
    const { transport, listener } = await bench.open();
    transport.close(4001, "first");
    transport.close(4002, "second");
    await listener.next("lost");
    expect((await bench.server.record()).closes).toMatchObject([{ code: 4001, reason: "first" }]);
    expect(listener.story).toEqual(["opened", "lost"]);
  });

  test("a peer that never answers Close is no loss; abandon ends it", async () => {
    const { transport, listener, abandon } = await bench.open("ignore-close");
    transport.close(1000, "answer me");
    await bench.recorded(({ closes }) => expect(closes).toHaveLength(1));
    await bench.roundTrip();
    expect(listener.story).toEqual(["opened"]);
    abandon();
    await bench.server.fault({ name: "drop" });
    await bench.roundTrip();
    expect(listener.story).toEqual(["opened"]);
  });

  test("messages that arrive while closing are delivered, where the platform does so", async () => {
    const { transport, listener } = await bench.open("ignore-close");
    transport.close(1000, "");
    await bench.recorded(({ closes }) => expect(closes).toHaveLength(1));
    await bench.server.fault({ name: "flood", count: 2 });
    await bench.roundTrip();
    await bench.server.fault({ name: "close", code: 1000 });
    await bench.server.fault({ name: "drop" });
    await listener.next("lost");
    expect(listener.story.slice(1, -1)).toEqual(can.receivesWhileClosing ? ["message", "message"] : []);
  });

  if (can.showsCloseFrame) {
    test("the peer's answer is the loss even if TCP stays up", async () => {
      const { transport, listener } = await bench.open("keep-tcp");
      transport.close(1000, "");
      expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1000, wasClean: true });
    });
  }
}
