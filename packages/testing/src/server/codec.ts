// ws's own codec: its Receiver, Sender and permessage-deflate, without its WebSocket. A WebSocket always answers Close,
// always ends TCP afterwards and never stays silent, which are the very habits that a fault server has to break.
// ws exports these classes; only their types are missing from @types/ws.

import type { Writable } from "node:stream";
import * as ws from "ws";

/** Turns bytes into `message`, `ping`, `pong` and `conclude` (the peer's Close) events. */
export type Receiver = Writable;

/** Turns messages into frames, compressed when that was negotiated, always in order. */
export interface Sender {
  send(
    data: string | Uint8Array,
    options: { binary: boolean; compress: boolean; fin: true; mask: false },
  ): void;
  ping(data: string | Uint8Array, mask: false): void;
  pong(data: string | Uint8Array, mask: false): void;
  /** Throws for a code or a reason that RFC 6455 forbids. */
  close(code: number | undefined, reason: string | Uint8Array, mask: false, written: () => void): void;
}

/** permessage-deflate as negotiated for one connection. */
export interface Deflate {
  readonly params: Record<string, unknown>;
  accept(offers: readonly unknown[]): void;
  cleanup(): void;
}

export type Extensions = Record<string, Deflate>;

interface Codec {
  Receiver: new (options: { isServer: true; maxPayload: number; extensions: Extensions }) => Receiver;
  Sender: new (socket: Writable, extensions: Extensions) => Sender;
  PerMessageDeflate: (new (options: {
    isServer: true;
    maxPayload: number;
  }) => Deflate) & {
    readonly extensionName: string;
  };
  extension: {
    parse(header: string): Record<string, unknown[]>;
    format(extensions: Record<string, unknown[]>): string;
  };
  subprotocol: { parse(header: string): Set<string> };
}

export const codec: Codec = ws as unknown as Codec;

/** Larger messages are answered with Close 1009; the largest that a test of big messages may need. */
export const maxPayload: number = 128 * 1024 * 1024;
