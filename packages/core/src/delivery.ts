// Functions over a client that tell what became of messages.

import { unheard } from "./chain.ts";
import { type Client, driverOf, type SendOptions } from "./client.ts";
import type { Driver } from "./driver.ts";
import { type GundamError, NotOpenError, UnknownDeliveryError } from "./errors.ts";
import type { Receipt } from "./receipt.ts";
import type { Sendable } from "./send-queue.ts";

/**
 * `flushed`: the platform has taken the message while its connection was alive. `acked`: the next WebSocket endpoint has
 * read past it, which a proxy that ends the connection is, too.
 */
export type Delivery = "flushed" | "acked";

export interface FlushOptions {
  /** Wait until the peer has answered a ping that was sent later. Without pings, as in browsers, `flushed` is all. */
  readonly ack?: boolean | undefined;
}

/** What delivery needs of a client, whatever its codec and callbacks are. */
type AnyClient<Sent> = Pick<Client<object, never, never, Sent>, "send" | "phase">;

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
  client: AnyClient<Sent>,
  message: Sent,
  options: SendOptions & FlushOptions = {},
): Promise<Delivery> {
  const driver = driverOf(client as unknown as Client);
  return unheard(
    new Promise((resolve, reject) => {
      driver.send(message, options, receiptOf(driver, options.ack === true, resolve, reject));
    }),
  );
}

/**
 * Resolves when all messages that were sent until now have come as far as asked; at once when there are none. One ping
 * is enough for all of them. Rejects, like `deliver`, for the first that will not.
 *
 * @example await flush(client); await client.close();
 */
export function flush(client: AnyClient<never>, { ack = false }: FlushOptions = {}): Promise<Delivery> {
  const driver = driverOf(client as unknown as Client);
  return unheard(
    new Promise((resolve, reject) => {
      let least: Delivery = ack ? "acked" : "flushed";
      let left = 0;
      const done = (delivery: Delivery) => {
        if (delivery === "flushed") least = delivery;
        if (--left <= 0) resolve(least);
      };
      left = driver.attach(receiptOf(driver, ack, done, reject));
      if (left === 0) done(least);
    }),
  );
}

function receiptOf(
  driver: Driver,
  isAckWanted: boolean,
  resolve: (delivery: Delivery) => void,
  reject: (cause: GundamError) => void,
): Receipt {
  return {
    flushed() {
      if (isAckWanted && driver.canPing) acknowledge(driver, () => resolve("acked"), reject);
      else resolve("flushed");
    },
    dropped: reject,
  };
}

/** Those who wait for one pong. */
interface Gathering {
  readonly link: Driver["link"];
  readonly pong: Promise<unknown>;
}

const gatherings: WeakMap<Driver, Gathering> = /* @__PURE__ */ new WeakMap();

function acknowledge(driver: Driver, resolve: () => void, reject: (cause: GundamError) => void): void {
  let gathering = gatherings.get(driver);
  if (gathering === undefined || gathering.link !== driver.link) gathering = gather(driver);
  gathering.pong.then(resolve, (cause) => reject(unacknowledged(cause)));
}

/** At the end of the tick a ping is behind whatever was sent in it. */
function gather(driver: Driver): Gathering {
  const { link } = driver;
  const pong = Promise.resolve().then(() => {
    if (gatherings.get(driver) === gathering) gatherings.delete(driver);
    // A pong on a later connection says nothing of this one.
    if (driver.link !== link) throw new NotOpenError("the connection ended before a ping could be sent");
    return driver.ping();
  });
  const gathering: Gathering = { link, pong };
  gatherings.set(driver, gathering);
  return gathering;
}

function unacknowledged(cause: unknown): UnknownDeliveryError {
  return new UnknownDeliveryError("the message was sent, and no pong came that says that it was read", {
    cause,
  });
}
