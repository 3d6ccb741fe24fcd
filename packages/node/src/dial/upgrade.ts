// The upgrade phase: the opening handshake (RFC 6455 §4), sent by ws over a socket that is already connected.

import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import {
  ConnectError,
  type DialRequest,
  type Failure,
  type Handshake,
  ProtocolError,
  RefusedError,
} from "@gundam/core";
import type { ClientOptions } from "isomorphic-ws";
import type { ResolvedNodeOptions } from "../node-options.ts";
import { ObservedWebSocket } from "./observed-web-socket.ts";
import { codeOf, failLater, type PhaseEnd, type Release } from "./phase.ts";
import { retryAfterOf } from "./retry-after.ts";
import type { Target } from "./target.ts";

export interface Upgraded {
  readonly ws: ObservedWebSocket;
  readonly handshake: Handshake;
}

// What the types of ws leave out: several lines of a header field, and some of its options.
type WsOptions = Omit<ClientOptions, "headers"> & {
  headers: DialRequest["headers"];
  closeTimeout: number;
  maxHeaderSize: number;
};

export function upgrade(
  target: Target,
  socket: Socket,
  { headers, options }: DialRequest<ResolvedNodeOptions>,
  end: PhaseEnd<Upgraded>,
): Release {
  const { closingTimeout, maxPayload, protocols } = options.wsOpts;
  const wsOptions: WsOptions = {
    createConnection: () => socket,
    headers,
    maxHeaderSize: Math.min(options.httpOpts.maxHeaderBlockSize, Number.MAX_SAFE_INTEGER),
    // ws takes 32 bits, where 0 is no limit, and gives a timer the other.
    maxPayload: maxPayload === Infinity ? 0 : Math.min(maxPayload, 2 ** 31 - 1),
    closeTimeout: Math.min(closingTimeout, 2 ** 31 - 1),
    perMessageDeflate: false,
    autoPong: false,
  };
  let ws: ObservedWebSocket;
  try {
    ws = new ObservedWebSocket(target.url, protocols as string[], wsOptions as ClientOptions);
  } catch (cause) {
    const release = failLater(unusable(cause), end);
    return () => {
      release();
      socket.destroy();
    };
  }

  let settled = false;
  const settle = (tell: () => void) => {
    if (settled) return;
    settled = true;
    tell();
  };
  let rawHeaders: readonly string[] = [];
  ws.on("upgrade", (response: IncomingMessage) => {
    rawHeaders = response.rawHeaders;
  });
  ws.on("open", () => {
    // The open connection has its own listeners, and keeps nothing of this phase.
    ws.removeAllListeners();
    settle(() => end.done({ ws, handshake: new NodeHandshake(ws, rawHeaders) }));
  });
  ws.on("unexpected-response", (_request: ClientRequest, refusal: IncomingMessage) => {
    settle(() => end.failed(refused(target, refusal)));
  });
  // ws also says 'error' after it was terminated.
  ws.on("error", (cause) => settle(() => end.failed(upgradeFailure(target, cause))));

  return () => {
    settled = true;
    ws.terminate();
    socket.destroy();
  };
}

class NodeHandshake implements Handshake {
  readonly protocol: string;
  readonly extensions: string;
  readonly #rawHeaders: readonly string[];
  #headers: Headers | undefined = undefined;

  constructor({ protocol, extensions }: ObservedWebSocket, rawHeaders: readonly string[]) {
    this.protocol = protocol;
    this.extensions = extensions;
    this.#rawHeaders = rawHeaders;
  }

  /** Made when it is asked for: a `Headers` takes longer than all the rest of what we do here. */
  get headers(): Headers {
    this.#headers ??= headersFrom(this.#rawHeaders);
    return this.#headers;
  }
}

function headersFrom(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  return headers;
}

function refused(target: Target, { statusCode, rawHeaders }: IncomingMessage): Failure {
  // Node takes a 101 without `Connection: Upgrade` for an ordinary response.
  if (statusCode === 101) return protocolFailure(target, new Error("101 without Connection: Upgrade"));
  const status = statusCode ?? 0;
  const headers = headersFrom(rawHeaders);
  const retryAfter = retryAfterOf(headers.get("retry-after"), Date.now());
  const error = new RefusedError(status, headers, retryAfter);
  return { kind: "response", phase: "upgrade", status, headers, retryAfter, error, byUs: false };
}

/** Node's errors have a code, those of its HTTP parser one of llhttp's; ws's own, about the handshake, have none. */
function upgradeFailure(target: Target, cause: Error): Failure {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === undefined || code.startsWith("HPE_")) return protocolFailure(target, cause);
  const message = `the connection to ${target.place} ended during the opening handshake (${code}): ${advice[code] ?? "is it a WebSocket server?"}`;
  const error = new ConnectError("upgrade", message, { cause });
  return { kind: "network", phase: "upgrade", error, byUs: false };
}

function protocolFailure({ place }: Target, cause: Error): Failure {
  const code = codeOf(cause);
  const message = `the opening handshake with ${place} failed (${cause.message}): ${advice[code] ?? "is it a WebSocket server, and the url its own?"}`;
  const error = new ProtocolError(message, 1002, { cause });
  return { kind: "protocol", phase: "upgrade", error, byUs: true };
}

const advice: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "raise httpOpts.maxHeaderBlockSize if the server may send that much",
  HPE_INVALID_CONSTANT: "what answers there does not speak HTTP; is it a wss: url?",
};

function unusable(cause: unknown): Failure {
  const message = `the opening handshake cannot be sent: ${(cause as Error).message}`;
  return {
    kind: "blocked",
    phase: "upgrade",
    error: new ConnectError("upgrade", message, { cause }),
    byUs: true,
  };
}
