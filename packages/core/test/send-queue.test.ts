import { QueueFullError } from "@gundam/core";
import { settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

function waitingClient(sendQueue: object) {
  const world = virtualWorld();
  const client = virtualClient(world, { sendQueue });
  const dropped: unknown[] = [];
  client.on("drop", ({ message }) => dropped.push(message));
  return { world, client, dropped };
}

describe("a full send queue", () => {
  test("refuses the new message, and keeps the old ones, by default", async () => {
    const { world, client } = waitingClient({ maxMessages: 2 });
    client.send("a");
    client.send("b");
    expect(() => client.send("c")).toThrow(QueueFullError);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["a", "b"]);
  });

  test("lets the oldest give way under drop-oldest, and tells which", async () => {
    const { world, client, dropped } = waitingClient({ maxBytes: 4, overflow: "drop-oldest" });
    await settled();
    for (const message of ["aa", "bb", "ccc"]) client.send(message);
    expect(dropped).toEqual(["aa", "bb"]);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["ccc"]);
  });

  test("lets nothing give way for a message that cannot fit", async () => {
    const { world, client, dropped } = waitingClient({ maxBytes: 4, overflow: "drop-oldest" });
    await settled();
    for (const message of ["aa", "bb", "too large"]) client.send(message);
    expect(dropped).toEqual(["too large"]);
    world.network.last.open();
    await settled();
    expect(world.network.last.sent).toEqual(["aa", "bb"]);
  });

  test("counts what the transport holds while onConnect is pending", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, {
      onConnect: () => new Promise(() => {}),
      sendQueue: { maxBytes: 10, highWaterMark: 8 },
    });
    world.network.last.open();
    await settled();
    world.network.last.bufferedAmount = 6;
    expect(client.send("ab")).toBe(false);
    expect(() => client.send("cde")).toThrow(QueueFullError);
  });
});
