// Bytes in, events out: RFC 6455 §5 and §6.2. Frames are read where they lie; what is not complete in the bytes at hand
// is collected in memory that will be the message's own. Every rule is checked as soon as the bytes that break it are
// there, and a message's length before memory is taken for it.

import { Buffer, constants } from "node:buffer";
import type { Deflate } from "./deflate.ts";
import { maskBytes } from "./masking.ts";
import { FIN, isSendableCloseCode, MASKED, NO_CODE, opcodes, RSV1, RSV2_RSV3 } from "./opcodes.ts";
import { decodeText } from "./text.ts";
import { badFrame, badText, ProtocolViolation, tooBig, tooManyFragments } from "./violation.ts";

export interface ReceiverEvents {
  /** A message with memory of its own. */
  message(message: string | Uint8Array<ArrayBuffer>): void;
  /** A ping has come; whoever hears of it answers it. */
  ping(data: Uint8Array): void;
  /** A pong has come. */
  pong(data: Uint8Array): void;
  /** The peer's Close frame; 1005: it had no code. Nothing that follows is looked at. */
  closed(code: number, reason: string): void;
  /** The connection is to be failed. Nothing that follows is looked at. */
  failed(violation: ProtocolViolation): void;
  /** A message, or a part of it, was inflated and told, and what had waited for it, as far as it was not paused. */
  inflated(): void;
}

export interface Limits {
  /** Bytes of one message, inflated or not. */
  readonly maxPayload: number;
}

/** Fragments of one message. */
const MOST_FRAGMENTS = 16 * 1024;
/** No more memory is taken at once for what has only been announced. */
const FIRST_MEMORY = 256 * 1024;
/** From so many missing bytes on they are read into their message's own memory. */
const LONG = 32 * 1024;

export class Receiver {
  readonly #events: ReceiverEvents;
  readonly #isServer: boolean;
  readonly #maxPayload: number;
  readonly #deflate: Deflate | undefined;
  /** Events may be told. */
  #isPaused = false;
  #isInflating = false;
  /** A Close frame was read, or a rule was broken. */
  #isOver = false;

  // The frame that is read: of which the head may be incomplete, or the payload.
  #head: Uint8Array | undefined = undefined;
  #headLength = 0;
  #first = 0;
  #length = 0;
  #key = 0;
  /** How many bytes of the payload are missing; -1 between two frames. */
  #missing = -1;
  #control: Uint8Array | undefined = undefined;

  // The message that is read; its opcode is 0 between two messages.
  #opcode = 0;
  #isCompressed = false;
  #fragments = 0;
  /** What its frames have announced. */
  #announced = 0;
  #body: Uint8Array<ArrayBuffer> | undefined = undefined;
  #bodyLength = 0;
  #fragmentsInflated: Uint8Array[] | undefined = undefined;
  #inflatedLength = 0;

  /** What was read and must wait, for its turn or for what is inflated before it: in memory of its own. */
  #held: Buffer[] | undefined = undefined;
  /** Where the first of it begins that was not read. */
  #heldFrom = 0;
  #heldBytes = 0;

  constructor(
    isServer: boolean,
    { maxPayload }: Limits,
    deflate: Deflate | undefined,
    events: ReceiverEvents,
  ) {
    this.#isServer = isServer;
    this.#maxPayload = maxPayload;
    this.#deflate = deflate;
    this.#events = events;
  }

  /** How many bytes wait: with many, more of them are better not read yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** What is inflated now will be told. */
  get isInflating(): boolean {
    return this.#isInflating;
  }

  /** No event is told until `resume`, whatever was read already: but for the message that is being inflated. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Events may be told again: call `proceed` for those that wait. */
  resume(): void {
    this.#isPaused = false;
  }

