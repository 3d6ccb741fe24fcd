// A real HTTP server for the libraries' own servers to stand on: it counts the links, connections that ask for a WebSocket
// (a browser opens others, too, as it sees fit), and drops them all at once.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export class CountingServer {
  readonly http: Server = createServer();
  readonly #links: Set<Socket> = new Set();
  /** Links that there were. */
  total = 0;

  constructor() {
    this.http.on("upgrade", (_request, socket: Socket) => {
      this.total++;
      this.#links.add(socket);
      socket.on("close", () => this.#links.delete(socket));
      // A client that is dropped may still be writing.
      socket.on("error", () => {});
    });
  }

  /** Links that there are. */
  get open(): number {
    return this.#links.size;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  async listen(): Promise<this> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
    return this;
  }

  /** Ends every link without a Close frame, as when the process dies. */
  drop(): void {
    for (const link of this.#links) link.destroy();
  }

  async stop(): Promise<void> {
    this.drop();
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, "close");
  }
}
