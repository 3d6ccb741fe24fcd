// An open connection: from the opening handshake to the loss. It turns what ws says into the transport's words, tells
// a Close frame when it is read, and watches that what is sent also leaves.

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
import type { ObservedWebSocket } from "./dial/observed-web-socket.ts";
import { codeOf } from "./dial/phase.ts";
import type { CompressParameters, ResolvedNodeOptions } from "./node-options.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { PacedWrites } from "./paced-writes.ts";

/** For a peer that pings and does not read. ws would terminate the connection at 60, even if they came in one packet. */
const mostPongsOnTheirWay = 1000;

export class OpenConnection {
  readonly #ws: ObservedWebSocket;
  readonly #socket: Socket;
  readonly #writes: PacedWrites;
  /** Where it leads, for error texts. */
  readonly #place: string;
  readonly #tcpOpts: ResolvedNodeOptions["tcpOpts"];
  /** From how many bytes on a message is compressed; undefined where none is. */
  readonly #compressFrom: number | undefined;
  /** Messages that ws has taken and the kernel has not: ws may be compressing them. Counted where it compresses. */
  #onTheirWay = 0;
  /** How many messages were given to ws; counted where it compresses. */
  #given = 0;
  #isWatched = false;
  #isLeaving = false;
  /** Undefined when nothing is to be told any more: lost, or abandoned. */
  #listener: TransportListener | undefined;
  #socketError: Error | undefined = undefined;
  /** The peer's stall was told; until all has left, it is the same one. */
  #troubled = false;
  /** What `deadline` was when it was last asked for. */
  #knownDeadline = Infinity;
  #pongsOnTheirWay = 0;
  #unansweredPing: Buffer | undefined = undefined;

