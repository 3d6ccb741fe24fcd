// pause() and resume(): what was read already waits, too, from the next message on.

import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { constants, deflateRawSync } from "node:zlib";
import { closeFrame, frame, opcodes } from "@gundam/testing/server";
import { describe, expect, test, vi } from "vitest";
import { type Carrier, type Dialled, dial, servingOver, tcpOf, trusting } from "./dialling.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

const MiB = 1024 * 1024;

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Long enough for what has come to be told, were it to be told. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn();
}

/** RFC 7692 §7.2.1. */
function compressed(text: string): Buffer {
  const data = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  return frame(opcodes.text, data.subarray(0, -4), { reserved: 4 });
}

const plain = (text: string) => frame(opcodes.text, text);

describe.each<[Carrier, boolean]>([
  ["TCP", false],
  ["TCP", true],
  ["TLS", false],
  ["TLS", true],
])("over %s, compressed %s", (carrier, compress) => {
  const fields = compress ? ["Sec-WebSocket-Extensions: permessage-deflate"] : [];
  const text = compress ? compressed : plain;
  const messages = Array.from({ length: 30 }, (_, i) => `message ${i}`);
  /** A packet of many. */
  const packet = Buffer.concat(messages.map(text));

  /** An open connection, and the server's side of it. */
  async function connection(): Promise<Dialled & { peer: Socket }> {
    let accepted = (_: Socket) => {};
    const peer = new Promise<Socket>((resolve) => {
      accepted = resolve;
    });
    const url = await servingOver(carrier, { fields, serve: (socket) => accepted(socket) });
    const dialled = dial(url, { ...trusting, wsOpts: { compress } });
    await dialled.listener.next("opened");
    return { ...dialled, peer: await peer };
  }

  test("pause() at each message of a packet stops there, and resume() goes on with the next one", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    peer.write(packet);
    for (let i = 0; i < messages.length; i++) {
      await listener.next("message");
      await turns();
      expect(listener.all("message")).toEqual(messages.slice(0, i + 1));
      transport.resume!();
    }
  });

  test("pings and the Close frame wait, too", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    peer.write(Buffer.concat([text("one"), frame(opcodes.ping), text("two"), closeFrame(1000)]));
    await listener.next("message");
    await turns();
    expect(listener.story).toEqual(["opened", "message"]);
    transport.resume!();
    await listener.next("message");
    await turns();
    expect(listener.story).toEqual(["opened", "message", "ping", "message"]);
    transport.resume!();
    expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1000 });
  });

  test("what comes while it is paused waits behind what was read", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    peer.write(packet);
    await listener.next("message");
    peer.write(text("later"));
    await turns();
    listener.onHeard = () => {};
    transport.resume!();
    for (let i = 1; i < messages.length + 1; i++) await listener.next("message");
    expect(listener.all("message")).toEqual([...messages, "later"]);
  });

  test("pause() and resume() as often as one likes lose and double nothing", async () => {
    const { transport, listener, peer } = await connection();
    let heard = 0;
    listener.onHeard = (event) => {
      if (event !== "message") return;
      heard++;
      if (heard % 2 === 0) transport.pause!(heard % 3 === 0);
      if (heard % 5 === 0) transport.resume!();
      if (heard % 7 === 0) transport.pause!();
    };
    for (let i = 0; i < 20; i++) peer.write(packet);
    peer.write(closeFrame(1000));
    while (listener.all("lost").length === 0) {
      transport.resume!();
      await turn();
    }
    expect(listener.all("message")).toEqual(Array.from({ length: 20 }, () => messages).flat());
  });

  test("resume() and pause(true) in one tick let nothing in", async () => {
    const { transport, listener, peer } = await connection();
    transport.pause!();
    transport.resume!();
    await new Promise<void>((resolve) => process.nextTick(resolve));
    transport.pause!(true);
    peer.write(packet);
    await turns();
    expect(listener.story).toEqual(["opened"]);
    transport.resume!();
    for (const message of messages) expect(await listener.next("message")).toBe(message);
  });

  test("close() tells all that waits, up to the answer", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    peer.write(packet);
    await listener.next("message");
    listener.onHeard = () => {};
    peer.once("data", () => peer.write(Buffer.concat([text("last"), closeFrame(1000)])));
    transport.close(1000, "");
    expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 1000 });
    expect(listener.all("message")).toEqual([...messages, "last"]);
  });

  test("the end of TCP is told behind all that came before it, when it is read", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    peer.end(packet);
    await listener.next("message");
    await turns();
    // That may have been already: while something was inflated, or in the same turn.
    listener.onHeard = () => {};
    transport.resume!();
    expect(await listener.next("lost")).toMatchObject({ kind: "network", code: 1006 });
    expect(listener.all("message")).toEqual(messages);
  });

  test("a reset that is noticed while it is paused is told at once, behind what was read", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    peer.write(packet);
    await listener.next("message");
    await turns();
    tcpOf(peer).resetAndDestroy();
    // Who does not read learns of it by sending.
    while (listener.all("lost").length === 0) {
      transport.send("still there?");
      await turn();
    }
    expect(listener.all("lost")[0]).toMatchObject({ kind: "network", code: 1006 });
    expect(listener.all("message")).toEqual(messages);
  });

  test("abandon() lets go of what waits", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    peer.write(packet);
    await listener.next("message");
    transport.abandon(1000);
    listener.abandoned();
    await turns();
    expect(listener.story).toEqual(["opened", "message"]);
  });

  test("a peer that goes on sending is not read from", async () => {
    const { transport, listener, peer } = await connection();
    listener.onHeard = (event) => event === "message" && transport.pause!();
    const filler = text(randomBytes(MiB / 2).toString("hex"));
    const count = 8;
    peer.write(text("first"));
    for (let i = 0; i < count; i++) peer.write(filler);
    await listener.next("message");
    for (let i = 0; i < 10; i++) await turns();
    // The rest of one read, and one that Node had begun.
    expect(transport.bytesRead).toBeLessThan(256 * 1024);
    expect(listener.story).toEqual(["opened", "message"]);
    listener.onHeard = () => {};
    transport.resume!();
    for (let i = 0; i < count; i++) await listener.next("message");
  });
});

