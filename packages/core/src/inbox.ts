// The way in: a message is decoded and told to listeners, iterators and `onMessage`, unless it is the answer to a
// heartbeat.

import type { CallbackCaller } from "./callback-caller.ts";
import type { Codec } from "./codec.ts";
import type { GundamError } from "./errors.ts";
import type { Events } from "./events.ts";
import type { Link } from "./link.ts";
import { MessageIterator } from "./message-iterator.ts";
import type { Settings } from "./settings.ts";
import type { Message } from "./transport.ts";

/** Whoever has the connection of now. */
interface Connection {
  readonly link: Link | undefined;
}

export class Inbox {
  readonly #settings: Settings;
  readonly #events: Events;
  readonly #caller: CallbackCaller;
  readonly #connection: Connection;
  /** The iterators whose buffers are full. */
  readonly #full: Set<object> = new Set();

  constructor(settings: Settings, events: Events, caller: CallbackCaller, connection: Connection) {
    this.#settings = settings;
    this.#events = events;
    this.#caller = caller;
    this.#connection = connection;
  }

  /** The hot path. */
  receive(received: Message, link: Link): void {
    const { codec, heartbeat } = this.#settings.options.wsOpts;
    if (heartbeat?.isReply !== undefined && this.#isReply(heartbeat.isReply, received)) return;
    if (codec === undefined) this.#deliver(received, link);
    else this.#decode(codec, received, link);
  }

  /** A connection begins: the readers of the last one may still have enough to read. */
  holdBack(link: Link): void {
    if (this.#full.size > 0) link.hold("iterators");
  }

  /** An iterator over the messages from now on; of a client that has ended, with its cause or without. */
  iterate(end: { readonly cause: GundamError | undefined } | undefined): MessageIterator<unknown> {
    const events = this.#events;
    const connection = this.#connection;
    const iterator: MessageIterator<unknown> = new MessageIterator({
      limits: this.#settings.options.receiveQueue,
      get canPause() {
        return connection.link?.transport?.pause !== undefined;
      },
      hold: (full) => {
        this.#full.add(full);
        connection.link?.hold("iterators");
      },
      release: (full) => {
        if (this.#full.delete(full) && this.#full.size === 0) connection.link?.release("iterators");
      },
      leave() {
        events.off("message", push);
        events.off("close", finish);
      },
    });
    const push = (message: unknown) => iterator.push(message);
    const finish = ({ error }: { readonly error: GundamError | undefined }) => iterator.finish(error);
    events.on("message", push);
    events.on("close", finish);
    if (end !== undefined) iterator.finish(end.cause);
    return iterator;
  }

  #isReply(isReply: (message: Message) => boolean, message: Message): boolean {
    try {
      return isReply(message) === true;
    } catch (cause) {
      this.#caller.failed("wsOpts.heartbeat.isReply", cause);
      return false;
    }
  }

  #decode(codec: Codec, received: Message, link: Link): void {
    let message: unknown;
    try {
      message = codec.decode(received, this.#settings.options.wsOpts.userOpts);
    } catch (cause) {
      this.#caller.failed("wsOpts.codec.decode", cause, "failed, and the message is not delivered");
      return;
    }
    this.#deliver(message, link);
  }

  #deliver(message: unknown, link: Link): void {
    this.#events.emitMessage(message);
    // A listener may have ended the connection.
    if (this.#connection.link === link) this.#caller.callWithMessage(message, link);
  }
}
