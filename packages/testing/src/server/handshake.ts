// The opening handshake as values: what a request asks for, and the head that answers it. RFC 6455 §4.2.

import { createHash } from "node:crypto";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { ProtocolChoice } from "./behaviour.ts";
import type { Headers } from "./headers.ts";
import { maxPayload, type NegotiableDeflate, negotiation } from "./negotiation.ts";

/** A lawful request to upgrade. */
export interface Handshake {
  readonly key: string;
  /** The subprotocols in the client's order. */
  readonly offered: readonly string[];
  /** permessage-deflate, if it was offered and may be had. */
  readonly deflate: NegotiableDeflate | undefined;
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
    deflate: options.deflate ? acceptDeflate(headers["sec-websocket-extensions"]) : undefined,
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
  return head(101, {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Accept": accept,
    ...(protocol === undefined ? {} : { "Sec-WebSocket-Protocol": protocol }),
    ...(handshake.deflate === undefined ? {} : { "Sec-WebSocket-Extensions": answerOf(handshake.deflate) }),
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
    return [...negotiation.subprotocol.parse(header)];
  } catch (error) {
    throw new HandshakeError(400, `Sec-WebSocket-Protocol: ${(error as Error).message}`);
  }
}

const { extensionName } = negotiation.PerMessageDeflate;

function acceptDeflate(header: string | undefined): NegotiableDeflate | undefined {
  if (header === undefined) return undefined;
  try {
    const offers = negotiation.extension.parse(header)[extensionName];
    if (offers === undefined) return undefined;
    const deflate = new negotiation.PerMessageDeflate({ isServer: true, maxPayload });
    deflate.accept(offers);
    return deflate;
  } catch (error) {
    throw new HandshakeError(400, `Sec-WebSocket-Extensions: ${(error as Error).message}`);
  }
}

function answerOf({ params }: NegotiableDeflate): string {
  return negotiation.extension.format({ [extensionName]: [params] });
}