  /** Takes up what waits. */
  proceed(): void {
    while (this.#held !== undefined && !this.#isPaused && !this.#isInflating) {
      const held = this.#held;
      const bytes = held[0]!;
      const from = this.#heldFrom;
      // An event may lead back to here: nothing is read twice.
      this.#held = undefined;
      const end = this.#read(bytes, from, bytes.length);
      if (this.#isOver) return;
      this.#heldBytes -= end - from;
      // Not cut off: whoever pauses after each message would pay for it each time.
      this.#heldFrom = end < bytes.length ? end : 0;
      if (end === bytes.length) held.shift();
      if (held.length > 0) this.#held = held;
    }
  }

  /** Nothing that follows is looked at. */
  end(): void {
    this.#isOver = true;
    this.#held = this.#head = this.#body = this.#control = this.#fragmentsInflated = undefined;
    this.#heldBytes = 0;
  }

  /** Where the next bytes should be read to, when they belong to a long message. */
  get destination(): Uint8Array | undefined {
    if (this.#missing < LONG || this.#isOver || this.#held !== undefined) return undefined;
    this.#makeRoom(LONG);
    return this.#body!.subarray(this.#bodyLength, this.#bodyLength + this.#missing);
  }

  /** Takes bytes that are only valid now, unless they were read into `destination`. */
  receive(bytes: Buffer, from: number, to: number): void {
    const at = this.#held === undefined ? this.#read(bytes, from, to) : from;
    if (at === to || this.#isOver) return;
    this.#held ??= [];
    this.#held.push(Buffer.from(bytes.subarray(at, to)));
    this.#heldBytes += to - at;
  }

  /** Returns where it has come to: before `to` when the rest must wait, or is not looked at. */
  #read(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      if (this.#isPaused || this.#isInflating || this.#isOver) return at;
      if (this.#missing < 0 && this.#headLength === 0 && this.#opcode === 0 && !this.#isServer) {
        // The plain case, which most frames are: a short message in one frame that is all there.
        const first = bytes[at]!;
        const length = bytes[at + 1]!;
        const end = at + 2 + length;
        if ((first === 0x81 || first === 0x82) && length < 126 && end <= to && length <= this.#maxPayload) {
          if (first === 0x82) this.#events.message(copy(bytes, at + 2, end));
          else this.#text(bytes, at + 2, end);
          at = end;
          continue;
        }
      }
      at = this.#missing < 0 ? this.#readHead(bytes, at, to) : this.#readPayload(bytes, at, to);
    }
    return at;
  }

  // — heads: §5.2 ——————————————————————————————————————————————————————————————————————————————————————————————————

  /** Returns where it has come to. */
  #readHead(bytes: Buffer, at: number, to: number): number {
    if (this.#headLength === 0) {
      const length = this.#parseHead(bytes, at, to - at);
      if (length > 0) return this.#begin(bytes, at + length, to);
      if (this.#isOver) return to;
      this.#head ??= new Uint8Array(14);
    }
    // It is not complete: byte by byte, for it is short, and rarely cut.
    this.#head![this.#headLength++] = bytes[at]!;
    const length = this.#parseHead(this.#head!, 0, this.#headLength);
    if (length > 0) {
      this.#headLength = 0;
      this.#head = undefined;
      return this.#begin(bytes, at + 1, to);
    }
    return at + 1;
  }

  /** The length of the head, or 0 while it is not complete, or wrong. */
  #parseHead(bytes: Uint8Array, at: number, available: number): number {
    if (available < 2) return 0;
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    const problem = this.#problemOf(first, second);
    if (problem !== undefined) {
      this.#fail(badFrame(problem));
      return 0;
    }
    let length = second & 0x7f;
    let end = 2;
    if (length === 126) {
      if (available < 4) return 0;
      length = bytes[at + 2]! * 0x100 + bytes[at + 3]!;
      end = 4;
    } else if (length === 127) {
      if (available < 10) return 0;
      const high = uint32(bytes, at + 2);
      if (high > 2 ** 21 - 1) {
        this.#fail(tooBig("Unsupported WebSocket frame: payload length > 2^53 - 1"));
        return 0;
      }
      length = high * 2 ** 32 + uint32(bytes, at + 6);
      end = 10;
    }
    if (this.#isServer) {
      if (available < end + 4) return 0;
      this.#key =
        bytes[at + end]! |
        (bytes[at + end + 1]! << 8) |
        (bytes[at + end + 2]! << 16) |
        (bytes[at + end + 3]! << 24);
      end += 4;
    }
    this.#first = first;
    this.#length = length;
    return end;
  }

