// What was given to `send`, in order: a `Blob` has to be read before it can leave, and what comes after it waits.

import { copyOf } from "../sendable.ts";
import { isBlob, type Payload } from "./web-idl.ts";

export class SendOrder {
  readonly #send: (message: string | Uint8Array) => void;
  readonly #failed: (payload: Payload, reason: unknown) => void;
  /** How many wait, and their bytes. */
  #waiting = 0;
  #bytes = 0;
  #last: Promise<void> = Promise.resolve();

  /** `failed` is told of a `Blob` that cannot be read, and of what `send` throws for a message that has waited. */
  constructor(
    send: (message: string | Uint8Array) => void,
    failed: (payload: Payload, reason: unknown) => void,
  ) {
    this.#send = send;
    this.#failed = failed;
  }

  /** The bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sends at once if nothing waits, unless it is a `Blob`; what `send` throws is then thrown here. */
  send(payload: Payload, size: number): void {
    if (this.#waiting === 0 && !isBlob(payload)) return this.#send(payload);
    const waiting = isBlob(payload) ? payload : (copyOf(payload) as string | Uint8Array);
    this.#bytes += size;
    this.#enqueue(async () => {
      try {
        this.#send(isBlob(waiting) ? new Uint8Array(await waiting.arrayBuffer()) : waiting);
      } catch (reason) {
        this.#failed(waiting, reason);
      } finally {
        this.#bytes -= size;
      }
    });
  }

  /** Calls `run` once all that was sent until now has left, at once if it has. */
  afterwards(run: () => void): void {
    if (this.#waiting === 0) run();
    else this.#enqueue(async () => run());
  }

  #enqueue(run: () => Promise<void>): void {
    this.#waiting++;
    this.#last = this.#last.then(run).finally(() => {
      this.#waiting--;
    });
  }
}
