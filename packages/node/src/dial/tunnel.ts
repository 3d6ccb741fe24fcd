// CONNECT (RFC 9110 §9.3.6): an HTTP proxy is asked to lead us to the target, by Node's own HTTP client. A 407 is answered
// once, with what the user's function makes of it: over the same connection where the proxy keeps it.

import http, { type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { chain, type Failure, type HeaderFields, ProviderError } from "@gundam/core";
import type { ProxyHeadersContext, ProxyHeadersSource } from "../node-options.ts";
import { headersFrom } from "./answer.ts";
import { absorb, failLater, type PhaseEnd, type Release } from "./phase.ts";
import { broken, isJunk, type Refusal, refused } from "./proxy-failures.ts";
import { askForFields, withCredentials } from "./proxy-headers.ts";
import type { ProxyEndpoint } from "./proxy-url.ts";

/** Which way is asked for, and who asks. */
export interface TunnelRequest {
  readonly proxy: ProxyEndpoint;
  /** The target: `host:port`. */
  readonly authority: string;
  readonly proxyHeaders: ProxyHeadersSource;
  readonly attempt: Pick<ProxyHeadersContext, "attempt" | "lastFailure">;
  /** What the function for the fields has given already; it is not asked for that again. */
  readonly given: Given | undefined;
}

export interface Given {
  readonly fields: HeaderFields;
  /** Nobody is asked about a 407 to them. */
  readonly isLast: boolean;
}

export interface TunnelEnd extends PhaseEnd<Socket> {
  /** `isPage`: the answer came with a web page, as of who wants to be logged in to, and no way to the target has one. */
  done(socket: Socket, isPage?: boolean): void;
  /** In place of `done`: this connection takes no request, and another one can say what was given. */
  again(given: Given): void;
}

/** How much content of an answer is read past to keep the connection, in bytes: an error page. */
const LONGEST_CONTENT = 64 * 1024;

/** A connection to the proxy, until it leads to the target. */
export class Tunnel {
  readonly #request: TunnelRequest;
  readonly #socket: Socket;
  readonly #end: TunnelEnd;
  /** Aborts when what the function gives is no longer wanted. */
  #asking: AbortController | undefined = undefined;
  #leave: Release = absorb;
  #isOver = false;

  constructor(request: TunnelRequest, socket: Socket, end: TunnelEnd) {
    this.#request = request;
    this.#socket = socket;
    this.#end = end;
  }

  start(): void {
    const { proxyHeaders, given } = this.#request;
    if (given !== undefined) return this.#send(given, false);
    this.#ask(undefined, (fields = {}) => {
      const first = { fields, isLast: typeof proxyHeaders !== "function" };
      // Meanwhile the proxy may have had enough of waiting.
      if (isOpen(this.#socket)) this.#send(first, false);
      else this.#end.again(first);
    });
  }

  release(): void {
    this.#isOver = true;
    this.#asking?.abort();
    this.#leave();
    this.#socket.destroy();
  }

  /** Goes on with what is given, once it is. */
  #ask(response: ProxyHeadersContext["response"], goOn: (fields: HeaderFields | undefined) => void): void {
    const { proxy, authority, proxyHeaders, attempt } = this.#request;
    const asking = new AbortController();
    this.#asking = asking;
    const { signal } = asking;
    const context = { ...attempt, signal, proxy: proxy.origin, authority, response };
    void chain(askForFields(proxyHeaders, context), (answer) => {
      // Maybe from within the function.
      if (this.#isOver) return;
      this.#asking = undefined;
      if (!(answer instanceof ProviderError)) return goOn(answer);
      const failure: Failure = { kind: "provider", phase: "proxy", error: answer, byUs: true };
      this.#leave = failLater(failure, this.#end);
    });
  }

  /** `isUsed`: the connection has had an answer, and the proxy may be about to end it. */
  #send(given: Given, isUsed: boolean): void {
    const { proxy, authority } = this.#request;
    const request = http.request({
      method: "CONNECT",
      path: authority,
      // Without it Node asks for the connection to be closed after the answer.
      headers: { Connection: "keep-alive", ...withCredentials(given.fields, proxy), Host: authority },
      createConnection: () => this.#socket,
    });
    let isSettled = false;
    const settle = (tell: () => void) => {
      if (isSettled || this.#isOver) return;
      isSettled = true;
      tell();
    };
    request.on("connect", (response, _, head: Buffer) => settle(() => this.#answered(given, response, head)));
    request.on("error", (cause) =>
      settle(() => {
        if (isUsed && !isJunk(cause)) this.#end.again(given);
        else this.#end.failed(broken(proxy, cause));
      }),
    );
    request.end();
  }

  #answered(given: Given, response: IncomingMessage, head: Buffer): void {
    const { proxy, authority, proxyHeaders } = this.#request;
    const status = response.statusCode!;
    if (Math.floor(status / 100) === 2) {
      if (head.length > 0) this.#socket.unshift(head);
      return this.#end.done(this.#socket, /html/i.test(response.headers["content-type"] ?? ""));
    }
    const fail = (provider: Refusal["provider"]) =>
      this.#end.failed(refused({ proxy, authority, response, fields: given.fields, provider }));
    if (typeof proxyHeaders !== "function") return fail(undefined);
    if (status !== 407 || given.isLast) return fail("answered");
    const isKept = readPast(this.#socket, response, head);
    this.#ask({ status, headers: headersFrom(response.rawHeaders) }, (fields) => {
      if (fields === undefined) return fail("silent");
      const answer = { fields, isLast: true };
      void isKept.then((isKept) => {
        if (this.#isOver) return;
        if (isKept && isOpen(this.#socket)) this.#send(answer, true);
        else this.#end.again(answer);
      });
    });
  }
}

/** Reads past the content of an answer; resolves with whether the connection takes another request then. */
function readPast(socket: Socket, { httpVersion, headers }: IncomingMessage, head: Buffer): Promise<boolean> {
  const { connection, "proxy-connection": proxyConnection, "content-length": length } = headers;
  let left = Number(length) - head.length;
  const isMeasured = left >= 0 && left <= LONGEST_CONTENT;
  const isKept = httpVersion === "1.1" && !/close/i.test(`${connection} ${proxyConnection}`);
  if (!isMeasured || !isKept) return Promise.resolve(false);
  if (left === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (isRead: boolean) => {
      socket.off("data", read);
      socket.off("close", ended);
      resolve(isRead);
    };
    const read = (chunk: Buffer) => {
      left -= chunk.length;
      if (left <= 0) settle(left === 0);
    };
    const ended = () => settle(false);
    socket.on("data", read);
    socket.on("close", ended);
  });
}

function isOpen({ destroyed, readable, writable }: Socket): boolean {
  return !destroyed && readable && writable;
}
