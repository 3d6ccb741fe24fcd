// The way out of an open connection. The first frame of a tick leaves at once; what follows leaves when that write has
// completed, which at the earliest is when the tick is over, or when enough has come together for a write. Never more
// than about 64 KiB are on their way to the kernel: each write that completes shows that the peer still reads.

import type { Socket } from "node:net";
import type { Piece, Protocol } from "@gundam/protocol";

/** What may be on its way to the kernel, in bytes. */
const SPAN = 64 * 1024;
/** What leaves before its tick has ended. */
const FULL = 48 * 1024;

export interface SocketWriterListener {
  /** Bytes wait for the kernel, where none did before. */
  filled(): void;
  /** More of them has left. */
  moved(): void;
  /** The kernel has taken all. */
  drained(): void;
}

export class SocketWriter {
  /** Whether bytes wait for the kernel. */
  filled = false;
  /** While they do: the monotonic ms at which the kernel last took some, or the first began to wait. */
  movedAt = 0;

  readonly #socket: Socket;
  readonly #protocol: Protocol;
  readonly #now: () => number;
  readonly #listener: SocketWriterListener;
  /** A write has not completed: Node says so of one that the kernel took at once when the tick is over. */
  #isCorked = false;
  #isEnding = false;
  /** The bytes given to the socket so far, but for pongs that passed others. */
  #written = 0;
  /** How many of these the kernel had taken when that was last looked at. */
  #taken = 0;
  #writes = 0;
  #completed = 0;
  /** What the kernel did not take at once: its memory must stay as it is until the write has completed. */
  #lent: Lent[] | undefined = undefined;

  constructor(socket: Socket, protocol: Protocol, now: () => number, listener: SocketWriterListener) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#now = now;
    this.#listener = listener;
  }

  /** Bytes that the kernel has not taken yet. */
  get bufferedAmount(): number {
    return this.#protocol.frames.byteLength + this.#socket.writableLength;
  }

  /** How many bytes the kernel has taken, as far as marks count them. */
  get taken(): number {
    this.look();
    return this.#taken;
  }

  /** Sees what the kernel has taken: in time, for a socket that is gone does not know. */
  look(): void {
    if (!this.#isGone) this.#taken = Math.max(this.#taken, this.#written - this.#socket.writableLength);
  }

  /** A socket that is gone forgets what it did not write, as if it had. */
  get #isGone(): boolean {
    return this.#socket.destroyed || this.#socket.errored !== null;
  }

  /** Something was framed. */
  write(): void {
    if (!this.#isCorked || this.#protocol.frames.byteLength >= FULL) this.flush();
  }

  /** Lets all leave that the kernel takes. */
  flush(): void {
    this.#pump();
    if (this.filled || this.#socket.writableLength === 0) return;
    this.filled = true;
    this.movedAt = this.#now();
    this.#listener.filled();
  }

  /** Ends the socket when all has left. */
  end(): void {
    this.#isEnding = true;
    this.flush();
  }

  #pump(): void {
    const socket = this.#socket;
    const { frames } = this.#protocol;
    while (frames.byteLength > 0 && socket.writableLength <= SPAN / 2 && socket.writable) {
      this.#writePiece(frames.take());
    }
    if (this.#isEnding && frames.byteLength === 0 && this.#protocol.waiting === 0) socket.end();
  }

  #writePiece(piece: Piece): void {
    if (!piece.isPassing) this.#written += piece.bytes.length;
    this.#writes++;
    this.#isCorked = true;
    this.#socket.write(piece.bytes, this.#completedWrite);
    if (this.#socket.writableLength === 0) {
      this.look();
      return this.#protocol.frames.giveBack(piece);
    }
    this.#lent ??= [];
    this.#lent.push({ piece, write: this.#writes });
  }

  /** Told by the socket of each write, in their order. */
  readonly #completedWrite = (error?: Error | null): void => {
    this.#completed++;
    while (this.#lent !== undefined && this.#lent[0]!.write <= this.#completed) {
      this.#protocol.frames.giveBack(this.#lent.shift()!.piece);
      if (this.#lent.length === 0) this.#lent = undefined;
    }
    // Node completes the writes of a socket that it has destroyed, too, and mostly without an error.
    if (error || this.#isGone) return;
    this.look();
    this.#isCorked = false;
    if (this.filled) this.#goOn();
    else if (this.#protocol.frames.byteLength > 0) this.#catchUp();
  };

  /** The kernel has taken some of what it did not take at once. */
  #goOn(): void {
    this.movedAt = this.#now();
    this.#pump();
    if (this.bufferedAmount > 0) return this.#listener.moved();
    this.filled = false;
    this.#listener.drained();
  }

  /** What was framed since the first write of the tick. */
  #catchUp(): void {
    this.flush();
    if (!this.filled) this.#listener.moved();
  }
}

interface Lent {
  readonly piece: Piece;
  /** The number of its write. */
  readonly write: number;
}
