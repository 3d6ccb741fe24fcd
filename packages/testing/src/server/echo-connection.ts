// One open WebSocket connection of the server, on a socket of its own. The protocol reads and makes the frames, and answers
// none by itself: every habit of a well-behaved peer (echo, pong, the closing handshake, FIN) is had here, and can be
// switched off.

import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import {
  Deflate,
  type PerMessageDeflate,
  Protocol,
  type ProtocolEvents,
  type ProtocolViolation,
} from "@gundam/protocol";
import type { Behaviour, Closing, Drop } from "./behaviour.ts";
import { closeBody } from "./frames.ts";
import { maxPayload } from "./negotiation.ts";
import { Outlet } from "./outlet.ts";
import { type RateLimit, tooFast } from "./rate-limit.ts";
import type { Received } from "./received.ts";

/** Is told what the client has sent. */
type Note = (...received: { [Event in keyof Received]: [Event, Received[Event]] }[keyof Received]) => void;

/** Why the server does not read from the socket. */
type Hold = "silent" | "stopped" | "receiver full" | "outlet full";

/** Bytes waiting to leave before the server reads no more, so that a client which never reads costs bounded memory. */
const OUTLET_LIMIT = 4 * 1024 * 1024;

/** The same of bytes waiting to be read, for what is inflated before them; a reset of TCP loses what it has not taken. */
const HELD_LIMIT = 1024 * 1024;

export interface EchoConnectionInit {
  readonly id: number;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly protocol: string;
  /** As negotiated. */
  readonly deflate: PerMessageDeflate | undefined;
  /** The stream that carries the frames: TCP itself, or TLS over it. */
  readonly socket: Socket;
  /** TCP, also under TLS. */
  readonly tcp: Socket;
  readonly behaviour: Behaviour;
  readonly note: Note;
}

/**
 * One open WebSocket connection of the server, with its own habits: what it does with messages, pings and Close can be
 * switched off, and bytes sent that break the rules.
 *
 * @example
 * server.on("opened", (connection) => {
 *   connection.echo = false;
 *   connection.send(`welcome to ${connection.url}`);
 * });
 */
export class EchoConnection {
  /** The number of the TCP connection, from 1. */
  readonly id: number;
  /** Path and query as sent. */
  readonly url: string;
  /** Of the upgrade request. */
  readonly headers: IncomingHttpHeaders;
  /** The subprotocol answered; empty when none. */
  readonly protocol: string;
  /** Whether messages are echoed. */
  echo: boolean;
  /** Whether pings are answered. */
  pong: boolean;
  /** What the client's Close earns. */
  closing: Closing;
  /** Whoever is faster is closed. */
  rateLimit: RateLimit | undefined;

  readonly #socket: Socket;
  readonly #tcp: Socket;
  readonly #note: Note;
  readonly #outlet: Outlet;
  readonly #wire: Protocol;
  readonly #holds: Set<Hold> = new Set();
  #dropped = false;
  /** TCP is to end once all that was sent has left; with permessage-deflate some of it may yet have to be compressed. */
  #ending = false;

