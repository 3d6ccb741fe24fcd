// What comes glued to the server's answer: the first frames, read with the 101 in one go.

import type { Socket } from "node:net";
import { closeFrame, frame, opcodes } from "@gundam/testing/server";
import { describe, expect, test, vi } from "vitest";
import { createTransportDial } from "../src/node-transport.ts";
import {
  type Carrier,
  type Dialled,
  destroyed,
  dial,
  echoServer,
  servingOver,
  trusting,
} from "./dialling.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Long enough for what has come to be told, were it to be told. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn();
}

const text = (data: string) => frame(opcodes.text, data);
const several = Buffer.concat([
  text("one"),
  frame(opcodes.ping, "!"),
  frame(opcodes.binary, Buffer.from("two")),
  text("three"),
  closeFrame(4000, "bye"),
  text("too late"),
]);

describe.each<[Carrier, boolean]>([
  ["TCP", false],
  ["TLS", false],
  // As a browser's WebSocket has it: one message a turn.
  ["TCP", true],
  ["TLS", true],
])("over %s, in turns %s", (carrier, takesTurns) => {
  const dialNow = (url: string, given: object = {}): Dialled =>
    dial(url, { ...trusting, ...given }, {}, createTransportDial(takesTurns));

  test("several frames are told in order, up to the Close frame", async () => {
    const { listener } = dialNow(await servingOver(carrier, { glued: several }));
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "close", code: 4000, reason: "bye", wasClean: true });
    expect(listener.story).toEqual(["opened", "message", "ping", "message", "message", "lost"]);
    expect(listener.all("message")).toEqual(["one", new Uint8Array(Buffer.from("two")), "three"]);
  });

  test("they are told when all that `opened` has set off has run", async () => {
    const { listener } = dialNow(await servingOver(carrier, { glued: several }));
    const heard: string[] = [];
    listener.onHeard = (event) => {
      heard.push(event);
      if (event !== "opened") return;
      let chain = Promise.resolve();
      for (let i = 0; i < 10; i++) chain = chain.then(() => {});
      void chain.then(() => heard.push("microtasks"));
    };
    await listener.next("lost");
    expect(heard.filter((event) => event !== "phase").slice(0, 3)).toEqual([
      "opened",
      "microtasks",
      "message",
    ]);
  });

  test("with pause() in `opened` they wait for resume()", async () => {
    const { transport, listener } = dialNow(await servingOver(carrier, { glued: several }));
    listener.onHeard = (event) => event === "opened" && transport.pause!();
    await listener.next("opened");
    await turns();
    expect(listener.story).toEqual(["opened"]);
    transport.resume!();
    expect(await listener.next("lost")).toMatchObject({ code: 4000 });
    expect(listener.story).toEqual(["opened", "message", "ping", "message", "message", "lost"]);
  });

  test("with close() in `opened` they are told, too", async () => {
    const { transport, listener } = dialNow(await servingOver(carrier, { glued: several }));
    listener.onHeard = (event) => event === "opened" && transport.close(1000, "");
    expect(await listener.next("lost")).toMatchObject({ code: 4000 });
    expect(listener.story).toEqual(["opened", "message", "ping", "message", "message", "lost"]);
  });

  test.each([undefined, 1000, 1006])("with abandon(%s) in `opened` they are not told", async (code) => {
    const received: Buffer[] = [];
    let ended = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const serve = (socket: Socket) => {
      socket.on("data", (bytes) => received.push(bytes));
      socket.on("end", () => socket.end()).on("close", ended);
    };
    const dialled = dialNow(await servingOver(carrier, { glued: several, serve }));
    const { transport, listener } = dialled;
    listener.onHeard = (event) => {
      if (event !== "opened") return;
      transport.abandon(code);
      listener.abandoned();
    };
    await listener.next("opened");
    await end;
    await destroyed(dialled);
    expect(listener.story).toEqual(["opened"]);
    // A Close frame, or nothing.
    expect(Buffer.concat(received)[0]).toBe(code === 1000 ? 0x88 : undefined);
  });

  test("half a frame waits for its other half, wherever it is cut", async () => {
    const short = Buffer.concat([text("first"), frame(opcodes.binary, Buffer.alloc(200, 7)), text("last")]);
    for (let cut = 0; cut <= short.length; cut += cut < 20 ? 1 : 37) {
      const glued = short.subarray(0, cut);
      const serve = (socket: Socket) =>
        setImmediate(() => socket.write(Buffer.concat([short.subarray(cut), closeFrame(1000)])));
      const { listener } = dialNow(await servingOver(carrier, { glued, serve }));
      await listener.next("lost");
      expect(listener.all("message")).toEqual(["first", new Uint8Array(200).fill(7), "last"]);
    }
  });

  test("so does half of a large one", async () => {
    const large = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i ^ (i >> 8)));
    const bytes = Buffer.concat([text("first"), frame(opcodes.binary, large), text("last")]);
    for (const cut of [12, 20_000, 70_000]) {
      const serve = (socket: Socket) =>
        setImmediate(() => socket.write(Buffer.concat([bytes.subarray(cut), closeFrame(1000)])));
      const { listener } = dialNow(await servingOver(carrier, { glued: bytes.subarray(0, cut), serve }));
      await listener.next("lost");
      const [first, second, third] = listener.all("message");
      expect([first, large.equals(second as Uint8Array), third]).toEqual(["first", true, "last"]);
    }
  });

  test.each<[string, (pause: () => void) => void]>([
    ["in `opened`", (pause) => pause()],
    ["right behind it", (pause) => queueMicrotask(pause)],
  ])("where nothing is glued, pause() %s holds back what comes then", async (_, when) => {
    let push = () => {};
    const serve = (socket: Socket) => {
      push = () => void socket.write(Buffer.concat([text("one"), text("two")]));
    };
    const { transport, listener } = dialNow(await servingOver(carrier, { serve }));
    listener.onHeard = (event) => event === "opened" && when(() => transport.pause!(true));
    await listener.next("opened");
    push();
    const other = await echoServer();
    await dialNow(other.url).listener.next("opened");
    await turns();
    expect(listener.story).toEqual(["opened"]);
    transport.resume!();
    for (const message of ["one", "two"]) expect(await listener.next("message")).toBe(message);
  });
});
