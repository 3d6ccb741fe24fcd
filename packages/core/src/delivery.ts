// Functions over a client that tell what became of messages.

import { unheard } from "./chain.ts";
import { type AnyClient, type Client, driverOf } from "./client.ts";
import type { Driver } from "./driver.ts";
import type { GundamError } from "./errors.ts";
import type { SendOptions } from "./outbox.ts";
import type { Receipt } from "./receipt.ts";
import type { Sendable } from "./sendable.ts";

/**
 * `flushed`: the platform has taken the message while its connection was alive. `acked`: the next WebSocket endpoint has
 * read past it, which a proxy that ends the connection is, too.
 */
export type Delivery = "flushed" | "acked";

export interface FlushOptions {
  /** Wait until the peer has answered a ping that was sent later. Without pings, as in browsers, `flushed` is all. */
  readonly ack?: boolean | undefined;
}

/** A client that sends such values. */
type Sender<Sent> = Pick<Client<object, never, never, Sent>, "send" | "phase">;

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
      driver.send(message, options, new Wish(driver, options.ack === true, resolve, reject));
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
      const isAckWanted = ack && openConnection?.ping !== undefined && link!.sent > 0;
      left = outbox.attach(new Wish(driver, ack, done, reject), openConnection, isAckWanted);
      if (left === 0) done(least);
    }),
  );
}

/** How far somebody wants to know that messages have come. */
class Wish implements Receipt {
  readonly #driver: Driver;
  readonly #isAckWanted: boolean;
  readonly #resolve: (delivery: Delivery) => void;
  readonly dropped: (cause: GundamError) => void;

  constructor(
    driver: Driver,
    isAckWanted: boolean,
    resolve: (delivery: Delivery) => void,
    reject: (cause: GundamError) => void,
  ) {
    this.#driver = driver;
    this.#isAckWanted = isAckWanted;
    this.#resolve = resolve;
    this.dropped = reject;
  }

  flushed(): boolean {
    if (this.#isAckWanted && this.#driver.openConnection?.ping !== undefined) {
      askForAck(this.#driver);
      return false;
    }
    this.#resolve("flushed");
    return true;
  }

  acked(): void {
    this.#resolve("acked");
  }
}

/** The connections that will be asked at the end of the tick: a ping is then behind whatever was sent in it. */
const asking: WeakSet<object> = /* @__PURE__ */ new WeakSet();

function askForAck(driver: Driver): void {
  const { link } = driver;
  if (link === undefined || asking.has(link)) return;
  asking.add(link);
  driver.platform.runtime.microtask(() => {
    asking.delete(link);
    // A pong on a later connection says nothing of this one, and after our Close frame nothing is sent.
    if (driver.link !== link || driver.phase !== "open") return;
    const { outbox } = driver;
    const mark = outbox.ackMark;
    link.transport!.ping!().then(
      () => driver.link === link && outbox.acked(mark),
      // The connection is lost, and with it what waited.
      () => {},
    );
  });
}
