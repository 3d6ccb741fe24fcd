// The end of an open connection on the wire: FIN, RST, the peer's Close frame and our own verdicts are told apart, and
// what each of them leaves behind at the peer.

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, constants as zlib } from "node:zlib";
import { badFrames, closeFrame, frame, opcodes } from "@gundam/testing/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type Carrier,
  type Dialled,
  destroyed,
  dial,
  servingOver,
  switchingProtocols,
  tcpOf,
  trusting,
} from "./dialling.ts";
import { floodingServer } from "./flooding-server.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

const carriers: Carrier[] = ["TCP", "TLS"];

const turn = () => new Promise((resolve) => setImmediate(resolve));

interface Ends extends Dialled {
  readonly peer: Socket;
  /** What the peer has read. */
  readonly received: Buffer[];
  /** How the peer's socket came to its end. */
  readonly outcome: Promise<string>;
}

/** Both ends of an open connection. */
async function connection(carrier: Carrier, given: object = {}, ...fields: string[]): Promise<Ends> {
  let accepted = (_: Socket) => {};
  const accepting = new Promise<Socket>((resolve) => {
    accepted = resolve;
  });
  const received: Buffer[] = [];
  let ended = (_: string) => {};
  const outcome = new Promise<string>((resolve) => {
    ended = resolve;
  });
  const url = await servingOver(carrier, {
    fields,
    serve(socket) {
      watch(socket, received, ended);
      accepted(socket);
    },
  });
  const dialled = dial(url, { ...trusting, ...given });
  await dialled.listener.next("opened");
  return { ...dialled, peer: await accepting, received, outcome };
}

function watch(socket: Socket, received: Buffer[], ended: (outcome: string) => void): void {
  socket.on("data", (bytes) => received.push(bytes));
  socket.on("error", (error) => ended((error as NodeJS.ErrnoException).code!));
  socket.on("end", () => ended("end"));
}

