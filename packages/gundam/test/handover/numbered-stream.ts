// Handing over a client that is sent a numbered stream and sends one itself, 100 numbers a second each way: none is lost,
// none is doubled, and what is told of each is true. One suite for Node and for browsers.

import { type Delivery, deliver, isGundamError } from "@gundam/core";
import type { Fault } from "@gundam/testing/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientOptions, handover, WebSocketClient } from "../../src/node.ts";
import { HELLO, type Numbered, type StreamRecord, type Strike, WELCOME } from "./numbered-words.ts";

/** A numbered server, in this process or behind commands. */
export interface SuiteServer {
  readonly url: string;
  fault(fault: Fault): Promise<void>;
  strike(strike: Strike): Promise<void>;
  /** Sends no more numbers. */
  finish(): Promise<void>;
  recordOf(name: string): Promise<StreamRecord>;
  closes(): Promise<readonly { readonly code: number; readonly reason: string }[]>;
  stop(): Promise<void>;
}

export interface NumberedStreamSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly handover: typeof handover;
  readonly startServer: () => Promise<SuiteServer>;
  /** Pings tell what the peer has read, and what a connection has taken while the peer ended it is read. */
  readonly isNode: boolean;
}

/** The numbers of the client leave this many ms apart. */
const DISTANCE = 10;

/** What became of a number; `sent`: nothing is told of it yet. */
type Outcome = "sent" | "unsent" | "unknown" | Delivery;

/** A client that sends its numbers and takes those of the server. */
export class StreamingClient {
  readonly name: string;
  readonly client: WebSocketClient;
  readonly received: number[] = [];
  readonly outcomes: Map<number, Outcome> = new Map();
  readonly told: string[] = [];
  readonly #pending: Set<Promise<void>> = new Set();
  readonly #timer: ReturnType<typeof setInterval>;
  #welcomed: () => void = () => {};

  constructor(name: string, connect: NumberedStreamSuite["connect"], options: ClientOptions) {
    this.name = name;
    this.client = connect({
      retryTimeout: 20,
      wsOpts: { closingTimeout: 1_000 },
      ...options,
      onConnect: (_, client) => {
        this.told.push("connect");
        client.send(HELLO + name);
        return new Promise<void>((resolve) => {
          this.#welcomed = resolve;
        });
      },
      onMessage: (message) => {
        if (message === WELCOME) this.#welcomed();
        else this.received.push(Number(message));
      },
      onDisconnect: () => void this.told.push("disconnect"),
      onError: ({ code }) => void this.told.push(code),
    });
    this.#timer = setInterval(() => this.#send(), DISTANCE);
  }

  /** Sends no more, and knows what became of what it has sent. */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  #send(): void {
    const number = this.outcomes.size + 1;
    this.outcomes.set(number, "sent");
    const delivered = deliver(this.client, String(number), { ack: number % 2 === 0 }).then(
      (delivery) => void this.outcomes.set(number, delivery),
      (error) => void this.outcomes.set(number, outcomeOf(error)),
    );
    this.#pending.add(delivered);
    void delivered.then(() => this.#pending.delete(delivered));
  }
}

function outcomeOf(error: unknown): Outcome {
  if (isGundamError(error) && error.code === "ERR_UNKNOWN_DELIVERY") return "unknown";
  if (isGundamError(error) && error.code === "ERR_UNSENT") return "unsent";
  throw error;
}

export function numbersOf(numbered: readonly Numbered[]): number[] {
  return numbered.map(({ number }) => number);
}

/** Those that are missing from 1 to `last`; none may be there twice, and each connection must keep its order. */
export function missingFrom(numbers: readonly number[], last: number): number[] {
  const doubled = numbers.filter((number, index) => numbers.indexOf(number) !== index);
  expect(doubled, "doubled numbers").toEqual([]);
  const there = new Set(numbers);
  return Array.from({ length: last }, (_, index) => index + 1).filter((number) => !there.has(number));
}

/** What was received over each connection was received in order. */
export function expectOrder(received: readonly Numbered[]): void {
  const last = new Map<number, number>();
  for (const { number, connection } of received) {
    expect(number, `in order on connection ${connection}`).toBeGreaterThan(last.get(connection) ?? 0);
    last.set(connection, number);
  }
}

/** What was told of each number of the client's, held against what the server has received. */
export function expectTrueOutcomes(
  { outcomes }: StreamingClient,
  received: readonly number[],
  isNode: boolean,
): void {
  const there = new Set(received);
  for (const [number, outcome] of outcomes) {
    expect(outcome, `what was told of ${number}`).not.toBe("sent");
    if (outcome === "unsent")
      expect(there.has(number), `${number}, told as unsent, was received`).toBe(false);
    if (outcome === "acked") expect(there.has(number), `${number}, told as acked, was received`).toBe(true);
    if (isNode && outcome === "flushed") expect(number % 2, `${number} was to be acked`).toBe(1);
  }
}

