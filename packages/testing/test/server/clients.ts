// Clients for the server's tests: ws as an honest one, and a bare TCP socket that sees every byte.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import WebSocket, { type ClientOptions, type RawData } from "ws";

/** Resolves once open. */
export async function open(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<WebSocket> {
  const client = new WebSocket(url, protocols, options);
  await once(client, "open");
  // What a fault does to an open client is seen in its close event.
  client.on("error", () => {});
  return client;
}

export async function message(client: WebSocket): Promise<string | Buffer> {
  const [data, isBinary] = (await once(client, "message")) as [RawData, boolean];
  return isBinary ? (data as Buffer) : String(data);
}

/** Sends a text and resolves with its echo, whatever else comes before. */
export function roundTrip(client: WebSocket, text: string): Promise<string> {
  return new Promise((resolve) => {
    const listener = (data: RawData) => {
      if (String(data) !== text) return;
      client.off("message", listener);
      resolve(text);
    };
    client.on("message", listener);
    client.send(text);
  });
}

export function closed(client: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) =>
    client.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
}

/** The error of an attempt that must not succeed. */
export async function failure(url: string, protocols: string[] = []): Promise<Error & { code?: string }> {
  const client = new WebSocket(url, protocols);
  const [error] = await once(client, "error");
  return error;
}

export interface RefusedUpgrade {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export async function refused(url: string): Promise<RefusedUpgrade> {
  const client = new WebSocket(url);
  client.on("error", () => {});
  const [, response] = await once(client, "unexpected-response");
  let body = "";
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

/** A TCP connection that has asked for the upgrade, and how the server ended it. */
export class BareClient {
  readonly socket: Socket;
  readonly chunks: Buffer[] = [];
  /** `fin`, or the error's code, e.g. `ECONNRESET`. */
  readonly ended: Promise<string>;
  isEnded = false;

  constructor(port: number, path = "/", socket?: Socket) {
    this.socket = socket ?? connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("data", (chunk) => this.chunks.push(chunk));
    this.ended = new Promise((resolve) => {
      this.socket.once("end", () => resolve("fin"));
      this.socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    void this.ended.then(() => {
      this.isEnded = true;
    });
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
  }

  /** The bytes after the 101's head, once there are so many. */
  async frames(length: number): Promise<Buffer> {
    for (;;) {
      const all = Buffer.concat(this.chunks);
      const start = all.indexOf("\r\n\r\n") + 4;
      if (start >= 4 && all.length - start >= length) return all.subarray(start);
      await once(this.socket, "data");
    }
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("latin1");
  }
}