  constructor(init: EchoConnectionInit) {
    const { id, url, headers, protocol, deflate, socket, tcp, behaviour, note } = init;
    this.id = id;
    this.url = url;
    this.headers = headers;
    this.protocol = protocol;
    this.echo = behaviour.echo;
    this.pong = behaviour.pong;
    this.closing = behaviour.closing;
    this.rateLimit = behaviour.rateLimit;
    this.#socket = socket;
    this.#tcp = tcp;
    this.#note = note;
    this.#outlet = new Outlet(socket);
    this.#outlet.limit(behaviour.bytesPerSecond);
    this.#wire = new Protocol(
      "server",
      { maxPayload, maxFrameSize: Number.POSITIVE_INFINITY, deflate: deflate && new Deflate(deflate, 0) },
      this.#events(),
    );
    this.#listen();
  }

  /** False once TCP is gone or `drop()` has ended it. */
  get isLive(): boolean {
    return !this.#dropped && !this.#socket.destroyed;
  }

  /** Whether what is sent may leave: TCP is up, and no Close frame was sent before. */
  get canSend(): boolean {
    return this.isLive && !this.#wire.isCloseSent;
  }

  /** What was sent, and has not left. */
  get waitingBytes(): number {
    return this.isLive ? this.#wire.waitingBytes + this.#outlet.writableLength : 0;
  }

  /** Sends a message: text for a string, binary for bytes. */
  send(message: string | Uint8Array): void {
    if (!this.isLive) return;
    this.#wire.send(message);
    this.#flush();
  }

  /** Sends a ping with this data, at most 125 bytes. */
  ping(data: string | Uint8Array = ""): void {
    this.#wire.ping(Buffer.from(data));
    this.#flush();
  }

  /** Sends bytes as they are, after the frames already sent (with permessage-deflate, maybe before some of them). */
  sendRaw(bytes: string | Uint8Array): void {
    this.#outlet.write(bytes);
  }

  /** Sends a Close frame with any code and reason, lawful or not. TCP ends when the client has answered. */
  close(code?: number, reason: string = ""): void {
    this.#wire.closeWith(closeBody(code, reason));
    this.#flush();
  }

  /** Ends TCP with no Close frame. What waits to be sent is lost, as when a process dies. */
  drop(how: Drop = "fin"): void {
    this.#dropped = true;
    this.#wire.end();
    this.#holds.clear();
    this.#outlet.destroy();
    dropSocket(this.#socket, this.#tcp, how);
  }

  /** Half-open: from here on nothing is read and nothing leaves, while TCP stays up. */
  silence(): void {
    this.#outlet.hold();
    this.#hold("silent");
  }

  /** Ends `silence()`: what waited on both sides arrives, late and in order. */
  speak(): void {
    this.#outlet.release();
    this.#unhold("silent");
  }

  /** Reads no more, so that TCP's window fills and the client's buffer grows; pushed messages still leave. */
  stopReading(): void {
    this.#hold("stopped");
  }

  /** Reads again after `stopReading`. */
  resumeReading(): void {
    this.#unhold("stopped");
  }

  /** Sends this much at most; `Infinity` for no limit. */
  slow(bytesPerSecond: number): void {
    this.#outlet.limit(bytesPerSecond);
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.once("end", () => {
      if (this.closing === "answer") this.#end();
    });
    socket.once("close", () => this.#gone());
    // Writing to a socket that a fault has destroyed is no news.
    this.#outlet.on("error", () => {});
    this.#outlet.on("drain", () => this.#pace());
  }

  #events(): ProtocolEvents {
    return {
      message: (message) => this.#messageReceived(message),
      ping: (data) => this.#pingReceived(bufferOf(data)),
      pong: (data) => this.#note("pongReceived", { connection: this.id, data: bufferOf(data) }),
      closed: (code, reason) => this.#closeReceived(code, reason),
      failed: (violation) => this.#violated(violation),
      inflated: () => this.#goneOn(),
      framed: () => this.#flush(),
    };
  }

  // — in —

  #read(chunk: Buffer): void {
    const { receiver } = this.#wire;
    receiver.receive(chunk, 0, chunk.length);
    if (receiver.heldBytes > HELD_LIMIT) this.#hold("receiver full");
  }

  #messageReceived(message: string | Uint8Array): void {
    const data = typeof message === "string" ? message : bufferOf(message);
    this.#note("messageReceived", { connection: this.id, data });
    if (this.rateLimit?.isTooMany(performance.now())) {
      this.echo = false;
      this.rateLimit = undefined;
      return this.close(tooFast.code, tooFast.reason);
    }
    if (this.echo) this.send(message);
  }

  #pingReceived(data: Buffer): void {
    this.#note("pingReceived", { connection: this.id, data });
    if (!this.pong) return;
    this.#wire.pong(data);
    this.#flush();
  }

  #closeReceived(code: number, reason: string): void {
    this.#note("closeReceived", { connection: this.id, code, reason });
    if (this.closing !== "ignore") {
      // RFC 6455 §5.5.1: the answer echoes the code; 1005 says that there was none.
      this.close(code === 1005 ? undefined : code);
      if (this.closing === "answer") this.#end();
    }
    this.#goneOn();
  }

  #violated(error: ProtocolViolation): void {
    this.#note("violated", { connection: this.id, error });
    this.close(error.closeCode);
    this.#end();
    this.#goneOn();
  }

  /** What was held may have been read. */
  #goneOn(): void {
    const { receiver } = this.#wire;
    if (receiver.heldBytes === 0) this.#unhold("receiver full");
    // What was read was received, though TCP may be gone before it is inflated.
    if (this.#socket.destroyed && !receiver.isInflating) this.#wire.end();
  }

  #gone(): void {
    this.#outlet.destroy();
    this.#pace();
    this.#goneOn();
  }

  // — out —

  #flush(): void {
    const { frames } = this.#wire;
    while (frames.byteLength > 0) {
      const piece = frames.take();
      // A copy, for the outlet may hold it back.
      if (!this.#outlet.writableEnded) this.#outlet.write(Buffer.from(piece.bytes));
      frames.giveBack(piece);
    }
    if (this.#ending) this.#end();
    this.#pace();
  }

  /** As much is read as may be answered. */
  #pace(): void {
    const { receiver, waitingBytes } = this.#wire;
    if (this.isLive && waitingBytes + this.#outlet.writableLength > OUTLET_LIMIT) {
      this.#hold("outlet full");
      receiver.pause();
    } else if (this.#holds.has("outlet full")) {
      this.#unhold("outlet full");
      receiver.resume();
      receiver.proceed();
      this.#goneOn();
    }
  }

  #end(): void {
    this.#ending = true;
    if (this.#wire.waiting === 0) this.#outlet.end();
  }

  // — whether it reads —

  #hold(why: Hold): void {
    if (!this.isLive) return;
    this.#holds.add(why);
    this.#socket.pause();
  }

  #unhold(why: Hold): void {
    if (this.#holds.delete(why) && this.#holds.size === 0) this.#socket.resume();
  }
}

/** The same memory: the protocol gives each message its own. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Sends one message as it is, or many with their number: `message 1`, `message 2`, … */
export function flood(connection: EchoConnection, count: number, message: string): void {
  for (let number = 1; number <= count; number += 1) {
    connection.send(count === 1 ? message : `${message} ${number}`);
  }
}

/** Ends TCP: by FIN, once what was written has left, or by RST. */
export function dropSocket(socket: Socket, tcp: Socket, how: Drop): void {
  if (how === "rst") {
    // libuv resets no connection that is shutting down, and Node would keep it for ever.
    if (socket.writableEnded) tcp.destroy();
    else tcp.resetAndDestroy();
    return;
  }
  socket.end();
  // A socket closed with unread bytes sends RST; read on until the client has ended its side.
  socket.once("end", () => socket.destroy());
  socket.resume();
}
