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
  /** What other listeners are being told first, who may act before it comes here. */
  #coming: { readonly message: Message } | { readonly cause: GundamError | undefined } | undefined;
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

  tell(message: Message): void {
    if (this.isOpen) this.#coming = { message };
  }

  tellEnd(cause: GundamError | undefined): void {
    if (this.isOpen) this.#coming = { cause };
  }

  get isEndComing(): boolean {
    return this.#coming !== undefined && "cause" in this.#coming;
  }

  /** What was told comes here: whether it was let go, as a reader that is full does while the client is closing. */
  hear(isClosing: boolean): boolean {
    const coming = this.#coming;
    this.#coming = undefined;
    if (coming === undefined || !this.isOpen) return false;
    if ("cause" in coming) {
      this.#finish(coming.cause);
      return false;
    }
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting.due = coming;
    else if (this.#isFull && isClosing) return true;
    else this.#buffer.push(coming.message);
    this.isHolding ||= this.#isFull;
    return false;
  }

  /** Of what it lets go it says so once: whether it has just done. */
  saysSo(): boolean {
    const isFirst = !this.#hasSaidSo;
    this.#hasSaidSo = true;
    return isFirst;
  }

  #finish(cause: GundamError | undefined): void {
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
    const settled = (given: unknown, isGood: (due: Due) => boolean) => {
      // Whoever is answered has heard what was told.
      if (asked.due === "what comes") this.hear(false);
      if (!isGood(asked.due)) this.#differ(asked.due, given);
    };
    this.#iterator.next().then(
      ({ value, done }) =>
        done
          ? settled("the end", (due) => due === "an end" || (isEnd(due) && due.cause === undefined))
          : settled(value, (due) => typeof due === "object" && "message" in due && due.message === value),
      (cause) => settled(cause, (due) => due === "an end" || (isEnd(due) && due.cause === cause)),
    );
  }

  #next(): Due {
    const message = this.#buffer.shift();
    if (message !== undefined) {
      if (this.#buffer.length <= this.#maxMessages / 2 && this.#bytes <= this.#maxBytes / 2)
        this.isHolding = false;
      return { message };
    }
    const end = this.#end;
    if (typeof end === "object") this.#end = { cause: undefined };
    return end ?? "what comes";
  }

  leave(): void {
    void this.#iterator.return?.();
    if (this.isOpen) this.#finish(undefined);
    this.#coming = undefined;
    this.#buffer = [];
    this.#end = { cause: undefined };
  }

  #differ(due: Due, given: unknown): void {
    this.#complain(`a reader was given ${show(given).slice(0, 99)}, and not ${show(due).slice(0, 99)}`);
  }
}

function isEnd(due: Due): due is { readonly cause: GundamError | undefined } {
  return typeof due === "object" && "cause" in due;
}
