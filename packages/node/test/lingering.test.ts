// How long a socket lingers whose last Close frame is on its way.

import { once } from "node:events";
import type { Socket } from "node:net";
import { badFrames, closeFrame } from "@gundam/testing/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Carrier, type Dialled, dial, servingOver, trusting } from "./dialling.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

const PATIENCE = 1000;
const megabytes = new Uint8Array(32 * 1024 * 1024);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each<Carrier>(["TCP", "TLS"])("over %s", (carrier) => {
  /** An open connection to a peer that does not read from now on. */
  async function connection(given: object = {}) {
    let accepted = (_: Socket) => {};
    const accepting = new Promise<Socket>((resolve) => {
      accepted = resolve;
    });
    const url = await servingOver(carrier, { serve: (socket) => accepted(socket.pause()) });
    const dialled = dial(url, { ...trusting, ...given });
    await dialled.listener.next("opened");
    return { ...dialled, socket: dialled.socket!, peer: await accepting, timers: vi.getTimerCount() };
  }

  const endings: [how: string, end: (one: Dialled & { peer: Socket }) => Promise<void>][] = [
    [
      "abandoned with a code",
      async ({ transport, listener }) => {
        transport.abandon(1000);
        listener.abandoned();
      },
    ],
    [
      "abandoned while it is paused",
      async ({ transport, listener }) => {
        transport.pause!();
        await turns();
        transport.abandon(1000);
        listener.abandoned();
      },
    ],
    [
      "failed",
      async ({ peer, listener }) => {
        peer.write(badFrames["reserved-bit"]);
        await listener.next("lost");
      },
    ],
  ];

  test.each(endings)("%s, it gives a peer that does not end its side a second", async (_, end) => {
    const one = await connection();
    const { socket } = one;
    await end(one);
    await turns();
    vi.advanceTimersByTime(PATIENCE - 1);
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await closed(socket);
    expect(vi.getTimerCount()).toBe(one.timers);
  });

  test.each(endings)("%s, it goes when the peer has ended its side", async (_, end) => {
    const one = await connection();
    await end(one);
    one.peer.resume().end();
    await closed(one.socket);
    expect(vi.getTimerCount()).toBe(one.timers);
  });

  test.each(endings)("%s, it gives that second from the end of our side on", async (_, end) => {
    const one = await connection();
    const { transport, socket, peer } = one;
    transport.send(megabytes);
    await settled(transport);
    await end(one);
    vi.advanceTimersByTime(PATIENCE / 2);
    peer.resume();
    while (transport.bufferedAmount > 0) await turn();
    peer.pause();
    await turns();
    vi.advanceTimersByTime(PATIENCE - 1);
    // A server over TLS ends its side when it has read our end.
    if (carrier === "TCP") expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await closed(socket);
  });

  const sendTimeout = 10 * PATIENCE;
  const stalls: typeof endings = [
    ...endings,
    [
      "closed by the peer",
      async ({ peer, listener }) => {
        peer.write(closeFrame(4000));
        await listener.next("lost");
      },
    ],
  ];

  test.each(stalls)("%s, it gives a peer that takes nothing as long as any", async (_, end) => {
    const one = await connection({ tcpOpts: { sendTimeout } });
    const { transport, socket } = one;
    transport.send(megabytes);
    // The kernel has taken all that it will.
    await settled(transport);
    await end(one);
    vi.advanceTimersByTime(sendTimeout - PATIENCE);
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(2 * PATIENCE);
    await closed(socket);
    expect(vi.getTimerCount()).toBe(one.timers);
  });

  test.each(stalls)("%s, it waits for a peer that reads on, and then no longer", async (_, end) => {
    const one = await connection({ tcpOpts: { sendTimeout } });
    const { transport, socket, peer } = one;
    transport.send(megabytes);
    await settled(transport);
    await end(one);
    for (let i = 0; i < 2; i++) {
      vi.advanceTimersByTime(sendTimeout - PATIENCE);
      const before = transport.bufferedAmount;
      expect([before > 0, socket.destroyed]).toEqual([true, false]);
      peer.resume();
      while (transport.bufferedAmount === before) await turn();
      peer.pause();
      await settled(transport);
    }
    peer.resume();
    while (transport.bufferedAmount > 0) await turn();
    await turns();
    vi.advanceTimersByTime(PATIENCE);
    await closed(socket);
  });
});

test("it lets what is being compressed leave before", async () => {
  let received = 0;
  let wake = () => {};
  const gone = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const url = await servingOver("TCP", {
    fields: ["Sec-WebSocket-Extensions: permessage-deflate"],
    serve: (socket) => {
      socket.on("data", ({ length }) => {
        received += length;
      });
      socket.on("end", () => socket.end()).on("close", wake);
    },
  });
  const { transport, listener } = dial(url, { wsOpts: { compress: true } });
  await listener.next("opened");
  transport.send(new Uint8Array(1_000_000));
  transport.abandon(1000);
  listener.abandoned();
  vi.advanceTimersByTime(2 * PATIENCE);
  await gone;
  // A thousandth of it, and the Close frame.
  expect(received).toBeGreaterThan(500);
});

test("it does not hold the process of a client that is unref'd", async () => {
  const setInterval = vi.spyOn(globalThis, "setInterval");
  const url = await servingOver("TCP", { serve: (socket) => void socket.pause() });
  const { transport, listener, socket } = dial(url);
  await listener.next("opened");
  transport.setRef!(false);
  transport.abandon(1000);
  listener.abandoned();
  await turns();
  const handle = (socket as unknown as { _handle: { hasRef(): boolean } })._handle;
  expect(handle.hasRef()).toBe(false);
  expect(setInterval.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Long enough for our side to end. */
async function turns(): Promise<void> {
  for (let i = 0; i < 50; i++) await turn();
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, "close");
  await turns();
}

/** The kernels take no more. */
async function settled(transport: { readonly bufferedAmount: number }): Promise<void> {
  for (let same = 0, last = -1; same < 50; last = transport.bufferedAmount) {
    await turn();
    same = transport.bufferedAmount === last ? same + 1 : 0;
  }
}
