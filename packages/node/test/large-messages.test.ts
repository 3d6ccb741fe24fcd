// Large messages, and many of them at once, to peers that are slow to read.

import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Transport } from "@gundam/core";
import { Protocol } from "@gundam/protocol";
import { frame, opcodes } from "@gundam/testing/server";
import { describe, expect, test, vi } from "vitest";
import { type Carrier, dial, servingOver, trusting } from "./dialling.ts";

vi.setConfig({ testTimeout: 30_000 });

const KiB = 1024;
const carriers: Carrier[] = ["TCP", "TLS"];

const turn = () => new Promise((resolve) => setImmediate(resolve));

interface Peer {
  readonly socket: Socket;
  /** What it has read so far, in order: `message` with its digest, `ping`, `pong`. */
  readonly heard: string[];
  /** Bytes that came on the connection. */
  bytes: number;
  bytesAtPong: number;
}

function peerOn(socket: Socket): Peer {
  const heard: string[] = [];
  const peer: Peer = { socket, heard, bytes: 0, bytesAtPong: 0 };
  const options = { maxPayload: Number.POSITIVE_INFINITY, maxFrameSize: Number.POSITIVE_INFINITY };
  const { receiver } = new Protocol("server", options, {
    message: (message) => void heard.push(digest(message)),
    ping: (data) => void heard.push(`ping ${Buffer.from(data)}`),
    pong(data) {
      heard.push(`pong ${Buffer.from(data)}`);
      peer.bytesAtPong = peer.bytes;
    },
    closed: (code) => void heard.push(`close ${code}`),
    failed: ({ message }) => void heard.push(`failed ${message}`),
    inflated() {},
    framed() {},
  });
  socket.on("data", (bytes) => {
    peer.bytes += bytes.length;
    receiver.receive(bytes, 0, bytes.length);
  });
  return peer;
}

/** Large messages are compared by this: what differs is shown in a line. */
function digest(message: string | Uint8Array): string {
  return `message ${message.length} ${createHash("sha1").update(message).digest("hex")}`;
}

/** A server whose connections do not read until the test says so, in the order in which they came. */
async function slowServer(carrier: Carrier): Promise<{ url: string; peers: Peer[] }> {
  const peers: Peer[] = [];
  const serve = (socket: Socket) => {
    peers.push(peerOn(socket));
    socket.pause();
  };
  const url = await servingOver(carrier, { serve });
  return { url, peers };
}

async function heard({ heard }: Peer, count: number): Promise<string[]> {
  while (heard.length < count) await turn();
  return heard;
}

/** The kernels take no more. */
async function settled(transport: Transport): Promise<void> {
  for (let same = 0, last = -1; same < 20; last = transport.bufferedAmount) {
    await turn();
    same = transport.bufferedAmount === last ? same + 1 : 0;
  }
}

describe.each(carriers)("over %s", (carrier) => {
  test("a pong passes between two fragments, and neither ours nor what was sent later does", async () => {
    const { url, peers } = await slowServer(carrier);
    const { transport, listener } = dial(url, trusting);
    await listener.next("opened");
    const [peer] = peers as [Peer];
    const large = randomBytes(10_000_000);
    transport.send(large);
    transport.ping!(Buffer.from("keepalive"));
    transport.send("behind");
    await settled(transport);
    peer.socket.write(frame(opcodes.ping, "are you there?"));
    await listener.next("ping");
    const waiting = transport.bufferedAmount;
    expect(waiting).toBeGreaterThan(1_000_000);
    peer.socket.resume();
    expect(await heard(peer, 4)).toEqual([
      "pong are you there?",
      digest(large),
      "ping keepalive",
      digest("behind"),
    ]);
    // The kernels had some of the message; what was on its way to them, and in the peer's hands, is two pieces each.
    expect(peer.bytesAtPong).toBeLessThan(10_000_000 - waiting + 4 * 64 * KiB);
  });

  test("a message leaves with the bytes that it had, whatever becomes of the caller's", async () => {
    const { url, peers } = await slowServer(carrier);
    const { transport, listener } = dial(url, trusting);
    await listener.next("opened");
    const digests: string[] = [];
    for (const size of [16_000_000, 100, 65_536, 65_537, 200_000, 1]) {
      const bytes = randomBytes(size);
      digests.push(digest(bytes));
      transport.send(bytes);
      bytes.fill(0);
    }
    expect(transport.bufferedAmount).toBeGreaterThan(1_000_000);
    peers[0]!.socket.resume();
    expect(await heard(peers[0]!, digests.length)).toEqual(digests);
  });

  test("bufferedAmount is what the peer and the kernels have not got, with the heads of the frames", async () => {
    const { url, peers } = await slowServer(carrier);
    const { transport, listener } = dial(url, trusting);
    await listener.next("opened");
    const [peer] = peers as [Peer];
    const size = 16_000_000;
    transport.send(new Uint8Array(size));
    const fragments = Math.ceil(size / (128 * KiB));
    // The last has a head of 4 bytes, and a key of 4; the others have heads of 10.
    const framed = size + (fragments - 1) * 14 + 8;
    let last = framed;
    expect(transport.bufferedAmount).toBeLessThanOrEqual(framed);
    await settled(transport);
    while (transport.bufferedAmount > 0) {
      const { bufferedAmount } = transport;
      // It falls, and never below what must still be here: what the peer has not read, but for the kernels' part.
      expect(bufferedAmount).toBeLessThanOrEqual(last);
      expect(bufferedAmount + peer.bytes).toBeLessThanOrEqual(framed);
      last = bufferedAmount;
      peer.socket.resume();
      await turn();
      peer.socket.pause();
    }
    peer.socket.resume();
    await heard(peer, 1);
    expect([transport.hasTaken(transport.mark()), peer.bytes]).toEqual([true, framed]);
  });

  test("fifty connections at once under back-pressure, and each has its own bytes", async () => {
    const { url, peers } = await slowServer(carrier);
    const transports: Transport[] = [];
    for (let i = 0; i < 50; i++) {
      const { transport, listener } = dial(url, trusting);
      await listener.next("opened");
      transports.push(transport);
    }
    const digests: string[][] = transports.map(() => []);
    const sendAll = (size: number) => {
      for (const [i, transport] of transports.entries()) {
        const bytes = randomBytes(size);
        digests[i]!.push(digest(bytes));
        transport.send(bytes);
      }
    };
    // Until the kernels take no more of any; most of it is the kernels' then.
    while (transports.some(({ bufferedAmount }) => bufferedAmount < 100 * KiB)) sendAll(300_000);
    for (const size of [1, 1000, 70_000]) sendAll(size);
    for (const { socket } of peers) socket.resume();
    for (const [i, peer] of peers.entries())
      expect(await heard(peer, digests[i]!.length)).toEqual(digests[i]);
  });
});
