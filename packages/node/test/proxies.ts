// Proxies in this process, on loopback: one that is asked by CONNECT, and one that speaks SOCKS5.

import http from "node:http";
import https from "node:https";
import net, { type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type CertificateName, identity } from "@gundam/testing/certificates";
import { listen } from "./dialling.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

interface Asked {
  /** `host:port`, as the proxy was told. */
  readonly destinations: string[];
}

export interface ConnectProxy extends Asked {
  readonly port: number;
  readonly headers: http.IncomingHttpHeaders[];
}

/** Answers CONNECT: with 407 to others than these, with another status if given, else with a way to the destination. */
export async function connectProxy({
  tls,
  only,
  status = 200,
  headers = {},
  asks,
}: {
  tls?: CertificateName | boolean;
  /** With TLS: asks who each client is, and is told its side of it. */
  asks?: (client: TLSSocket) => void;
  only?: Credentials;
  status?: number;
  headers?: Record<string, string>;
} = {}): Promise<ConnectProxy> {
  const proxy = { destinations: [] as string[], headers: [] as http.IncomingHttpHeaders[] };
  const expected = only && `Basic ${Buffer.from(`${only.user}:${only.password}`).toString("base64")}`;
  const asking = asks && { requestCert: true, rejectUnauthorized: false };
  const server = tls
    ? https.createServer({ ...identity(tls === true ? "server" : tls), ...asking })
    : http.createServer();
  server.on("connect", (request: http.IncomingMessage, socket: Socket) => {
    socket.on("error", () => {});
    proxy.destinations.push(request.url!);
    proxy.headers.push(request.headers);
    asks?.(request.socket as TLSSocket);
    const answer = expected !== request.headers["proxy-authorization"] && only ? 407 : status;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${answer} ${http.STATUS_CODES[answer]}\r\n${lines.join("")}\r\n`;
    if (answer !== 200) return socket.end(head);
    const { hostname, port } = new URL(`http://${request.url}`);
    lead(socket, hostname, Number(port), () => socket.write(head));
  });
  return Object.assign(proxy, { port: await listen(server, "127.0.0.1") });
}

/** How a CONNECT is refused. */
export interface Refusal {
  readonly status?: number;
  readonly fields?: readonly string[];
  readonly content?: string;
  /** `"later"`: the content comes in a packet of its own. `"ends"`: and then the connection ends. */
  readonly how?: "later" | "ends";
  readonly version?: string;
}

export interface DecidingProxy extends ConnectProxy {
  /** How many connections it had, */
  readonly connections: number;
  /** and has. */
  readonly open: number;
}

/** Asks the test about each CONNECT: refuses it, and keeps the connection, or leads to the destination. */
export async function decidingProxy(
  decide: (headers: http.IncomingHttpHeaders, authority: string) => Refusal | undefined,
  { tls = false }: { tls?: boolean } = {},
): Promise<DecidingProxy> {
  const proxy = { destinations: [] as string[], headers: [] as http.IncomingHttpHeaders[] };
  const sockets = new Set<Socket>();
  const server = tls ? https.createServer(identity("server")) : http.createServer();
  const arrival = tls ? "secureConnection" : "connection";
  server.on(arrival, (socket) => sockets.add(socket));
  server.on("connect", (request: http.IncomingMessage, socket: Socket) => {
    socket.on("error", () => {});
    proxy.destinations.push(request.url!);
    proxy.headers.push(request.headers);
    const refusal = decide(request.headers, request.url!);
    if (refusal === undefined) {
      const { hostname, port } = new URL(`http://${request.url}`);
      return lead(socket, hostname, Number(port), () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    }
    const { status = 407, fields = [], content = "", how, version = "1.1" } = refusal;
    const isMeasured = fields.some((field) => /^(content-length|transfer-encoding)/i.test(field));
    const lines = [...fields, ...(isMeasured ? [] : [`Content-Length: ${content.length}`])];
    socket.write([`HTTP/${version} ${status} No`, ...lines, "", ""].join("\r\n"));
    const rest = () => {
      socket.write(content);
      if (how === "ends") socket.resume().end();
      else server.emit(arrival, socket);
    };
    if (how === "later") setTimeout(rest, 20);
    else rest();
  });
  const port = await listen(server, "127.0.0.1");
  return {
    ...proxy,
    port,
    get connections() {
      return sockets.size;
    },
    get open() {
      return [...sockets].filter(({ closed }) => !closed).length;
    },
  };
}

export interface SocksProxy extends Asked {
  readonly port: number;
  /** What each destination was told as. */
  readonly types: ("IPv4" | "name" | "IPv6")[];
}

/** Speaks SOCKS5 (RFC 1928): refuses others than these, or everybody with `reply`, else leads to the destination. */
export async function socksProxy({
  only,
  reply = 0,
}: {
  only?: Credentials;
  reply?: number;
} = {}): Promise<SocksProxy> {
  const proxy = { destinations: [] as string[], types: [] as SocksProxy["types"] };
  const server = net.createServer(async (socket) => {
    socket.on("error", () => {});
    const read = reader(socket);
    const [, methods] = await read(2);
    const offered = await read(methods!);
    const method = only ? 2 : 0;
    if (!offered.includes(method)) return socket.end(Buffer.from([5, 0xff]));
    socket.write(Buffer.from([5, method]));
    if (only) {
      await read(1);
      const user = String(await read((await read(1))[0]!));
      const password = String(await read((await read(1))[0]!));
      if (user !== only.user || password !== only.password) return socket.end(Buffer.from([1, 1]));
      socket.write(Buffer.from([1, 0]));
    }
    const [, , , type] = await read(4);
    const host = await readHost(type!, read);
    const port = (await read(2)).readUInt16BE();
    proxy.types.push(type === 1 ? "IPv4" : type === 3 ? "name" : "IPv6");
    proxy.destinations.push(`${host}:${port}`);
    const answer = Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]);
    if (reply !== 0) return socket.end(answer);
    lead(socket, host, port, () => socket.write(answer));
  });
  return Object.assign(proxy, { port: await listen(server, "127.0.0.1") });
}

function lead(socket: Socket, host: string, port: number, connected: () => void): void {
  const onward = net
    .connect({ host: host.replace(/^\[|\]$/g, ""), port }, connected)
    .on("error", () => socket.destroy());
  socket.pipe(onward).pipe(socket);
  socket.on("close", () => onward.destroy());
  onward.on("close", () => socket.destroy());
}

function reader(socket: Socket): (length: number) => Promise<Buffer> {
  return async (length) => {
    for (;;) {
      const bytes: Buffer | null = length === 0 ? Buffer.alloc(0) : socket.read(length);
      if (bytes !== null) return bytes;
      await new Promise((resolve) => socket.once("readable", resolve));
    }
  };
}

async function readHost(type: number, read: (length: number) => Promise<Buffer>): Promise<string> {
  if (type === 3) return String(await read((await read(1))[0]!));
  if (type === 1) return (await read(4)).join(".");
  return `[${(await read(16)).toString("hex").replace(/(.{4})(?!$)/g, "$1:")}]`;
}