describe.each<Carrier>(["TCP", "TLS"])("pause(true), over %s", (carrier) => {
  test("lets through what was read in one go with the message, and nothing else", async () => {
    const messages = Array.from({ length: 10 }, (_, i) => `message ${i}`);
    const packet = Buffer.concat(messages.map(plain));
    let push = () => {};
    const url = await servingOver(carrier, {
      serve: (socket) => {
        push = () => void socket.write(packet);
      },
    });
    const { transport, listener } = dial(url, trusting);
    await listener.next("opened");
    listener.onHeard = (event) => event === "message" && transport.pause!(true);
    push();
    for (const message of messages) expect(await listener.next("message")).toBe(message);
    push();
    await turns();
    expect(listener.all("message")).toEqual(messages);
    transport.resume!();
    for (const message of messages) expect(await listener.next("message")).toBe(message);
    await turns();
    expect(listener.all("message")).toEqual([...messages, ...messages]);
  });
});

test.each<Carrier>(["TCP", "TLS"])(
  "in the middle of large messages, over %s, pausing loses no byte",
  async (carrier) => {
    const messages = [3 * MiB, 10, 100_000, 40_000, 5, 2 * MiB].map((size) => randomBytes(size));
    const bytes = Buffer.concat(messages.map((message) => frame(opcodes.binary, message)));
    const url = await servingOver(carrier, {
      async serve(socket) {
        for (let at = 0; at < bytes.length; at += 100_003) {
          socket.write(bytes.subarray(at, at + 100_003));
          await turn();
        }
      },
    });
    const { transport, listener } = dial(url, trusting);
    await listener.next("opened");
    for (let i = 0; listener.all("message").length < messages.length; i++) {
      if (i % 3 === 0) transport.pause!(i % 2 === 0);
      await turn();
      transport.resume!();
      if (i % 5 === 0) await turn();
      if (i % 7 === 0) transport.pause!();
    }
    for (const message of messages) {
      expect(message.equals((await listener.next("message")) as Uint8Array)).toBe(true);
    }
  },
);