  /** What is wrong with the first two bytes, if anything. */
  #problemOf(first: number, second: number): string | undefined {
    const opcode = first & 0x0f;
    const isCompressed = (first & RSV1) !== 0;
    if ((first & RSV2_RSV3) !== 0) return "RSV2 and RSV3 must be clear";
    if (isCompressed && this.#deflate === undefined) return "RSV1 must be clear";
    if (opcode === opcodes.continuation) {
      // RFC 7692 §6.1: the first fragment says whether the message is compressed.
      if (isCompressed) return "RSV1 must be clear";
      if (this.#opcode === 0) return "invalid opcode 0";
    } else if (opcode === opcodes.text || opcode === opcodes.binary) {
      // §5.4: "The fragments of one message MUST NOT be interleaved between the fragments of another message".
      if (this.#opcode !== 0) return `invalid opcode ${opcode}`;
    } else if (opcode >= opcodes.close && opcode <= opcodes.pong) {
      // §5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
      if ((first & FIN) === 0) return "FIN must be set";
      if (isCompressed) return "RSV1 must be clear";
      const length = second & 0x7f;
      // §5.5.1: a Close frame's body begins with a code of two bytes.
      if (length > 125 || (opcode === opcodes.close && length === 1))
        return `invalid payload length ${length}`;
    } else {
      return `invalid opcode ${opcode}`;
    }
    // §5.1: a client masks all its frames, a server none.
    const isMasked = (second & MASKED) !== 0;
    if (isMasked === this.#isServer) return undefined;
    return this.#isServer ? "MASK must be set" : "MASK must be clear";
  }

  /** A payload begins. Returns where its reading has come to: one without bytes needs none. */
  #begin(bytes: Buffer, at: number, to: number): number {
    const opcode = this.#first & 0x0f;
    this.#missing = this.#length;
    if (opcode >= opcodes.close) {
      this.#control = new Uint8Array(this.#length);
    } else {
      if (opcode !== opcodes.continuation) {
        this.#opcode = opcode;
        this.#isCompressed = (this.#first & RSV1) !== 0;
      }
      this.#announced += this.#length;
      if (this.#announced > this.#most) {
        this.#fail(tooBig("Max payload size exceeded"));
        return to;
      }
      if (++this.#fragments > MOST_FRAGMENTS) {
        this.#fail(tooManyFragments());
        return to;
      }
    }
    return this.#length === 0 ? this.#readPayload(bytes, at, to) : at;
  }

  /** Bytes of this message: V8 has no string for more, whatever else is allowed. */
  get #most(): number {
    return this.#opcode === opcodes.text
      ? Math.min(this.#maxPayload, constants.MAX_STRING_LENGTH)
      : this.#maxPayload;
  }

  // — payloads —————————————————————————————————————————————————————————————————————————————————————————————————————

  /** Returns where it has come to. */
  #readPayload(bytes: Buffer, at: number, to: number): number {
    const end = Math.min(to, at + this.#missing);
    if (this.#control !== undefined) {
      this.#control.set(bytes.subarray(at, end), this.#length - this.#missing);
      this.#missing -= end - at;
      if (this.#missing === 0) this.#endControl(this.#control);
      return end;
    }
    // What was read into the message's own memory is in its place.
    const isInPlace = this.#body !== undefined && bytes.buffer === this.#body.buffer;
    if (!isInPlace && end - at === this.#length && this.#isPlain) {
      this.#readWhole(bytes, at, end);
      return end;
    }
    if (!isInPlace && end > at) {
      this.#makeRoom(end - at);
      this.#body!.set(bytes.subarray(at, end), this.#bodyLength);
    }
    this.#bodyLength += end - at;
    this.#missing -= end - at;
    if (this.#missing === 0) this.#endFrame();
    return end;
  }

  /** A message in one frame, without compression. */
  get #isPlain(): boolean {
    return this.#fragments === 1 && !this.#isCompressed && (this.#first & FIN) !== 0;
  }

  /** One that is all there. */
  #readWhole(bytes: Buffer, at: number, end: number): void {
    const isText = this.#opcode === opcodes.text;
    if (this.#isServer) maskBytes(bytes, at, end - at, this.#key);
    this.#missing = -1;
    // Of a destination that was not used.
    this.#body = undefined;
    this.#endMessage();
    if (isText) this.#text(bytes, at, end);
    else this.#events.message(copy(bytes, at, end));
  }

  /** Memory for so many bytes more: what is announced is only taken when it comes. */
  #makeRoom(bytes: number): void {
    const needed = this.#bodyLength + bytes;
    const has = this.#body?.length ?? 0;
    if (has >= needed && has > 0) return;
    const announced = this.#bodyLength + this.#missing;
    // Where more fragments follow nobody knows how long the message will be.
    const isLast = (this.#first & FIN) !== 0 || this.#isCompressed;
    const wanted = Math.max(needed, 2 * has, FIRST_MEMORY);
    const body = memory(isLast ? Math.min(announced, wanted) : Math.max(needed, 2 * has));
    if (this.#body !== undefined) body.set(this.#body.subarray(0, this.#bodyLength));
    this.#body = body;
  }

  #endFrame(): void {
    this.#missing = -1;
    const isLast = (this.#first & FIN) !== 0;
    if (this.#isServer && this.#length > 0) {
      maskBytes(this.#body!, this.#bodyLength - this.#length, this.#length, this.#key);
    }
    if (this.#isCompressed) return this.#inflate(isLast);
    if (!isLast) return;
    const body = this.#takeBody();
    this.#deliver(body);
  }

  /** What was collected, in memory that is just as long. */
  #takeBody(): Uint8Array<ArrayBuffer> {
    const body = this.#body;
    const length = this.#bodyLength;
    this.#body = undefined;
    this.#bodyLength = 0;
    if (body === undefined) return new Uint8Array(0);
    return body.length === length ? body : body.slice(0, length);
  }

  #deliver(body: Uint8Array<ArrayBuffer>): void {
    const isText = this.#opcode === opcodes.text;
    this.#endMessage();
    if (!isText) this.#events.message(body);
    else this.#text(Buffer.from(body.buffer, body.byteOffset, body.length), 0, body.length);
  }

  #endMessage(): void {
    this.#opcode = 0;
    this.#isCompressed = false;
    this.#fragments = 0;
    this.#announced = 0;
  }

  /** RFC 7692 §7.2.2: fragment by fragment. What follows waits. */
  #inflate(isLast: boolean): void {
    this.#isInflating = true;
    this.#deflate!.inflate(this.#takeBody(), isLast, (result) => {
      this.#isInflating = false;
      if (this.#isOver) return;
      if (result instanceof ProtocolViolation) return this.#fail(result);
      this.#inflated(result, isLast);
      this.proceed();
      if (!this.#isOver) this.#events.inflated();
    });
  }

  #inflated(bytes: Uint8Array, isLast: boolean): void {
    this.#inflatedLength += bytes.length;
    if (this.#inflatedLength > this.#most) return this.#fail(tooBig("Max payload size exceeded"));
    this.#fragmentsInflated ??= [];
    this.#fragmentsInflated.push(bytes);
    if (!isLast) return;
    const body = memory(this.#inflatedLength);
    let at = 0;
    for (const fragment of this.#fragmentsInflated) {
      body.set(fragment, at);
      at += fragment.length;
    }
    this.#fragmentsInflated = undefined;
    this.#inflatedLength = 0;
    this.#deliver(body);
  }

  /** §8.1: text that is not UTF-8 ends the connection. */
  #text(bytes: Buffer, from: number, to: number): void {
    const text = decodeText(bytes, from, to);
    if (text === undefined) this.#fail(badText());
    else this.#events.message(text);
  }

  // — control frames: §5.5 —————————————————————————————————————————————————————————————————————————————————————————

  #endControl(data: Uint8Array): void {
    this.#missing = -1;
    this.#control = undefined;
    if (this.#isServer) maskBytes(data, 0, data.length, this.#key);
    const opcode = this.#first & 0x0f;
    if (opcode === opcodes.ping) this.#events.ping(data);
    else if (opcode === opcodes.pong) this.#events.pong(data);
    else this.#close(data);
  }

  /** §5.5.1, §7.1.5, §7.1.6. */
  #close(data: Uint8Array): void {
    if (data.length === 0) return this.#closed(NO_CODE, "");
    const code = data[0]! * 0x100 + data[1]!;
    if (!isSendableCloseCode(code)) return this.#fail(badFrame(`invalid status code ${code}`));
    const reason = decodeText(Buffer.from(data.buffer, data.byteOffset, data.length), 2, data.length);
    if (reason === undefined) this.#fail(badText());
    else this.#closed(code, reason);
  }

  #closed(code: number, reason: string): void {
    this.end();
    this.#events.closed(code, reason);
  }

  #fail(violation: ProtocolViolation): void {
    this.end();
    this.#events.failed(violation);
  }
}

function uint32(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 2 ** 24 + (bytes[at + 1]! << 16) + (bytes[at + 2]! << 8) + bytes[at + 3]!;
}

/** Not filled with zeros where that takes time: all of it will be written to. */
function memory(length: number): Uint8Array<ArrayBuffer> {
  return length < 4096 ? new Uint8Array(length) : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

let viewed: Buffer | undefined;
let view: Uint8Array = new Uint8Array(0);

/** A part of these bytes in memory of its own. A plain array's `slice` is the fastest way to it, and a Buffer has none. */
function copy(bytes: Buffer, from: number, to: number): Uint8Array<ArrayBuffer> {
  if (viewed !== bytes) {
    viewed = bytes;
    view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return view.slice(from, to);
}
