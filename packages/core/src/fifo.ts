// A queue whose length does not matter: an array's `shift` moves all that is behind.

/** From how many empty places on the array is cut. */
const SLACK = 1024;

export class Fifo<T> {
  /** A field, for it is asked on the way of each message. */
  length = 0;
  /** An empty one holds no array, for that would take memory. */
  #items: T[] | undefined;
  #head = 0;

  get first(): T | undefined {
    return this.#items?.[this.#head];
  }

  /** As the last, or before the one that is at this place. */
  push(item: T, place: number = this.length): void {
    this.#items ??= [];
    // A `splice` at the end would take ten times as long.
    if (place === this.length) this.#items.push(item);
    else this.#items.splice(this.#head + place, 0, item);
    this.length++;
  }

  /** Takes the first out; only while there is one. */
  shift(): T {
    const items = this.#items!;
    const item = items[this.#head]!;
    // Nobody else is to hold it.
    items[this.#head++] = undefined as T;
    if (--this.length === 0) this.splice();
    else if (this.#head > SLACK && this.#head > this.length) {
      this.#items = items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes all out. */
  splice(): T[] {
    const items = this.#items?.slice(this.#head) ?? [];
    this.#items = undefined;
    this.#head = this.length = 0;
    return items;
  }
}
