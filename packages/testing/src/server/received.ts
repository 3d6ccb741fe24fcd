// What one connection has received: the events of it, and the entry kept of each. `connection` is the number of the TCP
// connection, from 1.

import type { ProtocolViolation } from "@gundam/protocol";

/** A message that a client has sent. */
export interface ReceivedMessage {
  /** The number of its TCP connection, from 1. */
  readonly connection: number;
  /** A string for text, a Buffer for binary. */
  readonly data: string | Buffer;
}

/** A ping or a pong. */
export interface ReceivedControl {
  /** The number of its TCP connection, from 1. */
  readonly connection: number;
  /** What it carries, at most 125 bytes. */
  readonly data: Buffer;
}

/** A Close frame that a client has sent. */
export interface ReceivedClose {
  /** The number of its TCP connection, from 1. */
  readonly connection: number;
  /** 1005 when the Close frame had no code. */
  readonly code: number;
  /** The reason beside the code; "" without one. */
  readonly reason: string;
}

/** The client broke RFC 6455, or sent too much. */
export interface ReceivedViolation {
  /** The number of its TCP connection, from 1. */
  readonly connection: number;
  /** With the close code that the client is told. */
  readonly error: ProtocolViolation;
}

/** What clients send, by the name of the server's event. */
export interface Received {
  /** A message has come. */
  messageReceived: ReceivedMessage;
  /** A ping has come. */
  pingReceived: ReceivedControl;
  /** A pong has come. */
  pongReceived: ReceivedControl;
  /** A Close frame has come. */
  closeReceived: ReceivedClose;
  /** A client broke the protocol, and is told so by a Close frame. */
  violated: ReceivedViolation;
}
