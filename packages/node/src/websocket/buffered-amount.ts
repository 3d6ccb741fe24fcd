// `bufferedAmount`: "the number of bytes of application data that have been queued using send() but that, as of the last
// time the event loop reached step 1, had not yet been transmitted to the network. (This thus includes any text sent
// during the execution of the current task, regardless of whether the user agent is able to transmit text in the
// background.) This does not include framing overhead".

export class BufferedAmount {
  /** What the client and what is before it hold, with framing; undefined once the connection is gone. */
  readonly #held: () => number | undefined;
  /** What was sent, as far as it had not left when this was last looked at. */
  #sent = 0;
  /** What was given to `send` when nothing could leave any more. */
  #unsendable = 0;
  #isSendingTask = false;

  constructor(held: () => number | undefined) {
    this.#held = held;
  }

  get value(): number {
    if (!this.#isSendingTask) this.settle();
    return this.#sent + this.#unsendable;
  }

  sent(bytes: number): void {
    if (!this.#isSendingTask) {
      this.settle();
      this.#isSendingTask = true;
      setImmediate(() => {
        this.#isSendingTask = false;
        this.settle();
      });
    }
    this.#sent += bytes;
  }

  unsendable(bytes: number): void {
    this.#unsendable += bytes;
  }

  /** What was counted as sent could not be. */
  refused(bytes: number): void {
    this.#sent -= bytes;
    this.unsendable(bytes);
  }

  /** Looks at what has left since. "The number does not reset to zero once the connection closes." */
  settle(held: number | undefined = this.#held()): void {
    if (held !== undefined) this.#sent = Math.min(this.#sent, held);
  }
}
