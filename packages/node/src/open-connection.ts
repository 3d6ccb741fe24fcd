// An open connection: from the opening handshake to the loss. It joins a socket to the protocol's engine, turns what that
// says into the transport's words, and watches that what is sent also leaves.

import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import {
  CloseError,
  ConnectError,
  type Failure,
  type GundamError,
  type Message,
  ProtocolError,
  SendTimeoutError,
  type TransportListener,
} from "@gundam/core";
import { type Deflate, Protocol, type ProtocolEvents, type ProtocolViolation } from "@gundam/protocol";
import { absorb, codeOf } from "./dial/phase.ts";
import { linger } from "./lingering.ts";
import type { ResolvedNodeOptions } from "./node-options.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { pauseTogether } from "./other-runtimes.ts";
import { type Reader, readTo } from "./read-buffer.ts";
import { SocketWriter, type SocketWriterListener } from "./socket-writer.ts";

/** RFC 6455 §7.1.5: what a connection is closed with that ends without a Close frame. */
const ABNORMAL = 1006;
/**
 * A peer that may be found dead is pinged after so many bytes: a question behind megabytes on their way is answered late,
 * and what the kernels hold of them nobody tells.
 */
const PING_EVERY = 64 * 1024;
/** What may be read while it must wait, in bytes. */
const MOST_HELD = 16 * 1024;

const settled = Promise.resolve();

export interface OpenConnectionInit {
  /** That carries the frames: TCP itself, or TLS over it. */
  readonly socket: Socket;
  /** TCP, also under TLS. */
  readonly tcp: Socket;
  /** Where it leads, for error texts. */
  readonly place: string;
  readonly options: ResolvedNodeOptions;
  readonly deflate: Deflate | undefined;
  /** Whether all microtasks run between two messages, as they do between two tasks of a browser. */
  readonly takesTurns: boolean;
}

export class OpenConnection implements ProtocolEvents, Reader, SocketWriterListener {
  readonly #socket: Socket;
  readonly #tcp: Socket;
  readonly #place: string;
  readonly #options: ResolvedNodeOptions;
  readonly #takesTurns: boolean;
  readonly #protocol: Protocol;
  readonly #writer: SocketWriter;
  /** Undefined when nothing is to be told any more: lost, or abandoned. */
  #listener: TransportListener | undefined;
  #isWatched = false;
  #isPaused = false;
  #later: (() => void) | undefined = undefined;
  /** The end of TCP was read: nothing more leaves, and nothing holds back what came before it. */
  #hasEnded = false;
  #socketError: Error | undefined = undefined;
  /** The peer's stall was told; until all has left, it is the same one. */
  #troubled = false;
  /** What `deadline` was when it was last asked for. */
  #knownDeadline = Infinity;

