// A calendar queue: a ring of lists, one for each ms. To add and to take cost the same however many clients wait.

/** How far ahead an entry can lie, in ms: about 17 minutes. */
export const FARTHEST: number = 2 ** 20;
const NOBODY = -1;

/** When each client is due next; every client has one place in it at most. */
export class Timetable {
  readonly #first = new Int32Array(FARTHEST).fill(NOBODY);
  readonly #last = new Int32Array(FARTHEST);
  readonly #next: Int32Array;
  #size = 0;

  constructor(clients: number) {
    this.#next = new Int32Array(clients);
  }

  get size(): number {
    return this.#size;
  }

  /** `at`: whole ms, less than `FARTHEST` after the time that is being taken. */
  add(client: number, at: number): void {
    const slot = at & (FARTHEST - 1);
    this.#next[client] = NOBODY;
    if (this.#first[slot] === NOBODY) this.#first[slot] = client;
    else this.#next[this.#last[slot]!] = client;
    this.#last[slot] = client;
    this.#size++;
  }

  /** Of those that are due at `now` the one that was added first; −1 when there is none (left). */
  take(now: number): number {
    const slot = now & (FARTHEST - 1);
    const client = this.#first[slot]!;
    if (client === NOBODY) return NOBODY;
    this.#first[slot] = this.#next[client]!;
    this.#size--;
    return client;
  }
}
