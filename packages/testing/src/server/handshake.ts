// The opening handshake as values: what a request asks for, and the head that answers it. RFC 6455 §4.2.

import { createHash } from "node:crypto";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { ProtocolChoice } from "./behaviour.ts";
import { codec, type Extensions, maxPayload } from "./codec.ts";
import type { Headers } from "./headers.ts";

/** A lawful request to upgrade. */
export interface Handshake {
  readonly key: string;
  /** The subprotocols in the client's order. */
  readonly offered: readonly string[];
  readonly extensions: Extensions;
}

/** A request that is no lawful upgrade, and the refusal it earns. */
export class HandshakeError extends Error {
  readonly status: number;
  readonly headers: Headers;

  constructor(status: number, message: string, headers: Headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Reads a request to upgrade. Throws `HandshakeError` when it is not a lawful one. */
export function readHandshake(request: IncomingMessage, options: { deflate: boolean }): Handshake {
  const { headers } = request;
  const key = headers["sec-websocket-key"];
  if (request.method !== "GET") throw new HandshakeError(405, "the method must be GET", { Allow: "GET" });
  if (headers.upgrade?.toLowerCase() !== "websocket")
    throw new HandshakeError(400, "Upgrade must be websocket");
  if (key === undefined || !/^[+/0-9A-Za-z]{22}==$/.test(key)) {
    throw new HandshakeError(400, "Sec-WebSocket-Key must be 16 bytes in base64");
  }
  if (headers["sec-websocket-version"] !== "13") {
    throw new HandshakeError(426, "Sec-WebSocket-Version must be 13", { "Sec-WebSocket-Version": "13" });
  }
  return {
    key,
    offered: offeredProtocols(headers["sec-websocket-protocol"]),
    extensions: options.deflate ? acceptDeflate(headers["sec-websocket-extensions"]) : {},
  };
}

/** The subprotocol to answer with. `first` is the client's first that the server supports; any, when it names none. */
export function selectProtocol(
  choice: ProtocolChoice,
  offered: readonly string[],
  supported: readonly string[] | undefined,
): string | undefined {
  if (choice === "none") return undefined;
  if (choice === "wrong") return "not-offered-by-the-client";
  if (choice === "first") return offered.find((name) => supported?.includes(name) ?? true);
  return choice;
}

/** The head of the 101 as bytes on the wire. */
export function acceptHead(
  handshake: Handshake,
  protocol: string | undefined,
  extra: Headers,
  accept: string = acceptOf(handshake.key),
): string {
  const offers = Object.entries(handshake.extensions).map(([name, { params }]) => [name, [params]]);
  return head(101, {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Accept": accept,
    ...(protocol === undefined ? {} : { "Sec-WebSocket-Protocol": protocol }),
    ...(offers.length === 0
      ? {}
      : { "Sec-WebSocket-Extensions": codec.extension.format(Object.fromEntries(offers)) }),
    ...extra,
  });
}

/** A whole HTTP response that refuses the upgrade and announces the connection's end. */
export function refusal(status: number, headers: Headers, body: string): string {
  return (
    head(status, {
      Connection: "close",
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Length": String(Buffer.byteLength(body)),
      ...headers,
    }) + body
  );
}

function head(status: number, headers: Headers): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Status"}`];
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === "string" ? [value] : value) lines.push(`${name}: ${one}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function acceptOf(key: string): string {
  // RFC 6455 §1.3: the GUID that no server ignorant of WebSocket would know.
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

function offeredProtocols(header: string | undefined): string[] {
  if (header === undefined) return [];
  try {
    return [...codec.subprotocol.parse(header)];
  } catch (error) {
    throw new HandshakeError(400, `Sec-WebSocket-Protocol: ${(error as Error).message}`);
  }
}

function acceptDeflate(header: string | undefined): Extensions {
  if (header === undefined) return {};
  const name = codec.PerMessageDeflate.extensionName;
  try {
    const offers = codec.extension.parse(header)[name];
    if (offers === undefined) return {};
    const deflate = new codec.PerMessageDeflate({ isServer: true, maxPayload });
    deflate.accept(offers);
    return { [name]: deflate };
  } catch (error) {
    throw new HandshakeError(400, `Sec-WebSocket-Extensions: ${(error as Error).message}`);
  }
}
