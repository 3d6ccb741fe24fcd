// One side of a connection, what it told, and what it would send: for dialogues without a socket.

import { Buffer } from "node:buffer";
import { Deflate, Protocol, type Role } from "../src/index.ts";
import { negotiated } from "./negotiated.mjs";

/** An event and its facts. */
export type Told = readonly [event: string, ...facts: unknown[]];

export interface SideOptions {
  maxPayload?: number;
  maxFrameSize?: number;
  pingEvery?: number;
  /** Whether permessage-deflate was negotiated, and from how many bytes on it compresses. */
  threshold?: number;
  isContextTaken?: boolean;
  /** In place of the extension of ws. */
  deflate?: Deflate;
  /** Is called with each event, once it is recorded. */
  onEvent?: (told: Told, side: Side) => void;
}

export interface Side {
  readonly protocol: Protocol;
  readonly told: Told[];
  /** Bytes that came from the peer, in memory that is used for something else afterwards. */
  read(...chunks: readonly Uint8Array[]): void;
  /** What has to be written, taken piece by piece. */
  sent(): Buffer;
}

export function side(role: Role, options: SideOptions = {}): Side {
  const { maxPayload = 16 * 1024 * 1024, maxFrameSize = Infinity, threshold, onEvent } = options;
  const told: Told[] = [];
  const tell = (...event: Told) => {
    told.push(event);
    onEvent?.(event, one);
  };
  const { isContextTaken = true } = options;
  const deflate =
    options.deflate ??
    (threshold === undefined
      ? undefined
      : new Deflate(negotiated(role, { maxPayload, isContextTaken }), threshold));
  const protocol = new Protocol(
    role,
    { maxPayload, maxFrameSize, pingEvery: options.pingEvery ?? Infinity, deflate },
    {
      message: (message) => tell("message", message),
      ping: (data) => tell("ping", data),
      pong: (data) => tell("pong", data),
      closed: (code, reason) => tell("closed", code, reason),
      failed: ({ closeCode, message }) => tell("failed", closeCode, message),
      inflated: () => tell("inflated"),
      framed: () => tell("framed"),
    },
  );
  const one: Side = {
    protocol,
    told,
    read(...chunks) {
      for (const chunk of chunks) give(protocol, chunk);
    },
    sent() {
      const parts: Buffer[] = [];
      while (protocol.frames.byteLength > 0) parts.push(takePiece(one));
      return Buffer.concat(parts);
    },
  };
  return one;
}

function give({ receiver }: Protocol, chunk: Uint8Array): void {
  const memory = Buffer.alloc(chunk.length + 20, 0xee);
  memory.set(chunk, 7);
  receiver.receive(memory, 7, 7 + chunk.length);
  memory.fill(0xee);
}

/** The next piece as the kernel would take it. */
export function takePiece({ protocol: { frames } }: Side): Buffer {
  const piece = frames.take();
  const bytes = Buffer.from(piece.bytes);
  frames.giveBack(piece);
  return bytes;
}

/** Passes when all that zlib has to do for this side is done. */
export async function settled({ protocol }: Side): Promise<void> {
  while (protocol.waiting > 0 || protocol.receiver.isInflating) await immediate();
}

export function immediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A frame as §5.2 draws it. */
export interface Drawn {
  fin: boolean;
  reserved: number;
  opcode: number;
  key: Buffer | undefined;
  payload: Buffer;
}

/** Reads frames by the book, and with nothing of what is tested. */
export function draw(bytes: Uint8Array): Drawn[] {
  const all = Buffer.from(bytes);
  const drawn: Drawn[] = [];
  for (let at = 0; at < all.length; ) {
    const [first, second] = [all[at]!, all[at + 1]!];
    at += 2;
    let length = second & 0x7f;
    if (length === 126) {
      length = all.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(all.readBigUInt64BE(at));
      at += 8;
    }
    const key = second & 0x80 ? all.subarray(at, at + 4) : undefined;
    if (key !== undefined) at += 4;
    const payload = Buffer.from(all.subarray(at, at + length));
    if (payload.length < length) throw new Error(`a frame of ${length} bytes has only ${payload.length}`);
    if (key !== undefined) for (let i = 0; i < length; i++) payload[i]! ^= key[i & 3]!;
    drawn.push({ fin: (first & 0x80) !== 0, reserved: (first >> 4) & 7, opcode: first & 15, key, payload });
    at += length;
  }
  return drawn;
}

/** Bytes of which none is like its neighbours. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + (i >> 16)) & 0xff;
  return bytes;
}
