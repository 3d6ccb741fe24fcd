// What one connection has received: the events of it, and the entry kept of each. `connection` is the number of the TCP
// connection, from 1.

import type { ProtocolViolation } from "@gundam/protocol";

export interface ReceivedMessage {
  readonly connection: number;
  /** A string for text, a Buffer for binary. */
  readonly data: string | Buffer;
}

/** A ping or a pong. */
export interface ReceivedControl {
  readonly connection: number;
  readonly data: Buffer;
}

export interface ReceivedClose {
  readonly connection: number;
  /** 1005 when the Close frame had no code. */
  readonly code: number;
  readonly reason: string;
}

/** The client broke RFC 6455, or sent too much. */
export interface ReceivedViolation {
  readonly connection: number;
  /** With the close code that the client is told. */
  readonly error: ProtocolViolation;
}

export interface Received {
  messageReceived: ReceivedMessage;
  pingReceived: ReceivedControl;
  pongReceived: ReceivedControl;
  closeReceived: ReceivedClose;
  violated: ReceivedViolation;
}
