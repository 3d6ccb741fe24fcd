// The readers of a simulated user, `for await (const message of messages(client))` step by step, and what each of them
// must be given: every message that is told from its first day on, in order, and the end.

import { type Client, type GundamError, type Message, messages } from "@gundam/core";
import type { Random } from "../random.ts";
import { show } from "./show.ts";

/** What a `next()` must settle to: a message, the end, the cause of the end; or one of the latter two. */
type Due =
  | { readonly message: Message }
  | { readonly cause: GundamError | undefined }
  | "an end"
  | "what comes";

export class Reader {
  readonly #iterator: AsyncIterableIterator<unknown>;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #complain: (problem: string) => void;
  #buffer: Message[] = [];
  readonly #waiting: { due: Due }[] = [];
  /** How the iteration ends, for who asks next; undefined while it goes on. */
  #end: Due | undefined;
  /** So much waits that nothing more should be read. */
  isHolding = false;
  /** The message that is being told to other listeners, first: one of them may end all before it comes here. */
  #telling: "buffered" | { readonly letGo: Message } | { due: Due } | undefined;

  #hasSaidSo = false;

  constructor(client: Client, random: Random, complain: (problem: string) => void) {
    this.#maxMessages = random.pick([1, 3, 1024]);
    this.#maxBytes = random.pick([8, 2 ** 24, 2 ** 24]);
    this.#complain = complain;
    // Why the client has ended it may not have told yet.
    if (client.phase === "closed") this.#end = "an end";
    const limits = { maxMessages: this.#maxMessages, maxBytes: this.#maxBytes };
    this.#iterator = messages(client, limits);
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Somebody waits for a message, or for the end. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get #bytes(): number {
    return this.#buffer.reduce((bytes, { length }) => bytes + length, 0);
  }

  get #isFull(): boolean {
    return this.#buffer.length >= this.#maxMessages || this.#bytes >= this.#maxBytes;
  }

  // — what the client tells ———————————————————————————————————————————————————————————————————————————————————————

  /** While the client is closing, a reader that is full lets the message go. */
  tell(message: Message, isClosing: boolean): void {
    if (!this.isOpen) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting.due = { message };
      this.#telling = waiting;
    } else if (this.#isFull && isClosing) this.#telling = { letGo: message };
    else this.#keep(message);
  }

  #keep(message: Message): void {
    this.#telling = "buffered";
    this.#buffer.push(message);
    this.isHolding ||= this.#isFull;
  }

  /** The message has been told to all: whether it was let go here; `maybe`: the end has come first, or has not. */
  heard(): boolean | "maybe" {
    const isLetGo = typeof this.#telling === "object" && "letGo" in this.#telling;
    this.#telling = undefined;
    return isLetGo && (this.isOpen || "maybe");
  }

  /** Somebody says that a message was let go, which a reader says once: whether it was this one. */
  saysSo(): boolean {
    const isLetGo = typeof this.#telling === "object" && "letGo" in this.#telling;
    if (!isLetGo || this.#hasSaidSo) return false;
    this.#hasSaidSo = true;
    this.#telling = undefined;
    return true;
  }

  end(cause: GundamError | undefined): void {
    if (!this.isOpen) return;
    const telling = this.#telling;
    if (telling === "buffered") this.#buffer.pop();
    else if (telling !== undefined && "due" in telling) this.#waiting.unshift(telling);
    if (telling === "buffered" || (telling && "due" in telling)) this.#telling = undefined;
    this.#end = { cause };
    this.isHolding = false;
    for (const waiting of this.#waiting.splice(0)) {
      waiting.due = { cause };
      this.#end = { cause: undefined };
    }
  }

  // — what the user does ——————————————————————————————————————————————————————————————————————————————————————————

  take(): void {
    const asked = { due: this.#next() };
    if (asked.due === "what comes") this.#waiting.push(asked);
    this.#iterator.next().then(
      ({ value, done }) => {
        const isEnd =
          asked.due === "an end" || ("cause" in Object(asked.due) && causeOf(asked.due) === undefined);
        if (done ? !isEnd : messageOf(asked.due) !== value) this.#differ(asked.due, done ? "the end" : value);
      },
      (cause) => {
        if (asked.due !== "an end" && (cause === undefined || causeOf(asked.due) !== cause))
          this.#differ(asked.due, cause);
      },
    );
  }

  #next(): Due {
    const message = this.#buffer.shift();
    if (message !== undefined) {
      if (this.#buffer.length <= this.#maxMessages / 2 && this.#bytes <= this.#maxBytes / 2)
        this.isHolding = false;
      const telling = this.#telling;
      if (typeof telling === "object" && "letGo" in telling && !this.#isFull) this.#keep(telling.letGo);
      return { message };
    }
    const end = this.#end;
    if (typeof end === "object") this.#end = { cause: undefined };
    return end ?? "what comes";
  }

  leave(): void {
    void this.#iterator.return?.();
    this.end(undefined);
    this.#buffer = [];
    this.#end = { cause: undefined };
  }

  #differ(due: Due, given: unknown): void {
    this.#complain(`a reader was given ${show(given).slice(0, 99)}, and not ${show(due).slice(0, 99)}`);
  }
}

function messageOf(due: Due): Message | undefined {
  return typeof due === "object" && "message" in due ? due.message : undefined;
}

function causeOf(due: Due): GundamError | undefined {
  return typeof due === "object" && "cause" in due ? due.cause : undefined;
}