describe.each(carriers)("over %s", (carrier) => {
  test.each<[string, (peer: Socket) => void, object, string]>([
    ["FIN", (peer) => peer.end(), { kind: "network", code: 1006, wasClean: false, byUs: false }, ""],
    [
      "a reset",
      (peer) => tcpOf(peer).resetAndDestroy(),
      { kind: "network", code: 1006, wasClean: false, byUs: false },
      "ECONNRESET",
    ],
    [
      "a Close frame while TCP stays up",
      (peer) => peer.write(closeFrame(4001, "moved")),
      { kind: "close", code: 4001, reason: "moved", wasClean: true, byUs: false },
      "",
    ],
    [
      "a Close frame with the end of TCP behind it",
      (peer) => peer.end(closeFrame(4001)),
      { kind: "close", code: 4001, wasClean: true, byUs: false },
      "",
    ],
    [
      "our own failing while TCP stays up",
      (peer) => peer.write(badFrames["reserved-bit"]),
      { kind: "protocol", code: 1002, byUs: true },
      "1002",
    ],
  ])("%s is told as what it is, behind what came before it, and once", async (_, end, failure, text) => {
    const { listener, peer } = await connection(carrier);
    peer.write(frame(opcodes.text, "last words"));
    await listener.next("message");
    end(peer);
    const told = await listener.next("lost");
    expect(told).toMatchObject({ phase: "open", ...failure });
    expect(told.error.message).toContain(text);
    for (let i = 0; i < 20; i++) await turn();
    expect(listener.story).toEqual(["opened", "message", "lost"]);
  });

  test("the end is told in the call that reads it: nothing that is sent then seems to leave", async () => {
    for (let round = 0; round < 10; round++) {
      const { transport, listener, peer, received, outcome } = await connection(carrier);
      const taken: string[] = [];
      let isOver = false;
      let tooLate = "";
      let sent = 0;
      const send = () => {
        const message = `m${sent++}.`;
        transport.send(message);
        if (transport.hasTaken(transport.mark())) taken.push(message);
        return message;
      };
      listener.onHeard = (event) => {
        if (event !== "lost") return;
        isOver = true;
        tooLate = send();
      };
      let end = () => void peer.end();
      while (!isOver) {
        // In the turn in which TCP ends too, before and behind it.
        process.nextTick(send);
        setImmediate(send);
        if (sent > 2 * round) {
          end();
          end = () => {};
        }
        await turn();
      }
      const last = send();
      for (let i = 0; i < 5; i++) await turn();
      // Over TCP the peer reads on behind its own end.
      if (carrier === "TCP") expect(await outcome).toBe("end");
      const texts = unmasked(Buffer.concat(received));
      if (carrier === "TCP") expect(texts).toEqual(expect.arrayContaining(taken));
      for (const message of [tooLate, last]) {
        expect(taken).not.toContain(message);
        expect(texts).not.toContain(message);
      }
    }
  });

  test("what is sent while something read before the end is inflated does not seem to leave", async () => {
    const { transport, listener, peer, received } = await connection(
      carrier,
      { wsOpts: { compress: true } },
      "Sec-WebSocket-Extensions: permessage-deflate",
    );
    const large = "x".repeat(15_000_000);
    const deflated = deflateRawSync(large, { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, -4);
    const before = transport.mark();
    peer.end(frame(opcodes.text, deflated, { reserved: 4 }));
    await once(peer, "finish");
    const behind = "long enough to be compressed, too ".repeat(100);
    let after = 0;
    let isTaken: boolean | undefined;
    listener.onHeard = (event) => {
      if (event === "message") transport.send(behind);
      after = transport.mark();
      isTaken = transport.hasTaken(after);
    };
    expect(((await listener.next("message")) as string).length).toBe(large.length);
    expect(await listener.next("lost")).toMatchObject({ kind: "network", code: 1006 });
    expect([transport.hasTaken(before), isTaken, transport.hasTaken(after)]).toEqual([true, false, false]);
    for (let i = 0; i < 20; i++) await turn();
    expect(received).toEqual([]);
  });

  test("a peer that goes on sending sees why we failed the connection", async () => {
    const server = await floodingServer(carrier, badFrames["reserved-bit"]);
    const seen: string[] = [];
    for (let i = 0; i < 20; i++) {
      const outcome = server.next();
      const { listener } = dial(server.url, trusting);
      expect(await listener.next("lost")).toMatchObject({ kind: "protocol", code: 1002 });
      seen.push(await outcome);
    }
    expect(seen).toEqual(Array(20).fill("1002"));
  });

  test("and the code with which we abandon it", async () => {
    const server = await floodingServer(carrier, frame(opcodes.text, "first"));
    const seen: string[] = [];
    for (let i = 0; i < 20; i++) {
      const outcome = server.next();
      const { transport, listener } = dial(server.url, trusting);
      for (let j = 0; j <= i; j++) await listener.next("message");
      transport.abandon(1000);
      listener.abandoned();
      seen.push(await outcome);
    }
    expect(seen).toEqual(Array(20).fill("1000"));
  });

  test("a link that is given up (1006) ends by a reset", async () => {
    const dialled = await connection(carrier);
    const { transport, listener, outcome } = dialled;
    transport.abandon(1006);
    listener.abandoned();
    expect(await outcome).toBe("ECONNRESET");
    await destroyed(dialled);
  });

  test("so does one whose peer takes nothing for sendTimeout, and what waited never arrives", async () => {
    const dialled = await connection(carrier, { tcpOpts: { sendTimeout: 1000 } });
    const { transport, listener, peer, received, outcome } = dialled;
    peer.pause();
    transport.send(new Uint8Array(16_000_000));
    transport.expire(transport.deadline);
    expect(await listener.next("lost")).toMatchObject({ kind: "dead", code: 1006, byUs: true });
    await destroyed(dialled);
    peer.resume();
    expect(await outcome).toBe("ECONNRESET");
    expect(Buffer.concat(received).length).toBeLessThan(16_000_000);
  });

  test("a loss that was told stays what it was, whatever is abandoned then", async () => {
    const { transport, listener, peer, outcome, received } = await connection(carrier);
    peer.write(badFrames["reserved-bit"]);
    await listener.next("lost");
    transport.abandon(1000);
    expect(await outcome).toBe("end");
    // One Close frame, ours.
    expect(Buffer.concat(received)).toHaveLength(2 + 4 + 2);
  });
});

describe("over a unix socket, which knows no reset,", () => {
  async function pipe(given: object = {}): Promise<Ends> {
    const folder = mkdtempSync(join(tmpdir(), "gundam-"));
    const path = join(folder, "socket");
    const received: Buffer[] = [];
    let ended = (_: string) => {};
    const outcome = new Promise<string>((resolve) => {
      ended = resolve;
    });
    const server = http.createServer();
    const accepting = new Promise<Socket>((resolve) => {
      server.on("upgrade", (request, socket: Socket) => {
        socket.write(switchingProtocols(request.headers["sec-websocket-key"]!));
        watch(socket, received, ended);
        resolve(socket);
      });
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(async () => {
      (await accepting).destroy();
      server.close();
      rmSync(folder, { recursive: true });
    });
    const { tcpOpts = {} } = given as { tcpOpts?: object };
    const dialled = dial("ws://localhost/", { tcpOpts: { ...tcpOpts, path } });
    await dialled.listener.next("opened");
    return { ...dialled, peer: await accepting, received, outcome };
  }

  test("a link that is given up ends at once", async () => {
    const dialled = await pipe();
    const { transport, listener, outcome } = dialled;
    transport.abandon(1006);
    listener.abandoned();
    expect(await outcome).toMatch(/^(end|ECONNRESET)$/);
    await destroyed(dialled);
  });

  test("so does one whose peer takes nothing for sendTimeout", async () => {
    const dialled = await pipe({ tcpOpts: { sendTimeout: 1000 } });
    const { transport, listener, peer, outcome } = dialled;
    peer.pause();
    transport.send(new Uint8Array(16_000_000));
    transport.expire(transport.deadline);
    expect(await listener.next("lost")).toMatchObject({ kind: "dead", code: 1006 });
    await destroyed(dialled);
    peer.resume();
    expect(await outcome).toMatch(/^(end|ECONNRESET)$/);
  });
});

/** The short texts that a client has sent. */
function unmasked(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 6 <= bytes.length; ) {
    const length = bytes[at + 1]! & 0x7f;
    const key = bytes.subarray(at + 2, at + 6);
    const body = bytes.subarray(at + 6, at + 6 + length).map((byte, i) => byte ^ key[i & 3]!);
    if (bytes[at] === 0x81 && body.length === length) texts.push(Buffer.from(body).toString());
    at += 6 + length;
  }
  return texts;
}
