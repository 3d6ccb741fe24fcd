// What your messages are: a codec turns values into messages and messages into values.

import type { Sendable } from "./sendable.ts";
import type { Message } from "./transport.ts";

/** `userOpts` is the option `wsOpts.userOpts`, handed through. */
export interface Codec<Received = unknown, Sent = unknown> {
  /** What it throws, `send` throws. */
  encode(value: Sent, userOpts: unknown): Sendable;
  /** What it throws reaches `onError`; the message is not delivered. */
  decode(message: Message, userOpts: unknown): Received;
}

/**
 * JSON in text messages. The type parameters are promises of yours: nothing checks what the peer sends. Encoding what
 * JSON cannot say throws from `send`, as a `CallbackError`; a message that is no JSON is an `onError`, and is not
 * delivered.
 *
 * @example
 * interface Quote {
 *   price: number;
 * }
 * connect({
 *   url: "wss://example.org/quotes",
 *   wsOpts: { codec: json<Quote>() },
 *   onMessage: (quote) => console.log(quote.price),
 * });
 */
export function json<Received = unknown, Sent = unknown>(): Codec<Received, Sent> {
  return {
    encode: (value) => JSON.stringify(value),
    decode(message) {
      if (typeof message !== "string") throw new TypeError("a binary message is no JSON");
      try {
        return JSON.parse(message) as Received;
      } catch {
        // The engine's own error quotes the message.
        throw new TypeError(`a message of ${message.length} characters is no JSON`);
      }
    },
  };
}
