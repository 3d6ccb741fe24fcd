// A stream that messages are printed to: slow readers are waited for, and one that is gone is noticed.

import type { Writable } from "node:stream";

export class Output {
  readonly #stream: Writable;
  /** Why nothing can be written any more. */
  error: NodeJS.ErrnoException | undefined;
  #broken: () => void = () => {};

  /** `broken`: called once when the reader is gone, or the disk is full. */
  constructor(stream: Writable, broken: () => void) {
    this.#stream = stream;
    stream.on("error", (error) => {
      if (this.error !== undefined) return;
      this.error = error;
      broken();
      this.#broken();
    });
  }

  /** Undefined: go on; else go on when it resolves. */
  write(data: string | Uint8Array): Promise<void> | undefined {
    if (this.error !== undefined || this.#stream.write(data)) return undefined;
    return new Promise((resolve) => {
      this.#broken = resolve;
      this.#stream.once("drain", resolve);
    });
  }

  /** The reader has gone, as `head` does when it has seen enough: no error of anybody's. */
  get isLeft(): boolean {
    return this.error?.code === "EPIPE" || this.error?.code === "ERR_STREAM_DESTROYED";
  }
}
