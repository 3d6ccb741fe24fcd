// Functions over a client for what only sockets of our own can do: pings, and reading no more than is wanted.

import { unheard } from "./chain.ts";
import { type AnyClient, driverOf } from "./client.ts";
import { NotOpenError } from "./errors.ts";
import { check, positiveCount } from "./option-checks.ts";

/**
 * Sends a ping frame and resolves with the round-trip time in ms; a pong answers every ping before it. `data`: at most 125
 * bytes, else an `OptionError` is thrown. Rejects with a `NotOpenError` when there is no open connection, when it is lost
 * before the pong, and in browsers, which have no pings. RFC 6455 §5.5.2.
 *
 * @example console.log(await ping(client), "ms")
 */
export function ping(client: AnyClient, data?: Uint8Array): Promise<number> {
  const driver = driverOf(client);
  const { phase, link } = driver;
  if (phase !== "open") return noPing(`there is nobody to ping: the client is ${phase}`);
  return link?.transport?.ping?.(data) ?? noPing("browsers cannot ping; use heartbeat()");
}

function noPing(problem: string): Promise<never> {
  return unheard(Promise.reject(new NotOpenError(problem)));
}

/**
 * Lets in `messages` more messages (1 or more), where `wsOpts.flow` limits them; browsers ignore it. gun: update_flow.
 *
 * @example updateFlow(client, 10)
 */
export function updateFlow(client: AnyClient, messages: number): void {
  check("messages", messages, positiveCount);
  driverOf(client).link?.transport?.addCredit?.(messages);
}