  constructor(
    { socket, tcp, place, options, deflate, takesTurns }: OpenConnectionInit,
    listener: TransportListener,
  ) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.#place = place;
    this.#options = options;
    this.#takesTurns = takesTurns;
    this.#listener = listener;
    const { maxPayload, maxFrameSize, keepalive, heartbeat } = options.wsOpts;
    const isJudged = Math.min(keepalive, heartbeat?.watch.patience ?? Infinity) < Infinity;
    const pingEvery = isJudged ? PING_EVERY : Infinity;
    this.#protocol = new Protocol("client", { maxPayload, maxFrameSize, pingEvery, deflate }, this);
    this.#writer = new SocketWriter(socket, this.#protocol, nodeRuntime.now, this);
    pauseTogether(socket, tcp);
    // Whatever the libraries of the way here have made of it.
    socket.setNoDelay(options.tcpOpts.noDelay !== false);
    // In place of whoever only kept an error from ending the process.
    socket.off("error", absorb).on("error", (cause) => {
      this.#socketError ??= cause;
      socket.destroy();
    });
    const ended = () => this.#ended();
    socket.on("end", ended).on("close", ended);
  }

  /** Begins to read, with what came glued to the server's answer: as late as if it had come by itself. */
  start(head: Buffer): void {
    if (head.length > 0) {
      this.#protocol.receiver.pause();
      this.#protocol.receiver.receive(head, 0, head.length);
      this.#goOnLater();
    }
    readTo(this.#socket, this);
    if (this.#isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  // — the socket's side ————————————————————————————————————————————————————————————————————————————————————————————

  get destination(): Uint8Array | undefined {
    return this.#protocol.receiver.destination;
  }

  receive(bytes: Buffer, length: number): void {
    const { receiver } = this.#protocol;
    // A socket that is paused in the tick in which it was resumed reads once more.
    if (this.#isPaused) receiver.pause();
    receiver.receive(bytes, 0, length);
    this.#hold();
  }

  /** What was read may have to wait: for what is inflated before it, for us, or for its turn. */
  #hold(): void {
    const { receiver } = this.#protocol;
    if (this.#isPaused || receiver.heldBytes > MOST_HELD) this.#socket.pause();
    if (this.#isPaused) return receiver.pause();
    if (!this.#takesTurns) return;
    if (receiver.heldBytes === 0) receiver.resume();
    else if (!receiver.isInflating) this.#goOnLater();
  }

  /** What was held is told, and then more is read. */
  goOn(): void {
    const { receiver } = this.#protocol;
    if (this.#isPaused) return;
    receiver.resume();
    receiver.proceed();
    this.#settle();
  }

  #settle(): void {
    this.#hold();
    if (this.#protocol.receiver.heldBytes === 0 && !this.#isPaused) this.#socket.resume();
  }

  /** Goes on when all microtasks have run, those that they bring forth, too. */
  #goOnLater(): void {
    this.#later ??= () => process.nextTick(goOn, this);
    // Node's `queueMicrotask` takes three times as long.
    void settled.then(this.#later);
  }

  /** TCP has ended, or is gone. What was read before is told first, whoever wants to wait. */
  #ended(): void {
    const { receiver } = this.#protocol;
    if (this.#listener !== undefined) {
      this.#hasEnded = true;
      receiver.resume();
      receiver.proceed();
      if (!receiver.isInflating) this.#dropped();
    }
    this.#writer.look();
    this.#socket.destroy();
    if (this.#socket.closed && this.#listener === undefined) this.#protocol.end();
  }

  filled(): void {
    // An earlier deadline that is known will be looked at again when it has passed: over TLS every message comes here.
    const deadline = this.#writer.movedAt + this.#options.tcpOpts.sendTimeout;
    if (deadline < this.#knownDeadline) this.#listener?.rescheduled();
  }

  moved(): void {
    if (this.#isWatched) this.#listener?.taken();
  }

  drained(): void {
    this.#troubled = false;
    this.moved();
  }

  // — the protocol's side ——————————————————————————————————————————————————————————————————————————————————————————

  message(message: Message): void {
    if (this.#takesTurns && !this.#hasEnded) this.#protocol.receiver.pause();
    this.#listener?.message(message);
  }

  ping(data: Uint8Array): void {
    this.sendPong(data);
    this.#listener?.ping(data);
  }

  pong(data: Uint8Array): void {
    this.#listener?.pong(data);
  }

  /** RFC 6455 §5.5.1: the answer to a Close frame is a Close frame. Whose it is ends TCP. */
  closed(code: number, reason: string): void {
    this.#protocol.close(code, reason);
    this.#leave();
    const error = new CloseError(code, reason);
    this.#lose({ kind: "close", phase: "open", code, reason, wasClean: true, error, byUs: false });
  }

  failed(violation: ProtocolViolation): void {
    const { closeCode: code, message: problem } = violation;
    this.#protocol.close(code);
    this.#linger();
    const hint = code === 1009 ? "; raise wsOpts.maxPayload if messages may be that large" : "";
    const message = `failed the connection to ${this.#place} (${code}): ${problem}${hint}`;
    const error = new ProtocolError(message, code, { cause: violation });
    this.#lose({ kind: "protocol", phase: "open", code, error, byUs: true });
  }

  inflated(): void {
    if (this.#hasEnded) this.#ended();
    else this.#settle();
  }

  framed(): void {
    this.#write();
    // So that nobody need ask for what is out to be forgotten.
    this.hasTaken(0);
    this.moved();
  }

  // — the driver's side ————————————————————————————————————————————————————————————————————————————————————————————

  get bufferedAmount(): number {
    return this.#writer.bufferedAmount + this.#protocol.waitingBytes;
  }

  /** How many messages, or pieces of 64 KiB of them, wait. */
  get bufferedMessages(): number {
    return this.#protocol.frames.waiting + this.#protocol.waiting;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get deadline(): number {
    const { filled, movedAt } = this.#writer;
    this.#knownDeadline = filled && !this.#troubled ? movedAt + this.#options.tcpOpts.sendTimeout : Infinity;
    return this.#knownDeadline;
  }

  /** Once the end of TCP was read nobody is there, although what came before it may have yet to be told. */
  takes(): boolean {
    if (this.#hasEnded) this.#listener?.ending();
    return this.#listener !== undefined && !this.#hasEnded;
  }

  send(message: Message): void {
    this.#protocol.send(message);
    this.#write();
  }

  mark(): number {
    return this.#protocol.mark;
  }

  hasTaken(mark: number): boolean {
    return this.#protocol.isWithin(this.#writer.taken, mark);
  }

  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
  }

  sendPing(data: Uint8Array): void {
    this.#protocol.ping(data);
    this.#write();
  }

  sendPong(data: Uint8Array): void {
    this.#protocol.pong(data);
    this.#write();
  }

  /** Something failed that does not end the connection. */
  trouble(error: GundamError): void {
    this.#listener?.troubled(error);
  }

  pause(afterRead = false): void {
    if (this.#hasEnded) return;
    this.#isPaused = true;
    if (!afterRead) this.#protocol.receiver.pause();
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    process.nextTick(goOn, this);
  }

  close(code: number, reason: string): void {
    this.resume();
    this.#protocol.close(code, reason);
    this.#write();
  }

  abandon(code?: number, reason = ""): void {
    const live = this.#listener !== undefined;
    this.#listener = undefined;
    if (code === ABNORMAL) return this.#reset();
    if (code === undefined) this.#socket.destroy();
    else if (live) {
      this.#protocol.close(code, reason);
      this.#linger();
    }
  }

  expire(now: number): void {
    if (now >= this.deadline) this.#stalled();
  }

  info(): Readonly<Record<string, unknown>> {
    const socket = this.#socket;
    const { localAddress, localPort, remoteAddress, remotePort, remoteFamily, bytesRead, bytesWritten } =
      socket;
    const tls = socket instanceof TLSSocket ? tlsFacts(socket) : undefined;
    return {
      localAddress,
      localPort,
      remoteAddress,
      remotePort,
      family: remoteFamily,
      tls,
      bytesRead,
      bytesWritten,
    };
  }

  /** What is sent once the end was read reaches nobody, and is not to seem to. */
  #write(): void {
    if (!this.#hasEnded) this.#writer.write();
  }

  #stalled(): void {
    const { sendTimeout, sendTimeoutClose } = this.#options.tcpOpts;
    const error = new SendTimeoutError(
      `${this.#place} has taken none of ${this.bufferedAmount} bytes for tcpOpts.sendTimeout (${sendTimeout} ms)`,
    );
    if (sendTimeoutClose === false) {
      this.#troubled = true;
      this.#listener?.troubled(error);
    } else {
      // First, for Node tells of a reset under TLS within its call.
      this.#lose({ kind: "dead", phase: "open", code: ABNORMAL, error, byUs: true });
      this.#reset();
    }
  }

  #dropped(): void {
    // Most connections come here after their end was told: no error is made for nobody.
    if (this.#listener === undefined) return;
    const cause = this.#socketError;
    const message = `the connection to ${this.#place} ended without a Close frame${cause ? ` (${codeOf(cause)})` : ""}`;
    const error = new ConnectError("open", message, { cause });
    this.#lose({ kind: "network", phase: "open", code: ABNORMAL, wasClean: false, error, byUs: false });
  }

  #lose(failure: Failure): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.lost(failure);
  }

  // — the end of TCP ———————————————————————————————————————————————————————————————————————————————————————————————

  /** Destroys the socket as soon as all has left: the peer has sent its last frame. */
  #leave(): void {
    this.#socket.once("finish", () => this.#socket.destroy());
    this.#writer.end();
    if (this.bufferedAmount > 0) this.#bePatient();
  }

  /** Lets all leave, and gives a peer that is still sending the time to read why. */
  #linger(): void {
    this.#protocol.receiver.end();
    this.#socket.resume();
    this.#writer.end();
    this.#bePatient();
  }

  /** Nobody asks for the deadline any more: a peer that takes nothing is not waited for longer than before. */
  #bePatient(): void {
    const { sendTimeout } = this.#options.tcpOpts;
    linger(this.#socket, () => {
      const { filled, movedAt } = this.#writer;
      return filled ? nodeRuntime.now() - movedAt < sendTimeout : this.#protocol.waiting > 0;
    });
  }

  /** What the peer has not got yet shall not reach it any more, for newer messages may go over the next connection. */
  #reset(): void {
    // A pipe has no reset.
    if (this.#tcp.remoteFamily !== undefined) this.#tcp.resetAndDestroy();
    this.#socket.destroy();
  }
}

function goOn(connection: OpenConnection): void {
  connection.goOn();
}

function tlsFacts(socket: TLSSocket): Readonly<Record<string, unknown>> {
  return {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher()?.name,
    authorized: socket.authorized,
    sessionReused: socket.isSessionReused(),
    alpn: socket.alpnProtocol || undefined,
  };
}
