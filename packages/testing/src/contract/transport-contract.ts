// The transport contract as tests: what core/src/transport.ts promises, sentence by sentence, against a real server.
// Every adapter runs it. Nothing here is a Node API, so that browsers run it too.

import { type Failure, type FailureKind, isGundamError, type Message } from "@gundam/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BadFrame } from "../server/frames.ts";
import type { ContractServer } from "./contract-server.ts";
import { type DiallingPlatform, eventually, Workbench } from "./workbench.ts";

/** What a platform truly can; all of it unless an adapter says what its platform cannot. */
export interface TransportCapabilities {
  /** Shows the response to the opening handshake: its headers, and the status of a refusal. */
  readonly showsResponse: boolean;
  /** Ends TCP when it is abandoned while connecting. */
  readonly hangsUp: boolean;
  /** Tells of the peer's Close frame when it is read; otherwise when TCP has ended. */
  readonly showsCloseFrame: boolean;
  /** Fails the connection whenever RFC 6455 says so, unasked subprotocols and masked frames included. */
  readonly isStrict: boolean;
  /** Tells who broke the protocol, and how; otherwise it looks like a broken network. */
  readonly showsViolations: boolean;
  /** Delivers messages that arrive after `close()`. */
  readonly receivesWhileClosing: boolean;
  /** Sends pings, and tells of pings and pongs. */
  readonly pings: boolean;
  /** Stops and resumes reading. */
  readonly pauses: boolean;
  /** Tells when `bufferedAmount` has fallen to 0. */
  readonly drains: boolean;
}

export interface TransportContract {
  /** Of the adapter, for the report. */
  readonly name: string;
  readonly platform: DiallingPlatform;
  /** Starts a server for one test. */
  readonly startServer: () => Promise<ContractServer>;
  readonly capabilities?: Partial<TransportCapabilities>;
  /** Options of each attempt, e.g. the certificate authority of a `wss:` server. */
  readonly options?: Readonly<Record<string, unknown>>;
}

const everything: TransportCapabilities = {
  showsResponse: true,
  hangsUp: true,
  showsCloseFrame: true,
  isStrict: true,
  showsViolations: true,
  receivesWhileClosing: true,
  pings: true,
  pauses: true,
  drains: true,
};

/**
 * Declares the suite for an adapter.
 *
 * @example
 * describeTransportContract({
 *   name: "node",
 *   platform: nodePlatform,
 *   startServer: async () => {
 *     const server = await startEchoServer();
 *     return {
 *       url: server.url,
 *       fault: (fault) => applyFault(server, fault),
 *       record: async () => server.record,
 *       stop: () => server.stop(),
 *     };
 *   },
 * });
 */
