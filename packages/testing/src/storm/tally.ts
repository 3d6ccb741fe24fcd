// Counts by step of time; as long as it has to be.

export class Tally {
  readonly #step: number;
  #counts = new Uint32Array(1024);

  constructor(step: number) {
    this.#step = step;
  }

  add(time: number): void {
    const index = Math.floor(time / this.#step);
    if (index >= this.#counts.length) this.#grow(index);
    this.#counts[index]!++;
  }

  /** How many there were in each of the first so many steps. */
  during(steps: number): Uint32Array {
    const counts = new Uint32Array(steps);
    counts.set(this.#counts.subarray(0, steps));
    return counts;
  }

  /** How many there had been before each of the first so many steps. */
  before(steps: number): Uint32Array {
    let sum = 0;
    return this.during(steps).map((count) => {
      sum += count;
      return sum - count;
    });
  }

  #grow(index: number): void {
    const counts = new Uint32Array(2 * index);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
