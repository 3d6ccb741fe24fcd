// Functions over a client that tell what became of messages.

import { unheard } from "./chain.ts";
import { type AnyClient, type Client, driverOf } from "./client.ts";
import type { Driver } from "./driver.ts";
import type { GundamError } from "./errors.ts";
import type { Drop } from "./events.ts";
import { Fifo } from "./fifo.ts";
import { lost, type SendOptions } from "./outbox.ts";
import type { AlsoFollowed, Followed, Receipt } from "./receipt.ts";
import type { Runtime } from "./runtime.ts";
import type { Sendable } from "./sendable.ts";
import type { Connection, OutgoingMessage } from "./transport.ts";

/**
 * `flushed`: the platform has taken the message while its connection was alive. `acked`: the next WebSocket endpoint has
 * read past it, which a proxy that ends the connection is, too.
 */
export type Delivery = "flushed" | "acked";

/** How far messages are followed. */
export interface FlushOptions {
  /** Wait until the peer has answered a ping that was sent later. Without pings, as in browsers, `flushed` is all. */
  readonly ack?: boolean | undefined;
}

/** A client that sends such values. */
type Sender<Sent> = Pick<Client<object, never, Sent>, "send" | "phase">;

/**
 * Sends a message and resolves with how far it is known to have come. What waits for a connection is delivered by the
 * next one; nothing is sent twice.
 *
 * Rejects with an `UnsentError` (or the `QueueFullError`) when it was never handed to a socket and never will be; with an
 * `UnknownDeliveryError` when its connection was lost before more was known; and with what `send` throws.
 *
 * @example await deliver(client, "paid", { ack: true, ttl: 10_000 })
 */
export function deliver<Sent = Sendable>(
  client: Sender<Sent>,
  message: Sent,
  options: SendOptions & FlushOptions = {},
): Promise<Delivery> {
  const driver = driverOf(client);
  return unheard(
    new Promise((resolve, reject) => {
      driver.send(message, options, [new Wish(driver, options.ack === true, true, resolve, reject)]);
    }),
  );
}

/**
 * Resolves when all messages that were sent until now have come as far as asked; at once when there are none. One ping
 * is enough for all of them. Rejects, like `deliver`, for the first that will not.
 *
 * @example await flush(client); await client.close();
 */
export function flush(client: AnyClient, { ack = false }: FlushOptions = {}): Promise<Delivery> {
  const driver = driverOf(client);
  const { openConnection, link, outbox } = driver;
  return unheard(
    new Promise((resolve, reject) => {
      let least: Delivery = ack ? "acked" : "flushed";
      let left = 0;
      const done = (delivery: Delivery) => {
        if (delivery === "flushed") least = delivery;
        if (--left <= 0) resolve(least);
      };
      const wish = new Wish(driver, ack, false, done, reject);
      for (const entry of outbox.entries.splice()) {
        entry.receipts = [...entry.receipts, wish];
        outbox.entries.push(entry);
        left++;
      }
      // What the platform has taken is no answer of the peer's.
      const isUnanswered = ack && openConnection?.ping !== undefined && link!.sent > 0;
      if (openConnection && (isUnanswered || !openConnection.hasTaken(openConnection.mark()))) {
        left++;
        outbox.follow(openConnection, [wish]);
      }
      for (const leaving of driver.others?.leaving ?? []) {
        if (!leaving.isBusy(ack)) continue;
        left++;
        leaving.follow([wish]);
      }
      if (left === 0) done(least);
    }),
  );
}

/** How far somebody wants to know that messages have come. */
class Wish implements Receipt {
  readonly #driver: Driver;
  readonly #isAckWanted: boolean;
  /** It is about one message, and not about all before it. */
  readonly #isOfOne: boolean;
  readonly resolve: (delivery: Delivery) => void;
  readonly dropped: (cause: GundamError) => void;

  constructor(
    driver: Driver,
    isAckWanted: boolean,
    isOfOne: boolean,
    resolve: (delivery: Delivery) => void,
    reject: (cause: GundamError) => void,
  ) {
    this.#driver = driver;
    this.#isAckWanted = isAckWanted;
    this.#isOfOne = isOfOne;
    this.resolve = resolve;
    this.dropped = reject;
  }

  flushed(message: OutgoingMessage | undefined, connection: Connection, way: Followed): void {
    if (!this.#isAckWanted || connection.ping === undefined) return this.resolve("flushed");
    // It is kept there, for another copy of the library may wait for acks of the same client.
    way.alsoFollowed ??= new Acks(connection, this.#driver.platform.runtime);
    (way.alsoFollowed as Acks).add(this, this.#isOfOne ? message : undefined);
  }
}

/**
 * What the platform has taken of one connection, and its peer has not answered for. One ping answers for all that was taken
 * before it.
 */
class Acks implements AlsoFollowed {
  readonly #connection: Connection;
  readonly #runtime: Runtime;
  readonly #waiting: Fifo<{
    readonly message: OutgoingMessage | undefined;
    readonly receipts: readonly [Wish];
  }> = new Fifo();
  /** How many were ever taken out. */
  #answered = 0;
  #isAsking = false;

  constructor(connection: Connection, runtime: Runtime) {
    this.#connection = connection;
    this.#runtime = runtime;
  }

  get length(): number {
    return this.#waiting.length;
  }

  add(wish: Wish, message: OutgoingMessage | undefined): void {
    this.#waiting.push({ message, receipts: [wish] });
    if (this.#isAsking) return;
    this.#isAsking = true;
    // At the end of the tick a ping is behind whatever was sent in it.
    this.#runtime.microtask(() => this.#ask());
  }

  #ask(): void {
    this.#isAsking = false;
    const connection = this.#connection;
    // After our Close frame nothing is sent, nor when the peer has ended it: the connection's end is the answer.
    if (this.length === 0 || connection.isClosing || !connection.takes()) return;
    const mark = this.#answered + this.length;
    connection.ping!().then(
      () => this.#answer(mark),
      // The connection is lost, and with it what waited.
      () => {},
    );
  }

  answered(): void {
    this.#answer(this.#answered + this.length);
  }

  #answer(mark: number): void {
    while (this.#answered < mark) {
      this.#answered++;
      this.#waiting.shift().receipts[0].resolve("acked");
    }
  }

  lose(): readonly Drop[] {
    this.#answered += this.length;
    return lost(this.#waiting.splice(), "the message was sent, and no pong came that says that it was read");
  }
}
