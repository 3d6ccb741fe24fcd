// The pings that wait for their pong, and the round-trip time that the last one measured.

import { unheard } from "./chain.ts";
import type { GundamError } from "./errors.ts";

interface Ping {
  readonly data: Uint8Array;
  readonly sentAt: number;
  readonly resolve: (rtt: number) => void;
  readonly reject: (error: GundamError) => void;
}

export class Pings {
  #waiting: Ping[] = [];
  #count = 0;
  /** The last round-trip time, ms. */
  rtt: number | undefined;

  /** A payload that no other ping of ours has. */
  nextPayload(): Uint8Array {
    const n = this.#count++;
    return Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
  }

  add(data: Uint8Array, sentAt: number): Promise<number> {
    return unheard(new Promise((resolve, reject) => this.#waiting.push({ data, sentAt, resolve, reject })));
  }

  /** A pong answers its ping, and every ping before it: RFC 6455 §5.5.3. */
  answered(data: Uint8Array, now: number): void {
    const index = this.#waiting.findIndex((ping) => isSame(ping.data, data));
    for (const { sentAt, resolve } of this.#waiting.splice(0, index + 1)) {
      this.rtt = now - sentAt;
      resolve(this.rtt);
    }
  }

  /** The connection is gone. */
  fail(error: GundamError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
