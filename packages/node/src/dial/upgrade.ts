// The upgrade phase: the opening handshake (RFC 6455 §4), sent by ws over a socket that is already connected.

import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import {
  ConnectError,
  type Failure,
  type Handshake,
  type HeaderFields,
  messageOf,
  ProtocolError,
  ProviderError,
  printable,
} from "@gundam/core";
import { Deflate } from "@gundam/protocol";
import type { ClientOptions } from "isomorphic-ws";
import { type CompressParameters, compressParameters, type ResolvedNodeOptions } from "../node-options.ts";
import { inflatingInTime } from "../other-runtimes.ts";
import { respellHeaderNames } from "../request-headers.ts";
import { type Answer, answerOf, headersFrom } from "./answer.ts";
import { OpeningHandshake } from "./opening-handshake.ts";
import { absorb, causeOf, codeOf, failLater, type PhaseEnd, type Release } from "./phase.ts";
import type { Target } from "./target.ts";

export interface Upgraded {
  readonly handshake: Handshake;
  /** What came glued to the answer: the first frames. */
  readonly head: Buffer;
  /** What compresses messages; undefined if they are not. */
  readonly deflate: Deflate | undefined;
}

export interface UpgradeEnd extends PhaseEnd<Upgraded> {
  /** The server answered with something other than 101, in place of `done`. */
  answered(answer: Answer): void;
  /** The Set-Cookie fields of the 101, just before `done`, or of an informational response. */
  setCookies(fields: readonly string[]): void;
}

// What the types of ws leave out: several lines of a header field, and some of its options.
type WsOptions = Omit<ClientOptions, "headers" | "createConnection"> & {
  headers: HeaderFields;
  /** As Node's `http.request` has it: the socket may follow. */
  createConnection: (options: unknown, created: (error: null, socket: Socket) => void) => void;
  maxHeaderSize: number;
};

/**
 * An upgrade that is made ready while its socket still connects, for that takes as long as to send it: a server that was
 * woken by the connection would be asleep again.
 */
export class Upgrade {
  readonly #target: Target;
  readonly #options: ResolvedNodeOptions;
  #compress: CompressParameters | undefined = undefined;
  readonly #ws: OpeningHandshake | undefined;
  #request!: ClientRequest;
  /** Gives the request its socket. */
  #connect: ((error: null, socket: Socket) => void) | undefined = undefined;
  /** Why it cannot be made. */
  readonly #problem: Failure | undefined;

  constructor(target: Target, headers: HeaderFields, options: ResolvedNodeOptions) {
    this.#target = target;
    this.#options = options;
    try {
      // What was given is read again, and may throw.
      this.#compress = compressParameters(options.wsOpts.compress);
      this.#ws = this.#make(headers);
      // ws also says so of one that was terminated.
      this.#ws.on("error", absorb);
    } catch (cause) {
      this.#problem = unusable(cause);
    }
  }

