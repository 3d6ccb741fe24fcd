// Frames on their way out: each is written once, into a slab, behind the one before it, and taken from there in pieces of
// about 64 KiB. What the kernel has not taken waits here, whatever it is, in the order it was sent in; only a pong may
// pass what waits, between two frames.

import { Buffer } from "node:buffer";
import { Fifo } from "./fifo.ts";
import { headLength, LONGEST_HEAD, writeHead } from "./frame.ts";
import { borrowSlab, maskSlab, nextKey, returnSlab, SLAB, type Slab } from "./masking.ts";
import { FIN, opcodes, RSV1 } from "./opcodes.ts";

/** The most bytes of payload that stand in one piece: a whole number of keys, so that each begins with a key. */
const PIECE = 64 * 1024;
/** Text up to this length is looked at character by character: mostly it is short, and ASCII. */
const SHORT = 40;
/** What a ping asks that goes along with what is sent: nobody else's pong is like its. */
const signOfReading = Buffer.from("read so far?");
/** For a peer that pings and does not read: RFC 6455 §5.5.3 asks only for an answer to its newest ping. */
const MOST_PONGS = 1000;

/** Some of what leaves, in one write; `bytes` are valid until it is given back. */
export interface Piece {
  /** What is to be written. */
  readonly bytes: Buffer;
  /** What it is given back with, when it was written. */
  readonly slab: Slab;
  /** Whether a frame begins with it, so that another may leave before it. */
  readonly isFrame: boolean;
  /** Pongs that pass what was framed before them. */
  readonly isPassing: boolean;
}

export class Frames {
  /** Bytes that were not taken yet. */
  byteLength = 0;
  /** Bytes that were ever framed, but for pongs that pass others. */
  framed = 0;
  /** How many pieces wait behind the next one. */
  waiting = 0;

  readonly #isMasked: boolean;
  readonly #maxFrameSize: number;
  /** After so many bytes the peer is pinged, and how many there were at the last time. */
  readonly #pingEvery: number;
  #pingedAt = 0;
  /** The slab that is written to, up to where it is, and whether it begins with a frame. */
  #slab: Slab | undefined = undefined;
  #to = 0;
  #isFrame = true;
  /** Pieces that are complete. */
  #pieces: Fifo<Piece> | undefined = undefined;
  #pongs: Uint8Array[] | undefined = undefined;

  constructor(isMasked: boolean, maxFrameSize: number, pingEvery: number) {
    this.#isMasked = isMasked;
    this.#maxFrameSize = maxFrameSize;
    this.#pingEvery = pingEvery;
  }

  // — in ———————————————————————————————————————————————————————————————————————————————————————————————————————————

