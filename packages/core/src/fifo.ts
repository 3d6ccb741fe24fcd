// A queue whose length does not matter: an array's `shift` moves all that is behind.

/** From how many empty places on the array is cut. */
const SLACK = 1024;

/** What an empty one holds: an array of its own would take memory. */
const nothing: never[] = [];

export class Fifo<T> {
  /** A field, for it is asked on the way of each message. */
  length = 0;
  #items: T[] = nothing;
  #head = 0;

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    if (this.#items === nothing) this.#items = [item];
    else this.#items.push(item);
    this.length++;
  }

  /** Takes the first out; only while there is one. */
  shift(): T {
    const item = this.#items[this.#head]!;
    // Nobody else is to hold it.
    this.#items[this.#head++] = undefined as T;
    this.length--;
    if (this.length === 0 || (this.#head > SLACK && this.#head > this.length)) {
      this.#items = this.length === 0 ? nothing : this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes all out. */
  splice(): T[] {
    const items = this.#items.slice(this.#head);
    this.#items = nothing;
    this.#head = this.length = 0;
    return items;
  }
}
