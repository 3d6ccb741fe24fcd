// The listening socket, loopback only: it can vanish and come back on the same port, and knows every TCP connection.

import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { OptionError } from "@gundam/core";

const loopbackHosts: readonly string[] = ["127.0.0.1", "::1"];

export class Listener {
  readonly host: string;
  /** 0 until the first `open()` when any port will do. */
  port: number;
  readonly sockets: Set<Socket> = new Set();
  readonly #accepted: (socket: Socket) => void;
  #server: Server | undefined;
  /** Whether the last call was `open()`: a `close()` may come while the port is being bound. */
  #wanted = false;
  #opening: Promise<void> | undefined;

  /** Throws `OptionError` unless the host is a loopback address: faults are no service to offer to a network. */
  constructor(host: string, port: number, accepted: (socket: Socket) => void) {
    if (!loopbackHosts.includes(host)) {
      throw new OptionError(
        "host",
        host,
        `must be ${loopbackHosts.join(" or ")}: the echo server is loopback only`,
      );
    }
    this.host = host;
    this.port = port;
    this.#accepted = accepted;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  /** Resolves when connections are accepted; rejects with Node's error, e.g. `EADDRINUSE`. */
  open(): Promise<void> {
    this.#wanted = true;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Accepts no more: connecting is refused from here on. Connections stay. */
  close(): void {
    this.#wanted = false;
    this.#server?.close();
    this.#server = undefined;
  }

  /** Destroys every connection, as the end of a process would; resolves when all are gone. */
  async destroyAll(): Promise<void> {
    const gone = [...this.sockets].map((socket) => once(socket, "close"));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(gone);
  }

  /** Closes and destroys all; resolves when nothing is left, not even an `open()` under way. */
  async end(): Promise<void> {
    this.close();
    await this.#opening?.catch(() => {});
    await this.destroyAll();
  }

  async #open(): Promise<void> {
    if (this.#server !== undefined) return;
    // Half-open sockets are allowed, since who ends TCP first, and whether at all, is this server's subject.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#track(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, this.host, resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    if (this.#wanted) this.#server = server;
    else server.close();
  }

  #track(socket: Socket): void {
    this.sockets.add(socket);
    // A reset by the client is an outcome here, seen as `disconnected`.
    socket.on("error", () => {});
    socket.once("close", () => this.sockets.delete(socket));
    this.#accepted(socket);
  }
}
