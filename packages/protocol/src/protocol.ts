// One side of a WebSocket connection from the opening handshake on: RFC 6455 §5 to §8, without a socket, a timer or a
// promise. Bytes go in by `receive`, and come out as events; messages go in by `send`, and come out of `frames` as bytes.

import { Buffer } from "node:buffer";
import type { Deflate } from "./deflate.ts";
import { Fifo } from "./fifo.ts";
import { Frames } from "./frames.ts";
import { NO_CODE, opcodes } from "./opcodes.ts";

import { Receiver, type ReceiverEvents } from "./receiver.ts";

/** §5.1: who masks, and who must not. */
export type Role = "client" | "server";

/** The limits of one side, and what was negotiated. Sizes are in bytes. */
export interface ProtocolOptions {
  /** Bytes of one received message, inflated or not. */
  readonly maxPayload: number;
  /** Bytes of payload in one frame: larger messages are sent in fragments (§5.4). */
  readonly maxFrameSize: number;
  /**
   * After so many bytes a ping goes along, also between the fragments of a message (§5.4): its pong says how far the peer
   * has read. Default: never.
   */
  readonly pingEvery?: number;
  /** permessage-deflate, if it was negotiated. */
  readonly deflate?: Deflate | undefined;
}

/** What has come, and what is ready to leave. */
export interface ProtocolEvents extends ReceiverEvents {
  /** What was deflated is now in `frames`. */
  framed(): void;
}

/** What waits for what is deflated before it. */
interface Waiting {
  readonly opcode: number;
  readonly data: Uint8Array | string;
  readonly size: number;
}

/**
 * One side of a WebSocket connection from the opening handshake on: RFC 6455 §5 to §8, without a socket, a timer or a
 * promise. Bytes go in by `receiver`, and come out as events; messages go in by `send`, and come out of `frames` as
 * bytes.
 *
 * @example
 * const nobody = () => {};
 * const events: ProtocolEvents = {
 *   message: (message) => console.log(message),
 *   ping: (data) => protocol.pong(data),
 *   pong: nobody,
 *   closed: (code) => protocol.close(code),
 *   failed: ({ closeCode }) => protocol.close(closeCode),
 *   inflated: nobody,
 *   framed: nobody,
 * };
 * const protocol = new Protocol("server", { maxPayload: 2 ** 24, maxFrameSize: Infinity }, events);
 * protocol.send("hi");
 * [...protocol.frames.take().bytes]; // → [0x81, 2, 0x68, 0x69]
 */
export class Protocol {
  /** What is to be written, in order. */
  readonly frames: Frames;
  /** Takes what was read. */
  readonly receiver: Receiver;
  readonly #events: ProtocolEvents;
  readonly #deflate: Deflate | undefined;
  /** The first is being deflated. */
  #waiting: Fifo<Waiting> | undefined = undefined;
  #waitingBytes = 0;
  /** What has waited and was framed, as far as nobody has asked about it, and what it is shorter by than it was. */
  #framed: Fifo<Framed> | undefined = undefined;
  #saved = 0;
  /** Of those that were asked about. */
  #savedBefore = 0;
  /** _The WebSocket Closing Handshake is Started_ (§7.1.3): our Close frame was sent, and no frame may follow it. */
  #isCloseSent = false;

  constructor(
    role: Role,
    { maxPayload, maxFrameSize, pingEvery = Infinity, deflate }: ProtocolOptions,
    events: ProtocolEvents,
  ) {
    this.frames = new Frames(role === "client", maxFrameSize, pingEvery);
    this.receiver = new Receiver(role === "server", { maxPayload }, deflate, events);
    this.#deflate = deflate;
    this.#events = events;
  }

  /** Bytes of messages that are not in `frames` yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** How many of them. */
  get waiting(): number {
    return this.#waiting?.length ?? 0;
  }

  /**
   * The end of all that was sent so far, as a number that never falls: in bytes of frames, but what waits, and what has
   * waited, counts with the size that it had before it was deflated.
   */
  get mark(): number {
    return this.frames.framed + this.#saved + this.#waitingBytes;
  }