  #make(headers: HeaderFields): OpeningHandshake {
    const { wsOpts, httpOpts } = this.#options;
    const { maxPayload, protocols } = wsOpts;
    const wsOptions: WsOptions = {
      createConnection: (_, connect) => {
        this.#connect = connect;
      },
      headers,
      maxHeaderSize: Math.min(httpOpts.maxHeaderBlockSize, Number.MAX_SAFE_INTEGER),
      // Of what is inflated. ws takes 32 bits, where 0 is no limit.
      maxPayload: maxPayload === Infinity ? 0 : Math.min(maxPayload, 2 ** 31 - 1),
      perMessageDeflate: this.#compress === undefined ? false : wsParameters(this.#compress),
      finishRequest: (request) => {
        this.#request = request as ClientRequest;
      },
    };
    const make = () =>
      new OpeningHandshake(this.#target.url, protocols as string[], wsOptions as unknown as ClientOptions);
    const handshake = make();
    if (this.#connect !== undefined) return handshake;
    handshake.on("error", absorb);
    handshake.terminate();
    return withNodesOwnRequest(make);
  }

  /** It is not sent. */
  release(): void {
    this.#ws?.terminate();
  }

  send(socket: Socket, end: UpgradeEnd): Release {
    const ws = this.#ws;
    if (ws === undefined) {
      const release = failLater(this.#problem!, end);
      return () => {
        release();
        socket.destroy();
      };
    }
    // It may have ended while nobody read from it.
    if (socket.destroyed) {
      this.release();
      return failLater(upgradeFailure(this.#target, socketHangUp()), end);
    }
    let settled = false;
    let isAgreed = false;
    const settle = (tell: () => void) => {
      if (settled) return;
      settled = true;
      tell();
    };
    let response: IncomingMessage;
    ws.on("upgrade", (switching: IncomingMessage) => {
      response = switching;
    });
    ws.agreed = (head, extension) => {
      isAgreed = true;
      // The open connection keeps nothing of this phase.
      ws.removeAllListeners();
      settle(() => {
        end.setCookies(response.headers["set-cookie"] ?? []);
        const deflate = extension && new Deflate(inflatingInTime(extension), this.#compress!.threshold!);
        end.done({ handshake: new NodeHandshake(ws.protocol, response), head, deflate });
      });
    };
    ws.on("unexpected-response", (_request: ClientRequest, answer: IncomingMessage) => {
      // Node takes a 101 without `Connection: Upgrade` for an ordinary response.
      const notUpgraded = () => protocolFailure(this.#target, new Error("101 without Connection: Upgrade"));
      settle(() => (answer.statusCode === 101 ? end.failed(notUpgraded()) : end.answered(answerOf(answer))));
    });
    let unsendable: Failure | undefined;
    ws.on("error", (cause) => {
      settle(() => end.failed(unsendable ?? upgradeFailure(this.#target, cause)));
    });

    const request = this.#request;
    const { transformHeaderName, cookieIgnoreInformational } = this.#options.httpOpts;
    if (!cookieIgnoreInformational) {
      request.on("information", ({ headers }) => end.setCookies(headers["set-cookie"] ?? []));
    }
    this.#connect!(null, socket);
    try {
      if (transformHeaderName) respellHeaderNames(request, transformHeaderName);
      request.end();
    } catch (cause) {
      unsendable = cause instanceof ProviderError ? unanswered(cause) : unusable(cause);
      request.destroy();
    }
    return () => {
      settled = true;
      if (!isAgreed) ws.terminate();
      socket.destroy();
    };
  }
}

/**
 * Libraries that stand in for servers while tests run (MSW, nock) give each request of `http` an agent of theirs, which would
 * take the place of our socket. What they stand in for is HTTP, so for the time of this call the request is Node's own.
 */
function withNodesOwnRequest<Made>(make: () => Made): Made {
  const { request } = http;
  const { request: secureRequest } = https;
  const NodesOwn = http.ClientRequest.prototype.constructor as typeof ClientRequest;
  const ownRequest = (options: http.RequestOptions) => new NodesOwn(options);
  Object.assign(http, { request: ownRequest });
  Object.assign(https, { request: ownRequest });
  try {
    return make();
  } finally {
    Object.assign(http, { request });
    Object.assign(https, { request: secureRequest });
  }
}

/** In the words of ws. What is false there forbids what the server may ask for unasked. */
function wsParameters({
  serverNoContextTakeover,
  clientNoContextTakeover,
  serverMaxWindowBits,
  clientMaxWindowBits,
  level,
}: CompressParameters): ClientOptions["perMessageDeflate"] {
  return {
    ...(serverNoContextTakeover && { serverNoContextTakeover }),
    ...(clientNoContextTakeover && { clientNoContextTakeover }),
    ...(serverMaxWindowBits && { serverMaxWindowBits }),
    ...(clientMaxWindowBits && { clientMaxWindowBits }),
    zlibDeflateOptions: { ...(level !== undefined && { level }) },
  };
}

class NodeHandshake implements Handshake {
  readonly protocol: string;
  readonly extensions: string;
  readonly #rawHeaders: readonly string[];
  #headers: Headers | undefined = undefined;

  constructor(protocol: string, { headers, rawHeaders }: IncomingMessage) {
    this.protocol = protocol;
    this.extensions = headers["sec-websocket-extensions"] ?? "";
    this.#rawHeaders = rawHeaders;
  }

  /** Made when it is asked for: a `Headers` takes longer than all the rest of what we do here. */
  get headers(): Headers {
    this.#headers ??= headersFrom(this.#rawHeaders);
    return this.#headers;
  }
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
  const message = `the opening handshake with ${place} failed (${printable(messageOf(cause))}): ${advice[code] ?? "is it a WebSocket server, and the url its own?"}`;
  const error = new ProtocolError(message, 1002, { cause: causeOf(cause) });
  return { kind: "protocol", phase: "upgrade", error, byUs: true };
}

const advice: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "raise httpOpts.maxHeaderBlockSize if the server may send that much",
  HPE_INVALID_CONSTANT: "what answers there does not speak HTTP; is it a wss: url?",
};

function socketHangUp(): Error {
  return Object.assign(new Error("the socket was closed before the request"), { code: "ECONNRESET" });
}

function unanswered(error: ProviderError): Failure {
  return { kind: "provider", phase: "upgrade", error, byUs: true };
}

function unusable(cause: unknown): Failure {
  const message = `the opening handshake cannot be sent: ${printable(messageOf(cause))}`;
  return {
    kind: "blocked",
    phase: "upgrade",
    error: new ConnectError("upgrade", message, { cause }),
    byUs: true,
  };
}
