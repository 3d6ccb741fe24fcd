// Messages that carry a number, and what became of them: whoever counts from 1 can be told what was lost.

/** Who has sent a message; what is echoed keeps the side that it came from. */
export type Side = "client" | "server";

/**
 * Of one size, however far it counts: `server 00042`.
 *
 * @example
 * messageOf("server", 42); // → "server 00042"
 */
export function messageOf(side: Side, number: number): string {
  return `${side} ${String(number).padStart(5, "0")}`;
}

/**
 * The number that a message of this side carries; undefined for any other message.
 *
 * @example
 * numberOf("server", "server 00042"); // → 42
 * numberOf("client", "server 00042"); // → undefined
 */
export function numberOf(side: Side, message: unknown): number | undefined {
  if (typeof message !== "string" || !message.startsWith(`${side} `)) return undefined;
  return Number(message.slice(side.length));
}

/** What has become of a numbered stream. */
export interface Counts {
  /** Different numbers that have come. */
  readonly arrived: number;
  /** Messages whose number had come before. */
  readonly doubled: number;
  /** First comings of a number after a higher one. */
  readonly outOfOrder: number;
}

/**
 * Counts a numbered stream as its numbers come.
 *
 * @example
 * const tally = new Tally();
 * for (const number of [1, 3, 2, 3]) tally.note(number);
 * tally.counts; // → { arrived: 3, doubled: 1, outOfOrder: 1 }
 */
export class Tally {
  readonly #seen: Set<number> = new Set();
  #highest = 0;
  #doubled = 0;
  #outOfOrder = 0;

  /** A number has come. */
  note(number: number): void {
    if (this.#seen.has(number)) {
      this.#doubled += 1;
      return;
    }
    this.#seen.add(number);
    if (number < this.#highest) this.#outOfOrder += 1;
    else this.#highest = number;
  }

  /** What has come so far. */
  get counts(): Counts {
    return { arrived: this.#seen.size, doubled: this.#doubled, outOfOrder: this.#outOfOrder };
  }
}
