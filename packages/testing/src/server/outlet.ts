// The way out of a connection: everything the server writes after the 101 passes here, so that it can be held back
// (silence) or slowed down without the protocol knowing.

import type { Socket } from "node:net";
import { Writable } from "node:stream";
import { OptionError } from "@gundam/core";

/** Slices of a slowed write leave this many ms apart, or further when a single byte takes longer. */
const SLICE_MS = 20;

export class Outlet extends Writable {
  readonly #socket: Socket;
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #held = false;
  #whenReleased: (() => void) | undefined;
  #slicing: NodeJS.Timeout | undefined;

  constructor(socket: Socket) {
    super({ emitClose: false });
    this.#socket = socket;
  }

  /** Lets nothing out until `release()`; what is written meanwhile waits in order. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    const go = this.#whenReleased;
    this.#whenReleased = undefined;
    go?.();
  }

  /** `Infinity` is no limit. */
  limit(bytesPerSecond: number): void {
    checkRate(bytesPerSecond);
    this.#bytesPerSecond = bytesPerSecond;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#pass([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#pass(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    this.#unlessHeld(() => this.#socket.end(done));
  }

  override _destroy(_error: Error | null, done: () => void): void {
    clearTimeout(this.#slicing);
    this.#whenReleased = undefined;
    done();
  }

  #pass(chunks: Buffer[], done: () => void): void {
    this.#unlessHeld(() => {
      if (this.#bytesPerSecond !== Number.POSITIVE_INFINITY)
        return this.#trickle(Buffer.concat(chunks), done);
      // Corked, a frame's head and payload leave in one packet.
      this.#socket.cork();
      const last = chunks.pop()!;
      for (const chunk of chunks) this.#socket.write(chunk);
      this.#socket.write(last, () => done());
      this.#socket.uncork();
    });
  }

  #trickle(bytes: Buffer, done: () => void): void {
    const size = Math.max(1, Math.floor((this.#bytesPerSecond * SLICE_MS) / 1000));
    const slice = bytes.subarray(0, size);
    const rest = bytes.subarray(size);
    this.#socket.write(slice);
    this.#slicing = setTimeout(
      () => (rest.length === 0 ? done() : this.#pass([rest], done)),
      (slice.length / this.#bytesPerSecond) * 1000,
    );
  }

  #unlessHeld(go: () => void): void {
    if (this.#held) this.#whenReleased = go;
    else go();
  }
}

/** Throws `OptionError` unless the rate is positive: nothing at all is silence, another fault. */
export function checkRate(bytesPerSecond: number): void {
  if (bytesPerSecond > 0) return;
  throw new OptionError("bytesPerSecond", bytesPerSecond, `must be a positive number, not ${bytesPerSecond}`);
}
