// What stands between a client and its server, and has limits: an idle time, an age, a size of frames and messages. It
// passes bytes on as they are, and ends whoever is beyond a limit, by a Close frame or by ending TCP alone.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { closeFrame, opcodes } from "@gundam/testing/server";

export interface Limits {
  /** The longest without a sign of life, in ms. */
  readonly idle?: number;
  /** What is one: any byte, the server's bytes alone, or a message of either side. */
  readonly life?: "bytes" | "bytes of the server" | "messages";
  /** The longest that a connection may live, in ms. */
  readonly age?: number;
  /** The most bytes in a frame of the client's, and in its message. */
  readonly frameSize?: number;
  readonly messageSize?: number;
  /** How it ends a connection: Close codes, or TCP alone. */
  readonly ending?: "close" | "tcp";
}

export class Gateway {
  readonly #server: Server;
  readonly #links: Set<Link> = new Set();
  /** Why connections were ended. */
  readonly verdicts: string[] = [];

  private constructor(target: number, limits: Limits) {
    this.#server = createServer((client) => {
      const link = new Link(client, connect(target, "127.0.0.1"), limits, this.verdicts);
      this.#links.add(link);
      client.on("close", () => this.#links.delete(link));
    });
  }

  /** Listens on loopback, and leads to the server at that port. */
  static async start(target: number, limits: Limits): Promise<Gateway> {
    const gateway = new Gateway(target, limits);
    gateway.#server.listen(0, "127.0.0.1");
    await once(gateway.#server, "listening");
    return gateway;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    for (const link of this.#links) link.end();
    this.#server.close();
    await once(this.#server, "close");
  }
}

class Link {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #limits: Limits;
  readonly #verdicts: string[];
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #ageTimer: NodeJS.Timeout | undefined;

  constructor(client: Socket, upstream: Socket, limits: Limits, verdicts: string[]) {
    this.#client = client;
    this.#upstream = upstream;
    this.#limits = limits;
    this.#verdicts = verdicts;
    if (limits.age !== undefined) {
      this.#ageTimer = setTimeout(() => this.#condemn(1001, "too old"), limits.age);
    }
    this.#live();
    const toServer = new Frames((frame) => this.#clientFrame(frame));
    const toClient = new Frames(({ opcode }) => this.#message(opcode));
    client.on("data", (bytes) => {
      if (limits.life === "bytes") this.#live();
      toServer.read(bytes);
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (limits.life !== "messages") this.#live();
      toClient.read(bytes);
      client.write(bytes);
    });
    for (const socket of [client, upstream]) {
      socket.on("end", () => this.end());
      socket.on("error", () => this.end());
    }
  }

  end(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#ageTimer);
    // What was written to the client still reaches it.
    this.#client.end();
    this.#upstream.destroy();
  }

  #clientFrame({ opcode, size, messageSize }: Frame): void {
    const { frameSize = Infinity, messageSize: most = Infinity } = this.#limits;
    if (size > frameSize) this.#condemn(1009, `a frame of ${size} bytes`);
    else if (messageSize > most) this.#condemn(1009, `a message of ${messageSize} bytes`);
    this.#message(opcode);
  }

  #message(opcode: number): void {
    if (this.#limits.life === "messages" && opcode < opcodes.close) this.#live();
  }

  #live(): void {
    clearTimeout(this.#idleTimer);
    const { idle } = this.#limits;
    if (idle !== undefined) this.#idleTimer = setTimeout(() => this.#condemn(1001, "idle"), idle);
  }

  #condemn(code: number, why: string): void {
    if (this.#client.writableEnded) return;
    this.#verdicts.push(why);
    if (this.#limits.ending === "close") this.#client.write(closeFrame(code, why));
    this.end();
  }
}

interface Frame {
  readonly opcode: number;
  /** Of its payload. */
  readonly size: number;
  /** Of all of its message until now. */
  readonly messageSize: number;
}

/** Reads the heads of the frames that follow an opening handshake (RFC 6455 §5.2), however the bytes are cut. */
class Frames {
  readonly #tell: (frame: Frame) => void;
  #isOpen = false;
  #head: Buffer = Buffer.alloc(0);
  /** Bytes of a payload that are still to come. */
  #left = 0;
  #messageSize = 0;

  constructor(tell: (frame: Frame) => void) {
    this.#tell = tell;
  }

  read(bytes: Buffer): void {
    const skipped = Math.min(this.#left, bytes.length);
    this.#left -= skipped;
    this.#head = Buffer.concat([this.#head, bytes.subarray(skipped)]);
    if (!this.#isOpen) this.#skipHandshake();
    while (this.#isOpen && this.#left === 0 && this.#readHead());
  }

  #skipHandshake(): void {
    const end = this.#head.indexOf("\r\n\r\n");
    this.#isOpen = end !== -1;
    if (this.#isOpen) this.#head = this.#head.subarray(end + 4);
  }

  #readHead(): boolean {
    const head = this.#head;
    if (head.length < 2) return false;
    const opcode = head[0]! & 0x0f;
    const short = head[1]! & 0x7f;
    const maskSize = head[1]! & 0x80 ? 4 : 0;
    const lengthSize = short === 127 ? 8 : short === 126 ? 2 : 0;
    if (head.length < 2 + lengthSize) return false;
    const size =
      lengthSize === 8 ? Number(head.readBigUInt64BE(2)) : lengthSize === 2 ? head.readUInt16BE(2) : short;
    const payload = head.subarray(2 + lengthSize);
    const rest = maskSize + size;
    this.#left = Math.max(0, rest - payload.length);
    this.#head = payload.subarray(Math.min(rest, payload.length));
    if (opcode === opcodes.continuation) this.#messageSize += size;
    else if (opcode < opcodes.close) this.#messageSize = size;
    this.#tell({ opcode, size, messageSize: this.#messageSize });
    return true;
  }
}