  /** Whether all before the mark is among the first so many bytes that were framed. */
  isWithin(bytes: number, mark: number): boolean {
    while (this.#framed !== undefined && this.#framed.first.end <= bytes) {
      this.#savedBefore += this.#framed.shift().saved;
      if (this.#framed.length === 0) this.#framed = undefined;
    }
    // A part of one that was deflated says nothing of a mark within it.
    return mark <= Math.min(bytes, this.#framed?.first.start ?? bytes) + this.#savedBefore;
  }

  /** Our Close frame was sent, and no frame may follow it (§7.1.3). */
  get isCloseSent(): boolean {
    return this.#isCloseSent;
  }

  /** §6.1: text for a string, binary for bytes, which are the caller's again when this returns. */
  send(message: string | Uint8Array): void {
    if (this.#isCloseSent) return;
    const isText = typeof message === "string";
    if (this.#deflate !== undefined && (this.#waiting !== undefined || this.#isLong(sizeOf(message)))) {
      this.#sendInTurn(isText ? opcodes.text : opcodes.binary, isText ? message : new Uint8Array(message));
    } else if (isText) {
      this.frames.text(message);
    } else {
      this.frames.data(opcodes.binary, message);
    }
  }

  /** §5.5.2: in its turn, so that the pong says that all before it was read. */
  ping(data: Uint8Array): void {
    if (this.#isCloseSent) return;
    if (this.#waiting === undefined) this.frames.control(opcodes.ping, data);
    else this.#wait(opcodes.ping, new Uint8Array(data));
  }

  /** §5.5.3: at once, between two frames. */
  pong(data: Uint8Array): void {
    if (!this.#isCloseSent) this.frames.pong(data);
  }

  /** §7.1.2: the last frame, behind all that was sent; without a body for 1005. The first one counts. */
  close(code: number = NO_CODE, reason: string | Uint8Array = ""): void {
    const status = Buffer.of(code >>> 8, code);
    this.closeWith(code === NO_CODE ? new Uint8Array(0) : Buffer.concat([status, Buffer.from(reason)]));
  }

  /** The same with any body, one that says 1005 too: for whoever wants to break the rules. */
  closeWith(body: Uint8Array): void {
    if (this.#isCloseSent) return;
    this.#isCloseSent = true;
    if (this.#waiting === undefined) this.frames.control(opcodes.close, body);
    else this.#wait(opcodes.close, body);
  }

  /** TCP is gone: nothing more is told, and nothing is left to zlib. */
  end(): void {
    this.#isCloseSent = true;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    this.receiver.end();
    this.frames.clear();
    this.#deflate?.close();
  }

  // — in turn, where messages are deflated ——————————————————————————————————————————————————————————————————————————

  #sendInTurn(opcode: number, data: Uint8Array | string): void {
    this.#wait(opcode, data);
    if (this.waiting === 1) this.#next();
  }

  #wait(opcode: number, data: Uint8Array | string): void {
    const size = sizeOf(data);
    this.#waiting ??= new Fifo();
    this.#waiting.push({ opcode, data, size });
    this.#waitingBytes += size;
  }

  /** Whether a message is to be deflated. */
  #isLong(size: number): boolean {
    return size >= this.#deflate!.threshold;
  }

  /** Frames what need not be deflated, up to the next message that must. */
  #next(): void {
    while (this.#waiting !== undefined) {
      const { opcode, data, size } = this.#waiting.first;
      if (opcode < opcodes.close && this.#isLong(size)) {
        this.#deflate!.deflate(data, (bytes) => {
          this.#done(size, () => this.frames.compressed(opcode, bytes));
          this.#next();
          this.#events.framed();
        });
        return;
      }
      this.#done(size, () => {
        if (opcode >= opcodes.close) this.frames.control(opcode, data as Uint8Array);
        else if (typeof data === "string") this.frames.text(data);
        else this.frames.data(opcode, data);
      });
    }
  }

  /** The first waits no longer. */
  #done(size: number, frame: () => void): void {
    const start = this.frames.framed;
    frame();
    const end = this.frames.framed;
    const saved = size - (end - start);
    this.#framed ??= new Fifo();
    this.#framed.push({ start, end, saved });
    this.#saved += saved;
    this.#waitingBytes -= size;
    this.#waiting!.shift();
    if (this.#waiting!.length === 0) this.#waiting = undefined;
  }
}

/** Something that has waited: where it stands among all bytes that were framed, and what it is shorter by. */
interface Framed {
  readonly start: number;
  readonly end: number;
  readonly saved: number;
}

function sizeOf(data: Uint8Array | string): number {
  return typeof data === "string" ? Buffer.byteLength(data) : data.length;
}
