// How a connection comes in: TCP accepted, the upgrade answered, the WebSocket open. Each phase asks the url and the modes
// whether it is to go wrong.

import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Admission } from "./admission.ts";
import {
  type Behaviour,
  type Drop,
  Modes,
  type OpenFault,
  type UpgradeFault,
  wellBehaved,
} from "./behaviour.ts";
import { dropSocket, EchoConnection, flood } from "./echo-connection.ts";
import { floodProblem, floodSize } from "./flood.ts";
import {
  acceptHead,
  type Handshake,
  HandshakeError,
  readHandshake,
  refusal,
  selectProtocol,
} from "./handshake.ts";
import { checkHeaders } from "./headers.ts";
import type { EchoServerOptions } from "./options.ts";
import { describeServer, readQueryFaults } from "./query-faults.ts";
import type { Noted } from "./record.ts";

/** What a connection has received or undergone. */
type Note = <Event extends keyof Noted>(event: Event, entry: Noted[Event]) => void;

/** A TCP connection, and the stream on top of it that carries HTTP: itself, or TLS. */
interface Caller {
  readonly id: number;
  readonly tcp: Socket;
  socket: Socket;
}

/** Bun's https server serves no socket that it has not accepted itself. */
const securesItself = "bun" in process.versions;

export class Reception {
  /** By number, from the 101 until TCP is gone. */
  readonly #connections: Map<number, EchoConnection> = new Map();
  readonly modes: Modes = new Modes();
  readonly #options: EchoServerOptions;
  readonly #admission: Admission;
  readonly #note: Note;
  /** Never listens: it is handed sockets, which leaves TCP and the port in the server's own hands. */
  readonly #http: HttpServer;
  /** By the client's address, which tells a TLS socket to be the same connection. */
  readonly #callers: Map<string, Caller> = new Map();
  #lastId = 0;

