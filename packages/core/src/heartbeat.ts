// The server's own protocol of signs of life, on every platform: a value for `wsOpts.heartbeat` that brings its code.

import { isThenable, nothing, settling } from "./chain.ts";
import { OptionError } from "./errors.ts";
import { type Asker, vigilanceOf, type Watched, type When, watchPeer } from "./keepalive.ts";
import {
  callback,
  type DeclarationTable,
  type Kind,
  oneOf,
  positiveDuration,
  resolveOptions,
} from "./option-checks.ts";
import type { HeartbeatLike } from "./options.ts";
import type { Message } from "./transport.ts";

/** What is sent as a sign of life, how often, and how long its answer may take. Durations are in ms. */
export interface HeartbeatOptions {
  /**
   * Sent as it is, past the codec. A function is called each time, with what it needs of its own: `undefined` says nothing
   * for now, and is asked again an `interval` later. It must not be async.
   */
  readonly message: string | Uint8Array | (() => string | Uint8Array | undefined);
  /** After how long it is sent, in ms. */
  readonly interval: number;
  /** The peer is dead when nothing comes for so long after a question, in ms. Default `Infinity`: no verdict. */
  readonly timeout?: number | undefined;
  /**
   * `"silent"`: when nothing has come for `interval`; `"idle"`: when we have sent no message for `interval`; `"always"`:
   * every `interval`. Default `"silent"`.
   */
  readonly when?: When | undefined;
  /** What it accepts is not delivered, and answers the oldest question that waits: `info(client).rtt`. */
  readonly isReply?: ((message: Message) => boolean) | undefined;
}

/** What `heartbeat()` makes. */
export type Heartbeat = HeartbeatLike;

const message: Kind = [
  "a string, a Uint8Array or a function giving one",
  (value) => isMessage(value) || typeof value === "function",
];

const declarations: DeclarationTable = {
  message: [message],
  interval: [positiveDuration],
  timeout: [positiveDuration, Infinity],
  when: [oneOf("silent", "idle", "always"), "silent"],
  isReply: [callback],
};

/** So many replies are waited for: the round trip of older questions is nobody's any more. */
const MOST_WAITING = 64;

/**
 * A heartbeat for `wsOpts.heartbeat`: the message is sent when nothing has come for `interval` ms, or as `when` says, and
 * the peer is dead when nothing comes for `timeout` ms more; without a timeout it only keeps the connection busy. A
 * `message` function that throws or gives anything else is told as a `CallbackError`, and the connection goes on. Throws
 * an `OptionError` for what cannot work.
 *
 * @example connect({ url, wsOpts: { heartbeat: heartbeat({ message: "ping", interval: 20_000, timeout: 10_000 }) } })
 */
export function heartbeat(options: HeartbeatOptions): Heartbeat {
  const { heartbeat: given } = resolveOptions({ heartbeat: declarations }, { heartbeat: options }) as {
    heartbeat: HeartbeatOptions & { timeout: number; when: When };
  };
  for (const name of ["message", "interval"] as const) {
    if (given[name] === undefined) throw new OptionError(`heartbeat.${name}`, undefined, "is missing");
  }
  const { message, interval, timeout, when, isReply } = given;
  const watch = watchPeer({
    quiet: interval,
    patience: timeout,
    when,
    ask: (asker) => ask(message, asker, isReply !== undefined),
  });
  return {
    interval,
    watch,
    vigilance: vigilanceOf([watch]),
    isReply: isReply && ((message, asker) => isAnswered(isReply, message, asker)),
  };
}

function ask(message: HeartbeatOptions["message"], asker: Asker, isAnswered: boolean): void {
  const question = typeof message === "function" ? askedFor(message, asker) : message;
  const { link } = asker;
  // Whoever was asked may have ended the connection.
  if (question === undefined || !link?.transport?.takes()) return;
  const { asked, waiting, rtt } = questionsOf(link);
  const still = isAnswered ? [...waiting, asker.now()].slice(-MOST_WAITING) : waiting;
  link.questions = { asked: asked + 1, waiting: still, rtt };
  link.transport.send(question);
  asker.sent(question);
}

function askedFor(message: () => unknown, asker: Asker): string | Uint8Array | undefined {
  return asker.guard("wsOpts.heartbeat.message", () => {
    const question = message();
    if (question === undefined || isMessage(question)) return question;
    if (isThenable(question)) settling(question).catch(nothing);
    const kind = isThenable(question) ? "a promise" : `this ${typeof question}`;
    throw new TypeError(`it must give a string, a Uint8Array or undefined, not ${kind}`);
  })?.value;
}

function isAnswered(isReply: (message: Message) => boolean, message: Message, asker: Asker): boolean {
  if (asker.guard("wsOpts.heartbeat.isReply", () => isReply(message))?.value !== true) return false;
  const { link } = asker;
  if (link !== undefined) {
    const { asked, waiting } = questionsOf(link);
    const [oldest, ...others] = waiting;
    if (oldest !== undefined) link.questions = { asked, waiting: others, rtt: asker.now() - oldest };
  }
  return true;
}

function questionsOf({ questions }: Watched) {
  return questions ?? { asked: 0, waiting: [], rtt: undefined };
}

function isMessage(value: unknown): value is string | Uint8Array {
  return typeof value === "string" || value instanceof Uint8Array;
}
