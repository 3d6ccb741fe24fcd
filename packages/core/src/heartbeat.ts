// The application's own question to a silent peer, on every platform: a value for `wsOpts.heartbeat` that brings its code.

import { OptionError } from "./errors.ts";
import { vigilanceOf, watchSilence } from "./keepalive.ts";
import {
  callback,
  type DeclarationTable,
  type Kind,
  positiveDuration,
  resolveOptions,
} from "./option-checks.ts";
import type { HeartbeatLike } from "./options.ts";
import type { Message } from "./transport.ts";

export interface HeartbeatOptions {
  /** Sent as it is, past the codec, when nothing has come for `interval`. */
  readonly message: string | Uint8Array;
  /** How long nothing may come before the peer is asked, in ms. */
  readonly interval: number;
  /** The peer is dead when nothing comes for so long after the question, in ms. Default `Infinity`: no verdict. */
  readonly timeout?: number | undefined;
  /** What it accepts is not delivered. */
  readonly isReply?: ((message: Message) => boolean) | undefined;
}

/** What `heartbeat()` makes. */
export type Heartbeat = HeartbeatLike;

const message: Kind = [
  "a string or a Uint8Array",
  (value) => typeof value === "string" || value instanceof Uint8Array,
];

const declarations: DeclarationTable = {
  message: [message],
  interval: [positiveDuration],
  timeout: [positiveDuration, Infinity],
  isReply: [callback],
};

/**
 * A heartbeat for `wsOpts.heartbeat`: the message is sent when nothing has come for `interval` ms, and the peer is dead
 * when nothing comes for `timeout` ms more; without a timeout it only keeps the connection busy. Throws an `OptionError`
 * for what cannot work.
 *
 * @example connect({ url, wsOpts: { heartbeat: heartbeat({ message: "ping", interval: 20_000, timeout: 10_000 }) } })
 */
export function heartbeat(options: HeartbeatOptions): Heartbeat {
  const { heartbeat: given } = resolveOptions({ heartbeat: declarations }, { heartbeat: options }) as {
    heartbeat: HeartbeatOptions & { timeout: number };
  };
  for (const name of ["message", "interval"] as const) {
    if (given[name] === undefined) throw new OptionError(`heartbeat.${name}`, undefined, "is missing");
  }
  const watch = watchSilence(given.message, given.interval, given.timeout);
  const { interval, isReply } = given;
  return { interval, watch, vigilance: vigilanceOf([watch]), isReply };
}
