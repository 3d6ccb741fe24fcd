// First in, first out. A plain array moves all that is behind what it shifts: with 50,000 messages waiting, for seconds.

/** From how many items that were taken on the rest is moved to the front, once they are the most. */
const MANY = 1000;

export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #taken = 0;

  get length(): number {
    return this.#items.length - this.#taken;
  }

  /** The one that is next, of a queue that is not empty. */
  get first(): T {
    return this.#items[this.#taken]!;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the one that is next, of a queue that is not empty. */
  shift(): T {
    const item = this.first;
    this.#items[this.#taken++] = undefined;
    if (this.#taken >= MANY && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }
}