export function describeNumberedStream({
  connect,
  handover,
  startServer,
  isNode,
}: NumberedStreamSuite): void {
  let server: SuiteServer;
  let streaming: StreamingClient;
  let client: WebSocketClient;

  beforeEach(async () => {
    server = await startServer();
    streaming = new StreamingClient("one", connect, { url: server.url });
    client = streaming.client;
    await client.ready();
    await flows();
  });

  afterEach(async () => {
    client.terminate();
    await streaming.finish();
    await server.stop();
  });

  const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 10_000 });
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Numbers come, and go on coming, and those of the client arrive. */
  async function flows(): Promise<void> {
    const counts = async () => {
      const { received } = await server.recordOf(streaming.name);
      return [streaming.received.length, received.length] as const;
    };
    const [ours, theirs] = await counts();
    await until(async () => {
      const [oursNow, theirsNow] = await counts();
      expect(Math.min(oursNow - ours, theirsNow - theirs)).toBeGreaterThan(2);
    });
  }

  /** Both streams end, and all has arrived that can. */
  async function ended(): Promise<StreamRecord> {
    await server.finish();
    await streaming.finish();
    const { sent } = await server.recordOf(streaming.name);
    await until(() => expect(streaming.received).toContain(sent.at(-1)!.number));
    await client.close();
    return server.recordOf(streaming.name);
  }

  /** No number is lost or doubled. */
  async function expectAll(): Promise<StreamRecord> {
    const record = await ended();
    expectOrder(record.received);
    expect(
      missingFrom(streaming.received, record.sent.length),
      "numbers of the server's that are lost",
    ).toEqual([]);
    const lost = missingFrom(numbersOf(record.received), streaming.outcomes.size);
    expect(lost, "numbers of the client's that are lost").toEqual([]);
    for (const [number, outcome] of streaming.outcomes)
      expect(outcome, `what was told of ${number}`).toBe(isNode && number % 2 === 0 ? "acked" : "flushed");
    return record;
  }

  /** Nothing but what was on its way over the connection that was struck may be lost, and all that is told is true. */
  async function expectTruth(struck: number): Promise<void> {
    const { sent, received } = await ended();
    expectOrder(received);
    const lost = missingFrom(streaming.received, sent.length);
    const connections = new Set(lost.map((number) => sent[number - 1]!.connection));
    expect([...connections].filter((connection) => connection !== struck)).toEqual([]);
    const arrived = numbersOf(received);
    const unheard = missingFrom(arrived, streaming.outcomes.size);
    expect(unheard.filter((number) => streaming.outcomes.get(number) === "acked")).toEqual([]);
    expectTrueOutcomes(streaming, arrived, isNode);
  }

  /** The number of the connection that the stream comes over. */
  async function connectionOfNow(): Promise<number> {
    const { sent } = await server.recordOf(streaming.name);
    return sent.at(-1)!.connection;
  }

  const connects = () => streaming.told.filter((word) => word === "connect").length;

  test("50 times, and no number is lost or doubled, in either direction", { timeout: 30_000 }, async () => {
    for (let times = 1; times <= 50; times++) {
      await handover(client, { code: 4000 + times, reason: "moving on" });
      await pause(50);
    }
    const { sent, received } = await expectAll();
    expect(streaming.told).toEqual(Array(51).fill("connect"));
    expect((await server.closes()).map(({ code }) => code).sort()).toEqual([
      1000,
      ...Array.from({ length: 50 }, (_, index) => 4001 + index),
    ]);
    for (const numbers of [sent, received]) {
      expect(numbers.length).toBeGreaterThan(200);
      expect(new Set(numbers.map(({ connection }) => connection)).size).toBeGreaterThan(40);
    }
  });

  test("in a loop, one at once after another", { timeout: 30_000 }, async () => {
    for (let times = 1; times <= 50; times++) await handover(client);
    await flows();
    await expectAll();
    expect(streaming.told).toEqual(Array(51).fill("connect"));
  });

  test("while the server is slow", { timeout: 30_000 }, async () => {
    await server.fault({ name: "slow", bytesPerSecond: 4_000 });
    for (let times = 1; times <= 5; times++) await handover(client);
    await flows();
    await expectAll();
    expect(streaming.told).toEqual(Array(6).fill("connect"));
  });

  test("to a server that never answers our Close", {
    timeout: 30_000,
  }, async () => {
    await server.fault({ name: "ignore-close" });
    for (let times = 1; times <= 5; times++) await handover(client);
    await flows();
    await expectAll();
    expect(streaming.told).toEqual(Array(6).fill("connect"));
  });

  describe.each<[string, () => Promise<void>, number]>([
    ["is refused", () => server.fault({ name: "refuse", status: 503, times: 1 }), 0],
    ["is closed as it opens", () => server.strike({ at: "opened", which: "second", how: 1013 }), 1],
    ["is reset as it opens", () => server.strike({ at: "opened", which: "second", how: "reset" }), 1],
    ["is closed while it greets", () => server.strike({ at: "greeted", which: "second", how: 1013 }), 1],
    ["is reset while it greets", () => server.strike({ at: "greeted", which: "second", how: "reset" }), 1],
  ])("where the second connection %s", (_, plan, greetings) => {
    test("is refused, and the first goes on as if nothing had been", { timeout: 30_000 }, async () => {
      await plan();
      const first = await connectionOfNow();
      await expect(handover(client)).rejects.toSatisfy(isGundamError);
      expect(client.phase).toBe("open");
      await flows();
      expect(await connectionOfNow()).toBe(first);
      expect(connects()).toBeLessThanOrEqual(1 + greetings);
      expect(streaming.told).not.toContain("disconnect");
      await handover(client);
      await flows();
      expect(await connectionOfNow()).toBeGreaterThan(first);
      await expectAll();
    });
  });

  describe.each<Strike["at"]>(["requested", "opened", "greeted"])(
    "where the first is lost when the second is %s",
    (at) => {
      test.each<Strike["how"]>(["reset", 1012])(
        "by %s, the second goes on",
        async (how) => {
          const first = await connectionOfNow();
          await server.strike({ at, which: "first", how });
          await handover(client);
          await flows();
          expect(await connectionOfNow()).toBeGreaterThan(first);
          // Where the second was ready first, nobody is told of the loss of the one that is left.
          expect(streaming.told.filter((word) => word === "disconnect").length).toBeLessThanOrEqual(1);
          await expectTruth(first);
        },
        30_000,
      );
    },
  );
}