export function describeTransportContract(contract: TransportContract): void {
  const { name, platform, startServer, options = {} } = contract;
  const can = { ...everything, ...contract.capabilities };
  /** How a broken protocol looks. */
  const violation: FailureKind = can.showsViolations ? "protocol" : "network";
  let bench: Workbench;

  beforeEach(async () => {
    bench = new Workbench(await startServer(), platform, options);
  });

  afterEach(() => bench.clear());

  describe(`transport contract of ${name}: opening handshake`, () => {
    test("dial tells nothing but phases before it returns", async () => {
      const { listener } = bench.dial();
      expect(listener.all("phase")).not.toHaveLength(0);
      expect(listener.story).toEqual([]);
      await listener.next("opened");
      expect(listener.story).toEqual(["opened"]);
    });

    test("opened tells the subprotocol that the server selected", async () => {
      const { listener } = bench.dial("protocol=beta", ["alpha", "beta"]);
      expect((await listener.next("opened")).protocol).toBe("beta");
    });

    test("opened tells of no subprotocol and no extension where there is none", async () => {
      const { listener } = bench.dial();
      expect(await listener.next("opened")).toMatchObject({ protocol: "", extensions: "" });
    });

    test("opened shows the response's headers, or none", async () => {
      const { headers } = await bench.dial().listener.next("opened");
      expect(headers.get("Upgrade")).toBe(can.showsResponse ? "websocket" : null);
      const names: string[] = [];
      headers.forEach((_, name) => {
        names.push(name.toLowerCase());
      });
      expect(names.includes("sec-websocket-accept")).toBe(can.showsResponse);
    });

    test("a message right behind the 101 follows opened", async () => {
      const { listener } = bench.dial("push=hello&count=3");
      for (let i = 0; i < 3; i++) await listener.next("message");
      expect(listener.story).toEqual(["opened", "message", "message", "message"]);
    });

    test("a refused upgrade is the loss, before opened", async () => {
      const { listener } = bench.dial("refuse=503&header=Retry-After:5&body=busy");
      const failure = await listener.next("lost");
      expect(listener.story).toEqual(["lost"]);
      if (!can.showsResponse) return expectFailure(failure, ["network"]);
      expectFailure(failure, ["response"]);
      expect(failure).toMatchObject({
        status: 503,
        retryAfter: 5000,
        error: { code: "ERR_REFUSED", status: 503 },
      });
      expect(failure.headers?.get("Retry-After")).toBe("5");
    });

    const failures: [server: string, faults: string, protocols: string[], kinds: FailureKind[]][] = [
      ["answers garbage instead of HTTP", "garbage", [], ["network", "protocol"]],
      ["answers another client's key", "wrong-accept", [], [violation]],
      ["selects a subprotocol that was not offered", "protocol=wrong", ["alpha"], [violation]],
      ["ends TCP in the middle of the 101", "drop-at-upgrade=fin", [], ["network"]],
      ["resets TCP in the middle of the 101", "drop-at-upgrade=rst", [], ["network"]],
    ];
    if (can.isStrict) {
      failures.push(["selects a subprotocol although none was offered", "protocol=alpha", [], [violation]]);
    }
    test.each(failures)("a server that %s is a loss, before opened", async (_, faults, protocols, kinds) => {
      const { listener } = bench.dial(faults, protocols);
      expectFailure(await listener.next("lost"), kinds);
      expect(listener.story).toEqual(["lost"]);
    });

    test.each(["fin", "rst"] as const)(
      "TCP that ends (%s) as soon as it is accepted is a loss",
      async (how) => {
        await bench.server.fault({ name: "drop-at-accept", how });
        const { listener } = bench.dial();
        expectFailure(await listener.next("lost"), ["network"]);
        expect(listener.story).toEqual(["lost"]);
      },
    );

    test("a port where nothing listens is a loss", async () => {
      await bench.server.fault({ name: "away" });
      const { listener } = bench.dial();
      const failure = await listener.next("lost");
      expectFailure(failure, ["network"]);
      expect(listener.story).toEqual(["lost"]);
    });

    test("a loss while connecting names the phase that was told last", async () => {
      const { listener } = bench.dial("drop-at-upgrade=fin");
      const { phase } = await listener.next("lost");
      expect(phase).toBe(listener.all("phase").at(-1)?.phase);
    });
  });

  describe(`transport contract of ${name}: messages`, () => {
    test.each<[string, Message]>([
      ["text", "hello"],
      ["text of every length of UTF-8", "a, é, €, 𝄞 and 👩‍🚀"],
      ["text that begins with U+FEFF", "\ufeffno byte order mark"],
      ["text with U+0000", "\0 and \0"],
      ["an empty text", ""],
      ["a text of 1 MiB", "0123456789abcdef".repeat(65_536)],
      ["binary", Uint8Array.of(0, 1, 127, 128, 255)],
      ["an empty binary", new Uint8Array()],
      ["a binary of 1 MiB", numbered(1_048_576)],
      ["a view into a larger buffer", numbered(64).subarray(16, 32)],
    ])("%s comes back as it was sent", async (_, message) => {
      const { transport, listener } = await bench.open();
      transport.send(message);
      const echo = await listener.next("message");
      // Not toEqual on a mebibyte: that takes longer than all the rest.
      expect(typeof echo).toBe(typeof message);
      expect(echo.length).toBe(message.length);
      expect(same(echo, message)).toBe(true);
    });

    test("messages arrive in the order in which they were sent", async () => {
      const { transport, listener } = await bench.open();
      const messages = Array.from({ length: 300 }, (_, i) => (i % 3 ? `${i}`.repeat(i) : numbered(i * 10)));
      for (const message of messages) transport.send(message);
      for (const message of messages) expect(same(await listener.next("message"), message)).toBe(true);
    });

    test("each binary message has its own memory", async () => {
      const { transport, listener } = await bench.open();
      for (const length of [3, 5, 100_000]) {
        transport.send(numbered(length));
        const message = (await listener.next("message")) as Uint8Array;
        expect(message.constructor).toBe(Uint8Array);
        expect([message.byteOffset, message.buffer.byteLength]).toEqual([0, length]);
      }
    });

    test("bytes leave as they were when they were sent", async () => {
      const { transport, listener } = await bench.open();
      const bytes = numbered(70_000);
      transport.send(bytes);
      bytes.fill(0);
      expect(same(await listener.next("message"), numbered(70_000))).toBe(true);
    });

    test("a fragmented message arrives whole", async () => {
      const { listener } = await bench.open();
      await bench.server.fault({ name: "fragments", message: "in frames of one character – €" });
      expect(await listener.next("message")).toBe("in frames of one character – €");
    });

    test("a ping is answered with a pong, and stays out of the messages", async () => {
      const { transport, listener } = await bench.open();
      await bench.server.fault({ name: "ping" });
      await bench.recorded(({ counts }) => expect(counts.pongs).toBe(1));
      transport.send("after");
      await listener.next("message");
      expect(listener.story).toEqual(can.pings ? ["opened", "ping", "message"] : ["opened", "message"]);
    });

    test("bufferedAmount counts what was sent, and falls back to 0", async () => {
      const { transport, listener } = await bench.open("mute");
      expect(transport.bufferedAmount).toBe(0);
      const mebibyte = numbered(1_048_576);
      for (let i = 0; i < 16; i++) transport.send(mebibyte);
      expect(transport.bufferedAmount).toBeGreaterThan(0);
      if (can.drains) await listener.next("drained");
      else await eventually(() => expect(transport.bufferedAmount).toBe(0));
      expect(transport.bufferedAmount).toBe(0);
    });

    test("an idle open connection has no deadline", async () => {
      const { transport, listener } = await bench.open();
      expect(transport.deadline).toBe(Number.POSITIVE_INFINITY);
      transport.send("busy");
      await listener.next("message");
      await eventually(() => expect(transport.deadline).toBe(Number.POSITIVE_INFINITY));
    });

    if (can.pings) {
      test("ping sends a ping frame, and its pong is told", async () => {
        const { transport, listener } = await bench.open();
        transport.ping?.(Uint8Array.of(1, 2, 3));
        expect([...(await listener.next("pong"))]).toEqual([1, 2, 3]);
      });
    }

    if (can.pauses) {
      test("pause holds messages back, and resume lets them come in order", async () => {
        const { transport, listener } = await bench.open();
        transport.pause?.();
        await bench.server.fault({ name: "flood", count: 3 });
        await bench.roundTrip();
        expect(listener.story).toEqual(["opened"]);
        transport.resume?.();
        for (const number of [1, 2, 3]) expect(await listener.next("message")).toBe(`message ${number}`);
      });

      test("close resumes reading", async () => {
        const { transport, listener } = await bench.open();
        transport.pause?.();
        await bench.server.fault({ name: "flood", count: 3 });
        await bench.roundTrip();
        transport.close(1000, "");
        await listener.next("lost");
        expect(listener.story).toEqual(["opened", "message", "message", "message", "lost"]);
      });
    }

    test("a platform that can neither ping nor pause has no such methods", async () => {
      const { transport } = await bench.open();
      expect(typeof transport.ping === "function").toBe(can.pings);
      expect([typeof transport.pause, typeof transport.resume]).toEqual(
        can.pauses ? ["function", "function"] : ["undefined", "undefined"],
      );
    });
  });

  describe(`transport contract of ${name}: loss of an open connection`, () => {
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
      await bench.server.fault({ name: "close" });
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
  });

  describe(`transport contract of ${name}: closing handshake by us`, () => {
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
  });

  describe(`transport contract of ${name}: abandon`, () => {
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
      await bench.recorded(({ closes }) => expect(closes).toMatchObject([{ code: platform.goingAway }]));
      await bench.deserted();
    });
  });
}

/** A failure is one of these kinds, with the facts that each has. */
function expectFailure(failure: Failure, kinds: readonly FailureKind[]): void {
  expect(kinds).toContain(failure.kind);
  expect(isGundamError(failure.error)).toBe(true);
  expect(failure.error.message).not.toBe("");
  expect(typeof failure.byUs).toBe("boolean");
}

/** Bytes that tell where they stood. */
function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i ^ (i >> 8));
}

function same(a: Message, b: Message): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