  constructor(
    ws: ObservedWebSocket,
    socket: Socket,
    place: string,
    tcpOpts: ResolvedNodeOptions["tcpOpts"],
    compress: CompressParameters | undefined,
    listener: TransportListener,
  ) {
    this.#ws = ws;
    this.#socket = socket;
    this.#place = place;
    this.#tcpOpts = tcpOpts;
    this.#compressFrom = compress?.threshold;
    if (compress !== undefined) ws.stopAtBadFrames();
    this.#listener = listener;
    this.#writes = new PacedWrites(socket, nodeRuntime.now, {
      filled: () => this.#filled(),
      moved: () => this.#moved(),
      drained: () => this.#drained(),
    });
    // ws has just switched it on.
    if (tcpOpts.noDelay === false) socket.setNoDelay(false);

    ws.on("message", (data: Buffer, isBinary) => {
      this.#listener?.message(isBinary ? ownBytes(data) : data.toString());
    });
    ws.on("ping", (data) => {
      this.#answer(data);
      this.#listener?.ping(ownBytes(data));
    });
    ws.on("pong", (data) => this.#listener?.pong(ownBytes(data)));
    ws.onCloseFrame = (code, reason) => this.#closedByPeer(code, reason);
    ws.on("error", (cause) => this.#failedByUs(cause));
    ws.on("close", () => this.#dropped());
    socket.on("error", (cause) => {
      this.#socketError ??= cause;
    });
    // A peer that has ended without a Close frame is gone; ws would wait until all is sent.
    socket.on("end", () => socket.destroy());
  }

  get bufferedAmount(): number {
    // ws counts what it compresses, and the socket's own buffer.
    const compressing = this.#onTheirWay === 0 ? 0 : this.#ws.bufferedAmount - this.#socket.writableLength;
    return this.#writes.bufferedAmount + compressing;
  }

  /**
   * About how many messages wait for the kernel, each of which costs memory besides its bytes. Not compressed, a text is
   * two: its frame's header is written by itself.
   */
  get bufferedMessages(): number {
    return this.#compressFrom === undefined ? this.#writes.waiting : this.#onTheirWay;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get deadline(): number {
    const { filled, movedAt } = this.#writes;
    this.#knownDeadline = filled && !this.#troubled ? movedAt + this.#tcpOpts.sendTimeout : Infinity;
    return this.#knownDeadline;
  }

  send(message: Message): void {
    if (this.#compressFrom === undefined) this.#ws.send(message);
    else this.#sendLater(message, this.#compressFrom);
  }

  mark(): number {
    return this.#compressFrom === undefined ? this.#writes.mark() : this.#given;
  }

  hasTaken(mark: number): boolean {
    return this.#compressFrom === undefined
      ? this.#writes.hasTaken(mark)
      : this.#given - this.#onTheirWay >= mark;
  }

  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
  }

  ping(data: Uint8Array): void {
    this.#ws.ping(this.#compressFrom === undefined ? data : new Uint8Array(data));
  }

  /** Something failed that does not end the connection. */
  trouble(error: GundamError): void {
    this.#listener?.troubled(error);
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  close(code: number, reason: string): void {
    this.#ws.resume();
    this.#ws.startClosing(code, reason);
  }

  abandon(code?: number, reason = ""): void {
    const live = this.#listener !== undefined;
    this.#listener = undefined;
    if (code === undefined) this.#socket.destroy();
    else if (live) this.#leave(code, reason);
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

  /** What ws compresses, and what waits behind that, it reads later: it is given a copy. */
  #sendLater(message: Message, compressFrom: number): void {
    const isText = typeof message === "string";
    const size = isText ? Buffer.byteLength(message) : message.byteLength;
    this.#onTheirWay++;
    this.#given++;
    this.#ws.send(isText ? message : new Uint8Array(message), { compress: size >= compressFrom }, (error) => {
      // What the kernel has not taken of a connection that is gone stays on its way.
      if (error) return;
      this.#onTheirWay--;
      if (this.#isLeaving && this.#onTheirWay === 0) this.#writes.end();
      this.#moved();
    });
  }

  #moved(): void {
    if (this.#isWatched) this.#listener?.taken();
  }

  #filled(): void {
    // An earlier deadline that is known will be looked at again when it has passed: over TLS every message comes here.
    const deadline = this.#writes.movedAt + this.#tcpOpts.sendTimeout;
    if (deadline < this.#knownDeadline) this.#listener?.rescheduled();
  }

  #drained(): void {
    this.#troubled = false;
    this.#moved();
  }

  #stalled(): void {
    const { sendTimeout, sendTimeoutClose } = this.#tcpOpts;
    const error = new SendTimeoutError(
      `${this.#place} has taken none of ${this.bufferedAmount} bytes for tcpOpts.sendTimeout (${sendTimeout} ms)`,
    );
    if (sendTimeoutClose === false) {
      this.#troubled = true;
      this.#listener?.troubled(error);
    } else {
      this.#socket.destroy();
      this.#lose({ kind: "dead", phase: "open", code: 1006, error, byUs: true });
    }
  }

  /** RFC 6455 §5.5.3: while too many pongs are on their way, only the newest ping needs one. */
  #answer(ping: Buffer): void {
    if (this.#pongsOnTheirWay === mostPongsOnTheirWay) {
      this.#unansweredPing = ping;
      return;
    }
    this.#pongsOnTheirWay++;
    this.#ws.pong(ping, undefined, (error) => {
      this.#pongsOnTheirWay--;
      const next = this.#unansweredPing;
      this.#unansweredPing = undefined;
      if (next !== undefined && !error) this.#answer(next);
    });
  }

  #closedByPeer(code: number, reason: string): void {
    const error = new CloseError(code, reason);
    this.#leave();
    this.#lose({ kind: "close", phase: "open", code, reason, wasClean: true, error, byUs: false });
  }

  #failedByUs(cause: Error): void {
    const code = this.#ws.failedWith ?? 1002;
    const hint = code === 1009 ? "; raise wsOpts.maxPayload if messages may be that large" : "";
    const message = `failed the connection to ${this.#place} (${code}): ${cause.message}${hint}`;
    const error = new ProtocolError(message, code, { cause });
    this.#leave();
    this.#lose({ kind: "protocol", phase: "open", code, error, byUs: true });
  }

  #dropped(): void {
    // Most connections come here after their end was told: no error is made for nobody.
    if (this.#listener === undefined) return;
    const cause = this.#socketError;
    const message = `the connection to ${this.#place} ended without a Close frame${cause ? ` (${codeOf(cause)})` : ""}`;
    const error = new ConnectError("open", message, { cause });
    this.#lose({ kind: "network", phase: "open", code: 1006, wasClean: false, error, byUs: false });
  }

  #lose(failure: Failure): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.lost(failure);
  }

  /** Sends a last Close frame if given its code, and destroys the socket as soon as all has left. */
  #leave(code?: number, reason = ""): void {
    if (code !== undefined) this.#ws.startClosing(code, reason);
    this.#ws.resume();
    this.#socket.once("finish", () => this.#socket.destroy());
    this.#isLeaving = true;
    // A Close frame waits for what is being compressed.
    if (this.#onTheirWay === 0) this.#writes.end();
  }
}

/** A copy, unless nobody else can hold the memory: ws hands out views on the socket's read buffers. */
function ownBytes(data: Buffer): Uint8Array {
  return data.byteLength === data.buffer.byteLength ? new Uint8Array(data.buffer) : new Uint8Array(data);
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
