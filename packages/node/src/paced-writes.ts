// Paced writes: a socket's own `write`, but with never more than 64 KiB on their way to the kernel. The rest waits here
// and follows in pieces, so that each write that completes shows that the peer still reads, however large the message.
//
// While the kernel keeps up this costs next to nothing: a write goes straight to the socket.

import { Socket } from "node:net";

// What an instance of this class takes over in its socket.
const { uncork } = Socket.prototype;
const write: (this: Socket, chunk: Buffer, written: Written) => boolean = Socket.prototype.write;

/** What may be on its way to the kernel, in bytes. */
const span = 64 * 1024;

type Written = (error?: Error | null) => void;

/** What waits, as a linked list. */
interface Waiting {
  chunk: Buffer;
  readonly written: Written | undefined;
  next: Waiting | undefined;
}

export interface PacedWritesListener {
  /** Bytes wait for the kernel, where none did before. */
  filled(): void;
  /** The kernel has taken some of them. */
  moved(): void;
  /** The kernel has taken all. */
  drained(): void;
}

export class PacedWrites {
  /** Whether bytes wait for the kernel. */
  filled = false;
  /** While they do: the monotonic ms at which the kernel last took some, or the first began to wait. */
  movedAt = 0;
  /** How many chunks wait here, behind those that are on their way. */
  waiting = 0;

  readonly #socket: Socket;
  readonly #now: () => number;
  readonly #listener: PacedWritesListener;
  #first: Waiting | undefined = undefined;
  #last: Waiting | undefined = undefined;
  #waitingBytes = 0;
  #ending = false;
  /** How many bytes were given to `write` so far. */
  #given = 0;
  /** How many of these the kernel had taken when that was last looked at. */
  #taken = 0;

  /** Takes over `write` and `uncork` of the socket, by which ws writes to it. */
  constructor(socket: Socket, now: () => number, listener: PacedWritesListener) {
    this.#socket = socket;
    this.#now = now;
    this.#listener = listener;
    socket.write = (chunk: Buffer | string, encoding?: unknown, written?: unknown): boolean => {
      const buffer = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      this.write(buffer, (typeof encoding === "function" ? encoding : written) as Written | undefined);
      return !this.filled;
    };
    socket.uncork = () => {
      this.#pump();
      uncork.call(socket);
      this.#settle();
    };
  }

  /** Bytes that the kernel has not taken yet. */
  get bufferedAmount(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  /** The end of all that was written so far. */
  mark(): number {
    return this.#given;
  }

  /** Whether the kernel has taken all that was written before the mark. */
  hasTaken(mark: number): boolean {
    this.#look();
    return this.#taken >= mark;
  }

  /** A socket that is gone forgets what it did not write, as if it had. */
  #look(): void {
    const { destroyed, errored } = this.#socket;
    if (!destroyed && errored === null) this.#taken = this.#given - this.bufferedAmount;
  }

  write(chunk: Buffer, written?: Written): void {
    this.#given += chunk.length;
    if (this.#first === undefined && chunk.length <= span - this.#socket.writableLength) {
      write.call(this.#socket, chunk, written === undefined ? this.#moved : this.#movedThen(written));
    } else {
      this.#enqueue({ chunk, written, next: undefined });
    }
    if (this.#socket.writableCorked === 0) this.#settle();
  }

  /** Ends the socket when all has left. */
  end(): void {
    this.#ending = true;
    this.#pump();
  }

  #enqueue(waiting: Waiting): void {
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    this.#waitingBytes += waiting.chunk.length;
    this.waiting++;
  }

  /** After a write: lets more follow, and tells when bytes are left. */
  #settle(): void {
    this.#pump();
    if (this.filled || this.bufferedAmount === 0) return;
    this.filled = true;
    this.movedAt = this.#now();
    this.#listener.filled();
  }

  /** Told by the socket of each completed write. */
  readonly #moved: Written = (error) => {
    if (!this.filled || error) return;
    this.movedAt = this.#now();
    this.#look();
    this.#pump();
    if (this.bufferedAmount > 0) return this.#listener.moved();
    this.filled = false;
    this.#listener.drained();
  };

  #movedThen(written: Written): Written {
    return (error) => {
      this.#moved(error);
      written(error);
    };
  }

  /** Writes what waits, while the kernel takes it and only when there is room for more than a morsel. */
  #pump(): void {
    const socket = this.#socket;
    while (this.#first !== undefined && socket.writableLength <= span / 2 && !socket.destroyed) {
      // Corked, all pieces leave in one system call.
      socket.cork();
      do this.#writePiece(this.#first);
      while (this.#first !== undefined && socket.writableLength < span);
      uncork.call(socket);
    }
    if (this.#ending && this.#first === undefined) socket.end();
  }

  #writePiece(waiting: Waiting): void {
    const piece = waiting.chunk.subarray(0, span - this.#socket.writableLength);
    this.#waitingBytes -= piece.length;
    if (piece.length < waiting.chunk.length) {
      waiting.chunk = waiting.chunk.subarray(piece.length);
      write.call(this.#socket, piece, this.#moved);
      return;
    }
    this.waiting--;
    this.#first = waiting.next;
    if (waiting.next === undefined) this.#last = undefined;
    write.call(
      this.#socket,
      piece,
      waiting.written === undefined ? this.#moved : this.#movedThen(waiting.written),
    );
  }
}
