// The message log: what went out and came in, and what became of it. Bounded, and told a few times a second
// however much comes.

import { sizeOf } from "@gundam/core";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Message } from "gundam";

export type Direction = "in" | "out";

/**
 * What became of a message of ours. `queued`: it waits for a connection, or for its turn. `sent`: handed to the browser.
 * `flushed`: the browser has written it while the connection was alive. `unknown`: handed over, and the connection lost
 * before that. `dropped`: it will never be sent.
 */
export type Outcome = "queued" | "sent" | "flushed" | "acked" | "unknown" | "dropped";

export interface MessageEntry {
  readonly id: number;
  /** Wall clock. */
  readonly at: number;
  readonly direction: Direction;
  /** Of a message that came in there is none. */
  outcome: Outcome | undefined;
  /** Why it went no further. */
  cause: string | undefined;
  /** Each outcome that was told, and when. */
  readonly told: { readonly at: number; readonly outcome: Outcome; readonly cause: string | undefined }[];
  /** Cut when it is long; `bytes` is the whole. */
  readonly payload: Message;
  readonly bytes: number;
}

/** Messages kept; what is older is forgotten. */
export const MOST_MESSAGES = 20_000;
/** Bytes of payloads kept in all. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Bytes, or characters, of one payload that are kept. */
const LONGEST_PAYLOAD = 64 * 1024;

/** ms between two changes that are told: faster nobody reads, and drawing costs. */
const TELL_INTERVAL = 100;

export class MessageLog {
  readonly #version = signal(0);
  #entries: MessageEntry[] = [];
  /** Entries before this one are forgotten. */
  #first = 0;
  #bytes = 0;
  #lastId = 0;
  #queued = 0;
  #isStale = false;
  #toldAt = 0;

  /** Changes when anything in the log does, but only so often. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** Those kept, the oldest first; a copy. */
  entries(): readonly MessageEntry[] {
    return this.#entries.slice(this.#first);
  }

  /** Whether an entry is still kept. */
  has(id: number): boolean {
    const first = this.#entries[this.#first]?.id;
    return first !== undefined && id >= first;
  }

  add(direction: Direction, message: Message): MessageEntry {
    this.#lastId += 1;
    const bytes = sizeOf(message);
    const entry: MessageEntry = {
      id: this.#lastId,
      at: Date.now(),
      direction,
      outcome: undefined,
      cause: undefined,
      told: [],
      payload: message.length > LONGEST_PAYLOAD ? message.slice(0, LONGEST_PAYLOAD) : message,
      bytes,
    };
    this.#entries.push(entry);
    this.#bytes += entry.payload.length;
    this.#forget();
    this.#tell();
    return entry;
  }

  /** How many wait for a connection. */
  get queued(): number {
    return this.#queued;
  }

  tellOutcome(entry: MessageEntry, outcome: Outcome, cause?: string): void {
    if (entry.outcome === "queued") this.#queued -= 1;
    if (outcome === "queued") this.#queued += 1;
    entry.outcome = outcome;
    entry.cause = cause;
    entry.told.push({ at: Date.now(), outcome, cause });
    this.#tell();
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#tell();
  }

  #forget(): void {
    while (this.#entries.length - this.#first > MOST_MESSAGES || this.#bytes > MOST_BYTES) {
      this.#bytes -= this.#entries[this.#first]!.payload.length;
      this.#first += 1;
    }
    // Moving the rest to the front is dear: only once in a while.
    if (this.#first > MOST_MESSAGES) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** In a frame, but not in each. */
  #tell(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    const wait = Math.max(0, this.#toldAt + TELL_INTERVAL - performance.now());
    setTimeout(() => requestAnimationFrame(() => this.#tellNow()), wait);
  }

  #tellNow(): void {
    this.#isStale = false;
    this.#toldAt = performance.now();
    this.#version.value += 1;
  }
}
