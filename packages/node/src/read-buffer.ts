// Where the bytes of a socket are read to. Plain TCP reads into one buffer that all connections share, for what is read
// is used before the next one reads; the bytes of a long message are read to where they will stay. Over TLS Node has a
// buffer of its own for each read.

import type { OnReadOpts, Socket } from "node:net";

/** Who takes what was read. */
export interface Reader {
  /** The first `length` bytes are only valid until this returns, unless they were read into `destination`. */
  receive(bytes: Buffer, length: number): void;
  /** Where to read to next, if not to where all do. */
  readonly destination: Uint8Array | undefined;
}

const reader = Symbol("reader");

/** A socket that reads into the shared buffer. */
interface SharingSocket extends Socket {
  [reader]: Reader | undefined;
}

const shared = Buffer.allocUnsafeSlow(64 * 1024);
/** For the socket that has just read. */
let destination: Uint8Array | undefined;

/** For `net.connect`. Until the socket has a reader it is a stream as any other. */
export const onread: OnReadOpts = {
  buffer() {
    const buffer = destination ?? shared;
    destination = undefined;
    return buffer;
  },
  callback: function read(this: SharingSocket, length: number, bytes: Uint8Array): boolean {
    const mine = this[reader];
    if (mine === undefined) return this.push(Buffer.from(bytes.subarray(0, length)));
    mine.receive(bytes as Buffer, length);
    destination = mine.destination;
    return true;
  } as OnReadOpts["callback"],
};

/** The socket was made with `onread`. */
export function shareBuffer(socket: Socket): void {
  (socket as SharingSocket)[reader] = undefined;
}

/** From now on the reader has what the socket reads, once it is resumed. */
export function readTo(socket: Socket, mine: Reader): void {
  if (reader in socket) (socket as SharingSocket)[reader] = mine;
  else socket.on("data", (bytes: Buffer) => mine.receive(bytes, bytes.length));
}
