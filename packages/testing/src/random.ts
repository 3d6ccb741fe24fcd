// Seeded random numbers: the same seed gives the same numbers, on every machine.

/**
 * Seeded random numbers: the same seed gives the same numbers, on every machine.
 *
 * @example
 * const random = new Random(7);
 * const again = new Random(7);
 * random.next() === again.next(); // → true
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). mulberry32: 32 bits of state are plenty for schedules. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** True as often as the probability says: 0 never, 1 always. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of these, each as likely; the list must not be empty. */
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** One of the entries, each as likely as its weight says; undefined when no weight is above 0. */
  weigh<T>(entries: readonly T[], weightOf: (entry: T) => number): T | undefined {
    let sum = 0;
    for (const entry of entries) sum += weightOf(entry);
    let left = this.next() * sum;
    for (const entry of entries) {
      left -= weightOf(entry);
      if (left < 0) return entry;
    }
    return undefined;
  }
}

/**
 * A seed of its own for each part of what one seed decides: drawing more for one part leaves the others as they are.
 *
 * @example
 * const network = new Random(mixSeed(7, 1));
 * const user = new Random(mixSeed(7, 2));
 * network.next() === user.next(); // → false
 */
export function mixSeed(seed: number, ...parts: readonly number[]): number {
  let mixed = seed | 0;
  for (const part of parts) {
    mixed = Math.imul(mixed ^ (part + 0x9e3779b9), 0x85ebca6b);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}