  text(text: string): void {
    const { length } = text;
    if (length <= SHORT && length <= this.#maxFrameSize && this.#shortText(text)) return;
    // In UTF-8 a UTF-16 code unit takes three bytes at most; mostly it takes one, and the room will do.
    const most = LONGEST_HEAD + length * 3 <= SLAB - this.#to ? length * 3 : Buffer.byteLength(text);
    if (most > PIECE) return this.data(opcodes.text, Buffer.from(text));
    const slab = this.#room(LONGEST_HEAD + most);
    const guess = this.#to + headLength(length, this.#isMasked);
    const size = slab.memory.write(text, guess);
    if (size > this.#maxFrameSize) {
      return this.data(opcodes.text, Buffer.from(slab.memory.subarray(guess, guess + size)));
    }
    // More than ASCII can need a longer head.
    const body = this.#to + headLength(size, this.#isMasked);
    if (body !== guess) slab.memory.copyWithin(body, guess, guess + size);
    const key = this.#isMasked ? nextKey() : undefined;
    writeHead(slab.memory, this.#to, FIN | opcodes.text, size, key);
    if (key !== undefined) maskSlab(slab, body, size, key);
    this.#add(body + size);
  }

  /** A message of bytes, in as many fragments as it needs; `first` has the bits of the first one besides FIN. */
  data(first: number, bytes: Uint8Array): void {
    const { length } = bytes;
    const most = this.#maxFrameSize;
    if (length <= most) return this.#frame(FIN | first, bytes, 0, length);
    // RFC 6455 §5.4, RFC 7692 §6.1: the opcode, and the bit of compression, are the first fragment's.
    for (let from = 0; from < length; from += most) {
      const isLast = from + most >= length;
      const bits = (isLast ? FIN : 0) | (from === 0 ? first : opcodes.continuation);
      this.#frame(bits, bytes, from, isLast ? length - from : most);
    }
  }

  compressed(opcode: number, bytes: Uint8Array): void {
    this.data(RSV1 | opcode, bytes);
  }

  control(opcode: number, payload: Uint8Array): void {
    this.#frame(FIN | opcode, payload, 0, payload.length);
  }

  /** Answers a ping: before what waits already, older pongs too, for the peer may have no patience. */
  pong(payload: Uint8Array): void {
    if (this.#pieces === undefined) return this.control(opcodes.pong, payload);
    this.#pongs ??= [];
    if (this.#pongs.length === MOST_PONGS) this.byteLength -= this.#sizeOf(this.#pongs.pop()!);
    this.#pongs.push(new Uint8Array(payload));
    this.byteLength += this.#sizeOf(payload);
  }

  #sizeOf(payload: Uint8Array): number {
    return headLength(payload.length, this.#isMasked) + payload.length;
  }

  #shortText(text: string): boolean {
    const { length } = text;
    const slab = this.#room(LONGEST_HEAD + length);
    const { memory } = slab;
    const key = this.#isMasked ? nextKey() : undefined;
    const body = writeHead(memory, this.#to, FIN | opcodes.text, length, key);
    const mask = key ?? 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      memory[body + i] = unit ^ (mask >>> ((i & 3) << 3));
    }
    this.#add(body + length);
    return true;
  }

  #frame(first: number, bytes: Uint8Array, from: number, length: number): void {
    if (length > PIECE) return this.#longFrame(first, bytes, from, length);
    const slab = this.#room(LONGEST_HEAD + length);
    const { memory } = slab;
    const key = this.#isMasked ? nextKey() : undefined;
    const body = writeHead(memory, this.#to, first, length, key);
    if (length < SHORT) {
      const mask = key ?? 0;
      for (let i = 0; i < length; i++) memory[body + i] = bytes[from + i]! ^ (mask >>> ((i & 3) << 3));
    } else {
      memory.set(length === bytes.length ? bytes : bytes.subarray(from, from + length), body);
      if (key !== undefined) maskSlab(slab, body, length, key);
    }
    this.#add(body + length);
  }

  /** A frame in several pieces, of which only the first may have another before it. */
  #longFrame(first: number, bytes: Uint8Array, from: number, length: number): void {
    const key = this.#isMasked ? nextKey() : undefined;
    let { memory } = this.#room(LONGEST_HEAD + PIECE);
    let at = writeHead(memory, this.#to, first, length, key);
    for (let done = 0; done < length; done += PIECE) {
      const size = Math.min(PIECE, length - done);
      if (done > 0) {
        this.#complete();
        memory = this.#borrow().memory;
        this.#isFrame = false;
        at = 0;
      }
      memory.set(bytes.subarray(from + done, from + done + size), at);
      if (key !== undefined) maskSlab(this.#slab!, at, size, key);
      this.#add(at + size);
    }
    // What is put behind its end must not be passed as if it were a frame.
    this.#complete();
  }

  /** A slab with so much room behind `#to`. */
  #room(size: number): Slab {
    if (this.#slab !== undefined && SLAB - this.#to >= size) return this.#slab;
    if (this.#slab !== undefined) this.#complete();
    const slab = this.#borrow();
    if (this.framed - this.#pingedAt >= this.#pingEvery) {
      this.#pingedAt = this.framed;
      this.control(opcodes.ping, signOfReading);
    }
    return slab;
  }

  #borrow(): Slab {
    this.#to = 0;
    this.#isFrame = true;
    this.#slab = borrowSlab();
    return this.#slab;
  }

  #add(to: number): void {
    this.byteLength += to - this.#to;
    this.framed += to - this.#to;
    this.#to = to;
  }

  #complete(): void {
    const slab = this.#slab!;
    this.#slab = undefined;
    if (this.#to === 0) return returnSlab(slab);
    this.#pieces ??= new Fifo();
    this.#pieces.push(this.#pieceOf(slab));
    this.waiting = this.#pieces.length;
  }

  #pieceOf(slab: Slab): Piece {
    return { bytes: slab.memory.subarray(0, this.#to), slab, isFrame: this.#isFrame, isPassing: false };
  }

  // — out ——————————————————————————————————————————————————————————————————————————————————————————————————————————

  /** The next piece, while there are bytes; give it back when they are written. */
  take(): Piece {
    const piece = this.#next();
    this.byteLength -= piece.bytes.length;
    return piece;
  }

  #next(): Piece {
    const pieces = this.#pieces;
    if (this.#pongs !== undefined && (pieces === undefined || pieces.first.isFrame)) return this.#takePongs();
    if (pieces === undefined) {
      const piece = this.#pieceOf(this.#slab!);
      this.#slab = undefined;
      return piece;
    }
    const piece = pieces.shift();
    this.waiting = pieces.length;
    if (pieces.length === 0) this.#pieces = undefined;
    return piece;
  }

  /** As many pongs as go into one slab. */
  #takePongs(): Piece {
    const pongs = this.#pongs!;
    const slab = borrowSlab();
    const { memory } = slab;
    let to = 0;
    let taken = 0;
    while (taken < pongs.length && to + LONGEST_HEAD + pongs[taken]!.length <= SLAB) {
      const payload = pongs[taken++]!;
      const key = this.#isMasked ? nextKey() : undefined;
      const body = writeHead(memory, to, FIN | opcodes.pong, payload.length, key);
      memory.set(payload, body);
      if (key !== undefined) maskSlab(slab, body, payload.length, key);
      to = body + payload.length;
    }
    this.#pongs = taken === pongs.length ? undefined : pongs.slice(taken);
    return { bytes: memory.subarray(0, to), slab, isFrame: true, isPassing: true };
  }

  /** The piece is written, or will never be. */
  giveBack(piece: Piece): void {
    returnSlab(piece.slab);
  }

  /** Lets go of all that waits. */
  clear(): void {
    while (this.byteLength > 0) this.giveBack(this.take());
  }
}
