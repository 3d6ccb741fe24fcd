// What the tests of whole clients have in common: clients that end with the test, and servers that answer each opening
// handshake as the test says.

import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";
import { type ClientOptions, connect, type WebSocketClient } from "../src/index.ts";
import { listen, switchingProtocols } from "./dialling.ts";

type EventType = Parameters<WebSocketClient["on"]>[0];

/** Starts a client that retries at once, and whose connections are stable at once. */
export function start(options: ClientOptions): WebSocketClient {
  const client = connect({ retryTimeout: 0, stableAfter: 0, ...options });
  onTestFinished(() => client.terminate());
  return client;
}

/** The next event of that type. */
// biome-ignore lint/suspicious/noExplicitAny: what each event tells is what its test looks at.
export function next(client: WebSocketClient, type: EventType): Promise<any> {
  return new Promise((resolve) => client.once(type, resolve as () => void));
}

/** All events of that type from now on. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export function all(client: WebSocketClient, type: EventType): any[] {
  const told: unknown[] = [];
  client.on(type, (detail: unknown) => told.push(detail));
  return told;
}

/** A request as the server has read it. */
export interface Requested {
  readonly url: string;
  /** `Name: value`, as sent. */
  readonly fields: readonly string[];
  readonly request: IncomingMessage;
}

export interface AnsweringServer {
  readonly url: string;
  readonly requests: Requested[];
  /** The values of a header field, request by request. */
  values(name: string): (string | undefined)[];
  /** Ends all open connections. */
  drop(): void;
}

/** Answers each opening handshake with a head of `answer`'s, or with a 101 where that returns undefined. */
export async function answeringServer(
  answer: (requested: Requested) => string | undefined = () => undefined,
  tls?: TlsOptions,
): Promise<AnsweringServer> {
  const server = tls === undefined ? http.createServer() : https.createServer(tls);
  const requests: Requested[] = [];
  const sockets: Socket[] = [];
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    const { rawHeaders, url } = request;
    const fields = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
    const requested = { url: url!, fields, request };
    requests.push(requested);
    sockets.push(socket.on("error", () => {}));
    const head = answer(requested);
    if (head === undefined) socket.write(switchingProtocols(request.headers["sec-websocket-key"]!));
    else socket.write(head);
  });
  const port = await listen(server, "127.0.0.1");
  return {
    url: tls === undefined ? `ws://127.0.0.1:${port}/` : `wss://localhost:${port}/`,
    requests,
    values: (name) => requests.map(({ request }) => request.headers[name] as string | undefined),
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The head of an answer without a body. */
export function head(status: number, ...fields: string[]): string {
  return [`HTTP/1.1 ${status} Status`, "Content-Length: 0", ...fields, "", ""].join("\r\n");
}

/** A 302 to there. */
export function found(location: string, ...fields: string[]): string {
  return head(302, `Location: ${location}`, ...fields);
}
