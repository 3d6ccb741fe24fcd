// A queue whose length does not matter: an array's `shift` moves all that is behind.

/** From how many empty places on the array is cut. */
const SLACK = 1024;

export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first out; only while there is one. */
  shift(): T {
    const item = this.#items[this.#head]!;
    // Nobody else is to hold it.
    this.#items[this.#head++] = undefined as T;
    if (this.length === 0 || (this.#head > SLACK && this.#head > this.length)) this.#items = this.splice();
    return item;
  }

  /** Takes all out. */
  splice(): T[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.slice(this.#head)[Symbol.iterator]();
  }
}