  constructor(options: EchoServerOptions, note: Note) {
    checkHeaders("headers", options.headers ?? {});
    this.#options = options;
    this.#admission = new Admission(options.allowOrigins);
    this.#note = note;
    this.#http =
      options.tls === undefined || securesItself ? createServer() : createSecureServer(options.tls);
    this.#http.on("secureConnection", (socket: Socket) => {
      socket.allowHalfOpen = true;
    });
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket as Socket, head));
    this.#http.on("request", (request, response) => this.#describe(request, response));
  }

  accept(tcp: Socket): void {
    this.#lastId += 1;
    const caller: Caller = { id: this.#lastId, tcp, socket: tcp };
    const address = addressOf(tcp);
    this.#callers.set(address, caller);
    tcp.once("close", () => {
      this.#callers.delete(address);
      this.#connections.delete(caller.id);
      this.#note("disconnected", { connection: caller.id });
    });
    this.#note("connected", { connection: caller.id });
    const fault = this.modes.take("accept");
    if (fault?.kind === "drop") dropSocket(tcp, tcp, fault.how);
    else if (fault?.kind === "stall") ignore(tcp);
    else this.#serve(tcp);
  }

  #serve(tcp: Socket): void {
    const { tls } = this.#options;
    // Before its handshake is done nobody hears a TLS socket: half-open, it would outlive a client that has ended.
    if (tls !== undefined) tcp.allowHalfOpen = false;
    if (tls === undefined || !securesItself) this.#http.emit("connection", tcp);
    else this.#secure(tcp, tls);
  }

  #secure(tcp: Socket, tls: NonNullable<EchoServerOptions["tls"]>): void {
    const socket = new TLSSocket(tcp, { isServer: true, ...tls });
    socket.on("error", () => {});
    socket.once("secure", () => {
      const { requestCert = false, rejectUnauthorized = true } = tls;
      if (requestCert && rejectUnauthorized && socket.authorizationError) socket.destroy();
      else this.#http.emit("connection", socket);
    });
  }

  /** Open connections, oldest first. */
  connections(): EchoConnection[] {
    return [...this.#connections.values()].filter(({ isLive }) => isLive);
  }

  /** Ends TCP of all, open or still on their way. */
  drop(how: Drop): void {
    for (const { id, socket, tcp } of this.#callers.values()) {
      const connection = this.#connections.get(id);
      if (connection === undefined) dropSocket(socket, tcp, how);
      else connection.drop(how);
    }
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on("error", () => {});
    const caller = this.#callers.get(addressOf(socket));
    // Gone between its request and now.
    if (caller === undefined) {
      socket.destroy();
      return;
    }
    caller.socket = socket;
    const url = request.url ?? "/";
    this.#note("upgradeRequested", { connection: caller.id, url, headers: request.headers });
    try {
      this.#admission.check(request);
      const asked = readQueryFaults(url);
      const handshake = readHandshake(request, { deflate: this.#options.perMessageDeflate ?? false });
      const fault = asked.upgrade ?? this.modes.take("upgrade");
      if (head.length > 0) socket.unshift(head);
      if (fault === undefined) this.#open(request, caller, handshake, asked);
      else this.#failUpgrade(fault, caller, handshake);
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      this.#endWith(caller, refusal(error.status, error.headers, `${error.message}\n`));
    }
  }

  #describe(request: IncomingMessage, response: ServerResponse): void {
    const fields = { Connection: "close", "Content-Type": "text/plain" };
    try {
      this.#admission.check(request);
      response.writeHead(426, { ...fields, Upgrade: "websocket" }).end(describeServer());
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      response.writeHead(error.status, fields).end(`${error.message}\n`);
    }
  }

  #failUpgrade(fault: UpgradeFault, caller: Caller, handshake: Handshake): void {
    this.#note("upgradeSpoiled", { connection: caller.id, fault });
    switch (fault.kind) {
      case "stall":
        ignore(caller.socket);
        break;
      case "refuse":
        this.#endWith(caller, refusal(fault.status, fault.headers, fault.body));
        break;
      case "garbage":
        this.#endWith(caller, "\x16\x03garbage, not HTTP\r\n\r\n");
        break;
      case "wrong-accept":
        this.#endWith(caller, acceptHead(handshake, undefined, {}, "YW5vdGhlciBrZXkncyBhbnN3ZXI="));
        break;
      case "drop": {
        const head = acceptHead(handshake, undefined, {});
        caller.socket.write(head.slice(0, head.length / 2), () =>
          dropSocket(caller.socket, caller.tcp, fault.how),
        );
      }
    }
  }

  #open(request: IncomingMessage, caller: Caller, handshake: Handshake, asked: Partial<Behaviour>): void {
    const behaviour = this.#behaviour(asked);
    const protocol = selectProtocol(behaviour.protocol, handshake.offered, this.#options.protocols);
    caller.socket.write(acceptHead(handshake, protocol, this.#options.headers ?? {}));
    const connection = new EchoConnection({
      ...caller,
      url: request.url ?? "/",
      headers: request.headers,
      protocol: protocol ?? "",
      deflate: handshake.deflate,
      behaviour,
      note: this.#note,
    });
    this.#connections.set(caller.id, connection);
    this.#note("opened", connection);
    const { opened, delay } = behaviour;
    if (opened === undefined) return;
    if (delay === 0) {
      this.#strike(connection, opened);
    } else {
      const timer = setTimeout(() => this.#strike(connection, opened), delay);
      caller.tcp.once("close", () => clearTimeout(timer));
    }
  }

  #behaviour(asked: Partial<Behaviour>): Behaviour {
    const { modes } = this;
    return {
      accept: undefined,
      upgrade: undefined,
      protocol: asked.protocol ?? modes.take("protocol"),
      opened: asked.opened ?? modes.take("opened"),
      delay: asked.delay ?? wellBehaved.delay,
      echo: asked.echo ?? modes.take("echo"),
      pong: asked.pong ?? modes.take("pong"),
      closing: asked.closing ?? modes.take("closing"),
      bytesPerSecond: asked.bytesPerSecond ?? modes.take("bytesPerSecond"),
      rateLimit: modes.take("rateLimit"),
    };
  }

  #strike(connection: EchoConnection, fault: OpenFault): void {
    switch (fault.kind) {
      case "close":
        connection.close(fault.code, fault.reason);
        break;
      case "silence":
        connection.silence();
        break;
      case "send": {
        const problem = floodProblem(floodSize(fault.count, fault.message), [connection], this.connections());
        // RFC 6455 §7.4.1's registry: 1013 is "try again later".
        if (problem === undefined) flood(connection, fault.count, fault.message);
        else connection.close(1013, `push ${problem}`);
        break;
      }
      case "drop":
        connection.drop(fault.how);
    }
  }

  #endWith(caller: Caller, text: string): void {
    caller.socket.write(text);
    dropSocket(caller.socket, caller.tcp, "fin");
  }
}

/** Says nothing, and notices when the client gives up. */
function ignore(socket: Socket): void {
  socket.once("end", () => socket.end());
  socket.resume();
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
