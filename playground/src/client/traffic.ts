// What went over the wire, for the charts: bytes and messages a second each way, and round trips of messages that came back.

import type { MessageEntry } from "../messages/messages.ts";

type Passed = Pick<MessageEntry, "payload" | "bytes">;

/** ms that one point of the chart stands for. */
export const BUCKET = 1000;
/** Points kept: two minutes. */
export const BUCKETS = 120;
/** Messages whose echo is waited for: the newest. */
const MOST_AWAITED = 64;

export interface Bucket {
  /** On `performance.now()`'s clock. */
  readonly at: number;
  bytesIn: number;
  bytesOut: number;
  messagesIn: number;
  messagesOut: number;
  /** The last round trip, ms. */
  rtt: number | null;
}

export class Traffic {
  readonly #buckets: Bucket[] = [];
  #awaited: { readonly message: Passed; readonly at: number }[] = [];
  #lastRtt: number | undefined;

  /** The points up to now, the oldest first, none left out. */
  upTo(now: number): readonly Bucket[] {
    this.#bucketAt(now);
    return this.#buckets;
  }

  /** The last round trip, ms. */
  get lastRtt(): number | undefined {
    return this.#lastRtt;
  }

  sent(message: Passed): void {
    const now = performance.now();
    const bucket = this.#bucketAt(now);
    bucket.bytesOut += message.bytes;
    bucket.messagesOut += 1;
    this.#awaited.push({ message, at: now });
    if (this.#awaited.length > MOST_AWAITED) this.#awaited.shift();
  }

  received(message: Passed): void {
    const now = performance.now();
    const bucket = this.#bucketAt(now);
    bucket.bytesIn += message.bytes;
    bucket.messagesIn += 1;
    const index = this.#awaited.findIndex((awaited) => isSame(awaited.message, message));
    if (index < 0) return;
    // An echo comes in order: those before it were lost.
    this.#lastRtt = now - this.#awaited[index]!.at;
    this.#awaited = this.#awaited.slice(index + 1);
    bucket.rtt = this.#lastRtt;
  }

  #bucketAt(now: number): Bucket {
    const at = Math.floor(now / BUCKET) * BUCKET;
    const newest = this.#buckets.at(-1);
    if (newest?.at === at) return newest;
    const since = newest === undefined ? at : Math.max(newest.at + BUCKET, at - (BUCKETS - 1) * BUCKET);
    for (let time = since; time <= at; time += BUCKET) {
      this.#buckets.push({ at: time, bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0, rtt: null });
    }
    if (this.#buckets.length > BUCKETS) this.#buckets.splice(0, this.#buckets.length - BUCKETS);
    return this.#buckets.at(-1)!;
  }
}

function isSame(one: Passed, other: Passed): boolean {
  if (one.bytes !== other.bytes) return false;
  const [a, b] = [one.payload, other.payload];
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.every((byte, index) => byte === b[index]);
}
