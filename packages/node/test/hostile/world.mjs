// What rounds have in common: servers and proxies in this process, and an eye on all that must not happen in it.

import { subscribe } from "node:diagnostics_channel";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { identity, pem } from "@gundam/testing/certificates";
import { startEchoServer } from "@gundam/testing/server";
import { channels } from "./points.mjs";

/** How long what is left may take to go, in ms: longer than a peer is waited for that has yet to read a Close frame. */
const PATIENCE = 3000;
/** What a client can leave behind. */
const ours = /TCP|TLS|GetAddrInfo|Timeout|Connect|Shutdown|Write/;

export class World {
  ca = pem("authority");
  /** By the version of TLS. */
  servers = {};
  /** By their scheme, with their urls. */
  proxies = {};
  /** The round that is on. */
  #round;
  #baseline;
  #sockets = new Set();

  static async make() {
    const world = new World();
    await world.#start();
    return world;
  }

  async #start() {
    const headers = { "Set-Cookie": "set=by-the-101" };
    const tls = (version) => ({ ...identity("server"), minVersion: version, maxVersion: version });
    this.servers = {
      none: await startEchoServer({ headers, perMessageDeflate: true }),
      "TLSv1.2": await startEchoServer({ headers, tls: tls("TLSv1.2"), perMessageDeflate: true }),
      "TLSv1.3": await startEchoServer({ headers, tls: tls("TLSv1.3") }),
    };
    this.proxies = {
      "http:": await this.#listen(connecting(http.createServer())),
      "https:": await this.#listen(connecting(https.createServer(identity("server")))),
      "socks5:": await this.#listen(net.createServer(speakSocks)),
    };
    process.on("uncaughtException", (error) => this.#happened("an uncaught exception", error));
    process.on("unhandledRejection", (error) => this.#happened("an unhandled rejection", error));
    // Nobody reads the warnings that are meant.
    process.removeAllListeners("warning");
    process.on("warning", (warning) => {
      if (warning.name === "GundamWarning") this.#round?.warned(`${warning.message} ${warning.detail ?? ""}`);
      else this.#happened("a warning", warning);
    });
    for (const name of channels) {
      subscribe(name.replace("channel ", ""), ({ client }) => this.#round?.published(name, client));
    }
    this.#baseline = count();
  }

  async #listen(server) {
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    server.on("tlsClientError", () => {});
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  begin(round) {
    this.#round = round;
  }

  #happened(what, error) {
    let shown;
    try {
      shown = error?.stack ?? String(error);
    } catch {
      shown = "what cannot be shown";
    }
    if (this.#round === undefined) process.stderr.write(`hostile: between rounds, ${what}: ${shown}\n`);
    this.#round?.problem(`${what}: ${shown}`);
  }

  /** What is left of a round, once it has had the time to go. */
  async leftovers() {
    const until = performance.now() + PATIENCE;
    for (;;) {
      const left = this.#left();
      if (left.length === 0 || performance.now() > until) return left;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  #left() {
    const left = [];
    for (const [name, server] of Object.entries(this.servers)) {
      if (socketsOf(server) > 0) left.push(`${socketsOf(server)} sockets of the server ${name}`);
    }
    if (this.#sockets.size > 0) left.push(`${this.#sockets.size} sockets of a proxy`);
    for (const [type, number] of count()) {
      const more = number - (this.#baseline.get(type) ?? 0);
      if (more > 0) left.push(`${more} of ${type}`);
    }
    return left;
  }

  async end() {
    this.#round = undefined;
    for (const server of Object.values(this.servers)) await server.stop();
    for (const proxy of Object.values(this.proxies)) proxy.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function socketsOf({ record }) {
  return record.counts.tcpConnections - record.counts.disconnects;
}

function count() {
  const counts = new Map();
  for (const type of process.getActiveResourcesInfo()) {
    if (ours.test(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

/** Answers with 407 to who wants to be asked. */
function connecting(server) {
  return server.on("connect", (request, socket) => {
    if (request.headers["x-ask"]) {
      return socket
        .resume()
        .end("HTTP/1.1 407 Who?\r\nProxy-Authenticate: Digest\r\nContent-Length: 4\r\n\r\nWho?");
    }
    const { port } = new URL(`http://${request.url}`);
    lead(socket, Number(port), () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
  });
}

/** RFC 1928, as far as our client goes. */
function speakSocks(socket) {
  socket.once("data", () => {
    socket.write(Buffer.from([5, 0]));
    socket.once("data", (asked) => {
      const answer = Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
      lead(socket, asked.readUInt16BE(asked.length - 2), () => socket.write(answer));
    });
  });
}

function lead(socket, port, connected) {
  const onward = net.connect({ host: "127.0.0.1", port }, connected);
  socket.on("error", () => {});
  onward.on("error", () => socket.destroy());
  socket.pipe(onward).pipe(socket);
  socket.on("close", () => onward.destroy());
  onward.on("close", () => socket.destroy());
}
