// One open WebSocket connection of the server, on a socket of its own: ws's codec reads and writes the frames, and every
// habit of a well-behaved peer (echo, pong, the closing handshake, FIN) can be switched off here.

import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Behaviour, Closing, Drop } from "./behaviour.ts";
import { codec, type Extensions, maxPayload, type Receiver, type Sender } from "./codec.ts";
import { closeFrame } from "./frames.ts";
import { Outlet } from "./outlet.ts";
import type { Received } from "./received.ts";

/** Is told what the client has sent. */
type Note = (...received: { [Event in keyof Received]: [Event, Received[Event]] }[keyof Received]) => void;

/** Why the server does not read from the socket. */
type Hold = "silent" | "stopped" | "receiver full" | "outlet full";

/** Bytes waiting to leave before the server reads no more, so that a client which never reads costs bounded memory. */
const OUTLET_LIMIT = 4 * 1024 * 1024;

export interface EchoConnectionInit {
  readonly id: number;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly protocol: string;
  readonly extensions: Extensions;
  /** The stream that carries the frames: TCP itself, or TLS over it. */
  readonly socket: Socket;
  /** TCP, also under TLS. */
  readonly tcp: Socket;
  readonly behaviour: Behaviour;
  readonly note: Note;
}

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

  readonly #socket: Socket;
  readonly #tcp: Socket;
  readonly #note: Note;
  readonly #outlet: Outlet;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #extensions: Extensions;
  readonly #holds: Set<Hold> = new Set();
  #dropped = false;
  #closeSent = false;
  /** Our Close has left; with permessage-deflate it may have had to wait for messages being compressed. */
  #closeWritten = false;
  /** TCP is to end once our Close has left. */
  #ending = false;
  /** Whether inbound bytes still mean anything; not after the client's Close, nor after a frame against the rules. */
  #receiving = true;

  constructor(init: EchoConnectionInit) {
    const { id, url, headers, protocol, extensions, socket, tcp, behaviour, note } = init;
    this.id = id;
    this.url = url;
    this.headers = headers;
    this.protocol = protocol;
    this.echo = behaviour.echo;
    this.pong = behaviour.pong;
    this.closing = behaviour.closing;
    this.#socket = socket;
    this.#tcp = tcp;
    this.#note = note;
    this.#extensions = extensions;
    this.#outlet = new Outlet(socket);
    this.#outlet.limit(behaviour.bytesPerSecond);
    this.#sender = new codec.Sender(this.#outlet, extensions);
    this.#receiver = new codec.Receiver({ isServer: true, maxPayload, extensions });
    this.#listen();
  }

  /** False once TCP is gone or `drop()` has ended it. */
  get isLive(): boolean {
    return !this.#dropped && !this.#socket.destroyed;
  }

  /** Sends a message: text for a string, binary for bytes. */
  send(message: string | Uint8Array): void {
    this.#send(message, typeof message !== "string");
  }

  ping(data: string | Uint8Array = ""): void {
    this.#sender.ping(data, false);
  }

  /** Sends bytes as they are, after the frames already sent (with permessage-deflate, maybe before some of them). */
  sendRaw(bytes: string | Uint8Array): void {
    this.#outlet.write(bytes);
  }

  /** Sends a Close frame with any code and reason, lawful or not. TCP ends when the client has answered. */
  close(code?: number, reason: string = ""): void {
    if (this.#closeSent) return;
    this.#closeSent = true;
    const written = () => {
      this.#closeWritten = true;
      this.#endWhenClosed();
    };
    try {
      this.#sender.close(code, reason, false, written);
    } catch {
      // The codec refuses what RFC 6455 forbids; a fault server was asked for just that.
      this.#outlet.write(closeFrame(code, reason), written);
    }
  }

  /** Ends TCP with no Close frame. What waits to be sent is lost, as when a process dies. */
  drop(how: Drop = "fin"): void {
    this.#dropped = true;
    this.#receiving = false;
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
    socket.once("end", () => this.#clientEnded());
    socket.once("close", () => this.#gone());
    // Writing to a socket that a fault has destroyed is no news.
    this.#outlet.on("error", () => {});
    this.#outlet.on("drain", () => this.#unhold("outlet full"));
    this.#receiver.on("drain", () => this.#unhold("receiver full"));
    this.#receiver.on("message", (data: Buffer, isBinary: boolean) => this.#messageReceived(data, isBinary));
    this.#receiver.on("ping", (data: Buffer) => this.#pingReceived(data));
    this.#receiver.on("pong", (data: Buffer) => this.#note("pongReceived", { connection: this.id, data }));
    this.#receiver.on("conclude", (code: number, reason: Buffer) =>
      this.#closeReceived(code, String(reason)),
    );
    this.#receiver.on("error", (error) => this.#violated(error));
  }

  #read(chunk: Buffer): void {
    if (!this.#receiving) return;
    const full = !this.#receiver.write(chunk);
    // The chunk may have held the client's last word, after which no drain comes.
    if (full && this.#receiving) this.#hold("receiver full");
  }

  #messageReceived(data: Buffer, isBinary: boolean): void {
    // A copy: a slice would keep the whole chunk it was read with in memory.
    this.#note("messageReceived", { connection: this.id, data: isBinary ? Buffer.from(data) : String(data) });
    if (this.echo) this.#send(data, isBinary);
  }

  #pingReceived(data: Buffer): void {
    this.#note("pingReceived", { connection: this.id, data });
    if (this.pong) this.#sender.pong(data, false);
  }

  #closeReceived(code: number, reason: string): void {
    this.#receiving = false;
    this.#unhold("receiver full");
    this.#note("closeReceived", { connection: this.id, code, reason });
    if (this.closing === "ignore") return;
    // RFC 6455 §5.5.1: the answer echoes the code; 1005 says that there was none.
    this.close(code === 1005 ? undefined : code);
    this.#ending = this.closing === "answer";
    this.#endWhenClosed();
  }

  #violated(error: Error & { code?: string }): void {
    this.#receiving = false;
    this.#unhold("receiver full");
    this.#note("violated", { connection: this.id, error });
    this.close(closeCodes[error.code ?? ""] ?? 1002);
    this.#ending = true;
    this.#endWhenClosed();
  }

  #endWhenClosed(): void {
    if (this.#ending && this.#closeWritten) this.#outlet.end();
  }

  #clientEnded(): void {
    if (this.closing === "answer") this.#outlet.end();
  }

  #gone(): void {
    this.#receiving = false;
    this.#outlet.destroy();
    // What was read was received, though it may still be inflated; and to end ws's permessage-deflate while it inflates is
    // a TypeError that nobody can catch.
    this.#receiver.once("finish", () => {
      for (const extension of Object.values(this.#extensions)) extension.cleanup();
    });
    this.#receiver.end();
  }

  #send(message: string | Uint8Array, binary: boolean): void {
    if (this.#closeSent || this.#outlet.writableEnded || this.#outlet.destroyed) return;
    const compress = Object.keys(this.#extensions).length > 0;
    this.#sender.send(message, { binary, compress, fin: true, mask: false });
    if (this.#outlet.writableLength > OUTLET_LIMIT) this.#hold("outlet full");
  }

  #hold(why: Hold): void {
    this.#holds.add(why);
    this.#socket.pause();
  }

  #unhold(why: Hold): void {
    if (this.#holds.delete(why) && this.#holds.size === 0) this.#socket.resume();
  }
}

/** RFC 6455 §7.4.1, for what ws's Receiver reports; whatever else is a protocol error, 1002. */
const closeCodes: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};

/** Sends one message as it is, or many with their number: `message 1`, `message 2`, … */
export function flood(connection: EchoConnection, count: number, message: string): void {
  for (let number = 1; number <= count; number += 1) {
    connection.send(count === 1 ? message : `${message} ${number}`);
  }
}

/** Ends TCP: by FIN, once what was written has left, or by RST. */
export function dropSocket(socket: Socket, tcp: Socket, how: Drop): void {
  if (how === "rst") {
    tcp.resetAndDestroy();
    return;
  }
  socket.end();
  // A socket closed with unread bytes sends RST; read on until the client has ended its side.
  socket.once("end", () => socket.destroy());
  socket.resume();
}
