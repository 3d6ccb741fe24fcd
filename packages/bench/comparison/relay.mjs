// A TCP relay between a client and its server, which is what happens to the client: connections drop, the server goes away
// and comes back, a connection falls silent while TCP stays up, an opening handshake is refused. It knows nothing of
// messages, so that it is the same for every protocol over WebSocket.

import { once } from "node:events";
import { connect, createServer } from "node:net";

export class Relay {
  /** The head of each opening handshake, as it came. */
  heads = [];
  #target;
  #server = createServer((client) => this.#accept(client));
  #pairs = new Set();
  #port = 0;
  #status;

  /** @param {number} target the server's port */
  static async start(target) {
    const relay = new Relay();
    relay.#target = target;
    await relay.comeBack();
    return relay;
  }

  get port() {
    return this.#port;
  }

  async comeBack() {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = this.#server.address().port;
  }

  async goAway() {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.drop();
    await closed;
  }

  /** Ends every connection, as when the server's process dies. */
  drop() {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy();
  }

  /** Nothing more comes through the connections that there are, and nobody is told. */
  freeze() {
    for (const [client, server] of this.#pairs) {
      client.unpipe(server).resume();
      server.unpipe(client).resume();
    }
  }

  /** Answers opening handshakes by itself. */
  refuse(status) {
    this.#status = status;
  }

  #accept(client) {
    const server = connect(this.#target, "127.0.0.1");
    const pair = [client, server];
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => {
        for (const other of pair) other.destroy();
        this.#pairs.delete(pair);
      });
    }
    client.once("data", (head) => {
      this.heads.push(head.toString("latin1"));
      if (this.#status !== undefined) {
        client.end(`HTTP/1.1 ${this.#status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      server.write(head);
      client.pipe(server).pipe(client);
    });
  }
}
