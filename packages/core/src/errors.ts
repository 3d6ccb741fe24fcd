// The error catalogue: one class a kind, a literal `code`, the facts as fields, the underlying error as `cause`.
// Your misuse throws at once; the network's or the peer's doing arrives as an event. Nothing decides on message text.
// Fields that constructors fill are declared alone: spelled out again they would be defined twice, in every page.

import { withoutControls } from "./printable.ts";
import { repeatable } from "./redact.ts";
import type { PlatformHeaders } from "./structural.ts";

/** The phases of an attempt. Browsers report only `prepare` and `open`: they hide what happens between. */
export type Phase = "prepare" | "lookup" | "tcp" | "proxy" | "tls" | "upgrade" | "open";

/**
 * The root of every error that Gundam makes. Each class spells out its `name` on its prototype, where the stack trace
 * finds it while the error is being constructed and where no minifier shortens it.
 */
export abstract class GundamError extends Error {
  abstract readonly code: string;
  /** Known to every copy of the library, unlike the class. */
  readonly isGundamError = true;
}

/** True for a `GundamError` of any copy of the library. */
export function isGundamError(value: unknown): value is GundamError {
  return typeof value === "object" && value !== null && (value as GundamError).isGundamError === true;
}

/** What an error text may say of what was thrown: it can be anything, a Proxy that throws at every question included. */
export function messageOf(cause: unknown): string {
  try {
    if (Object(cause) !== cause) return withoutControls(String(cause));
    const { name, message = "with an object that is no Error" } = cause as Partial<Error>;
    // Its message quotes what could not be parsed, which may be a message or a token; so does Deno's "Invalid URL: …".
    return withoutControls(`${cause instanceof SyntaxError || /URL: /.test(message) ? name : message}`);
  } catch {
    return "with an object that is no Error";
  }
}

/** An option, an argument or a returned state has a value that cannot work. Thrown at once; nothing was changed. */
export class OptionError extends GundamError {
  readonly code = "ERR_OPTION";
  override get name(): string {
    return "OptionError";
  }
  /** The option's path, e.g. `wsOpts.closingTimeout`. */
  declare readonly option: string;
  /** Undefined unless it is a number: all else may be a secret that came to the wrong place. */
  declare readonly value: unknown;

  constructor(option: string, value: unknown, problem: string) {
    super(`${option} ${problem}`);
    this.option = option;
    this.value = repeatable(value);
  }
}

/** `send()` or `ping()` was called when nothing can leave any more. */
export class NotOpenError extends GundamError {
  readonly code = "ERR_NOT_OPEN";
  override get name(): string {
    return "NotOpenError";
  }
}

/**
 * The send queue is full and its `overflow` is `reject`: the message was not accepted. Or an iterator's buffer is, and
 * the platform cannot stop reading.
 */
export class QueueFullError extends GundamError {
  readonly code = "ERR_QUEUE_FULL";
  override get name(): string {
    return "QueueFullError";
  }
}

/** A message was never handed to a socket and never will be. */
export class UnsentError extends GundamError {
  readonly code = "ERR_UNSENT";
  override get name(): string {
    return "UnsentError";
  }
}

/** A message was handed to a socket whose connection was lost before it was known what became of the message. */
export class UnknownDeliveryError extends GundamError {
  readonly code = "ERR_UNKNOWN_DELIVERY";
  override get name(): string {
    return "UnknownDeliveryError";
  }
}

/** A phase, or a callback, took longer than it may. */
export class TimeoutError extends GundamError {
  readonly code = "ERR_TIMEOUT";
  override get name(): string {
    return "TimeoutError";
  }
  declare readonly phase: string;
  declare readonly timeout: number;

  constructor(phase: string, timeout: number, option: string) {
    super(`${phase} took longer than ${option} (${timeout} ms)`);
    this.phase = phase;
    this.timeout = timeout;
  }
}

/** The network refused or broke the connection; `cause` is the platform's error. */
export class ConnectError extends GundamError {
  readonly code = "ERR_CONNECT";
  override get name(): string {
    return "ConnectError";
  }
  declare readonly phase: Phase;

  constructor(phase: Phase, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.phase = phase;
  }
}

/** The TLS handshake failed; `rejected` tells whether the peer's certificate is to blame. */
export class TlsError extends GundamError {
  readonly code = "ERR_TLS";
  override get name(): string {
    return "TlsError";
  }
  declare readonly rejected: boolean;

  constructor(message: string, rejected: boolean, options?: { cause?: unknown }) {
    super(message, options);
    this.rejected = rejected;
  }
}

/** The server answered the opening handshake with something other than 101. */
export class RefusedError extends GundamError {
  readonly code = "ERR_REFUSED";
  override get name(): string {
    return "RefusedError";
  }
  declare readonly status: number;
  // Whoever prints the error prints no cookies.
  readonly #headers: PlatformHeaders;
  /** What `Retry-After` asks for, in ms; undefined without one. */
  declare readonly retryAfter: number | undefined;

  /** `why`: what the status alone does not tell. */
  constructor(status: number, headers: PlatformHeaders, retryAfter?: number, why?: string) {
    super(`the server refused the opening handshake with HTTP status ${status}${why ? `: ${why}` : ""}`);
    this.status = status;
    this.#headers = headers;
    this.retryAfter = retryAfter;
  }

  get headers(): PlatformHeaders {
    return this.#headers;
  }
}

/** One side broke RFC 6455 (or the other could not understand it); `closeCode` is the code that says how. */
export class ProtocolError extends GundamError {
  readonly code = "ERR_PROTOCOL";
  override get name(): string {
    return "ProtocolError";
  }
  declare readonly closeCode: number;

  constructor(message: string, closeCode: number, options?: { cause?: unknown }) {
    super(message, options);
    this.closeCode = closeCode;
  }
}

/** The peer closed an open connection with a Close frame. */
export class CloseError extends GundamError {
  readonly code = "ERR_CLOSED";
  override get name(): string {
    return "CloseError";
  }
  declare readonly closeCode: number;
  declare readonly reason: string;

  constructor(closeCode: number, reason: string) {
    super(`the server sent Close with code ${closeCode}${reason && ` "${withoutControls(reason)}"`}`);
    this.closeCode = closeCode;
    this.reason = reason;
  }
}

/** The kernel accepted no byte for `tcpOpts.sendTimeout`: the peer has stopped reading. */
export class SendTimeoutError extends GundamError {
  readonly code = "ERR_SEND_TIMEOUT";
  override get name(): string {
    return "SendTimeoutError";
  }
}

/** Nothing came from the peer for so long that it is taken for dead. */
export class DeadPeerError extends GundamError {
  readonly code = "ERR_DEAD_PEER";
  override get name(): string {
    return "DeadPeerError";
  }
  /** How long nothing had come, in ms. */
  declare readonly silence: number;

  constructor(silence: number, question: string) {
    super(`the peer did not answer a ${question}, and has sent nothing for ${Math.round(silence)} ms`);
    this.silence = silence;
  }
}

/** One of your callbacks threw, rejected or answered nonsense; `cause` is what it threw. */
export class CallbackError extends GundamError {
  readonly code = "ERR_CALLBACK";
  override get name(): string {
    return "CallbackError";
  }
  declare readonly callback: string;

  constructor(callback: string, problem: string, options?: { cause?: unknown }) {
    super(`${callback} ${problem}`, options);
    this.callback = callback;
  }
}

/** A function that gives what an attempt needs, or a cookie store, failed or gave nothing that can be used; `cause` is why. */
export class ProviderError extends GundamError {
  readonly code = "ERR_PROVIDER";
  override get name(): string {
    return "ProviderError";
  }
  declare readonly provider: string;

  constructor(provider: string, problem: string, options?: { cause?: unknown }) {
    super(`the ${provider} function ${problem}`, options);
    this.provider = provider;
  }
}

/** What kind of failure it was: this, not the error's text, is what the verdict table decides on. */
export type FailureKind =
  /** lookup, TCP, a reset, a connection lost without a Close frame, a drop during the upgrade */
  | "network"
  | "proxy"
  | "timeout"
  /** the peer's certificate was rejected */
  | "certificate"
  /** the platform does not allow the connection at all (mixed content, Content-Security-Policy) */
  | "blocked"
  /** an HTTP response other than 101 */
  | "response"
  /** a Close frame from the peer */
  | "close"
  /** RFC 6455 broken by either side */
  | "protocol"
  /** a function of the attempt, or a cookie store */
  | "provider"
  /** onConnect failed: the connection never became ready */
  | "callback"
  /** the peer is gone or has stopped reading, by our own verdict */
  | "dead";

/** How an attempt or a connection ended. */
export interface Failure {
  readonly kind: FailureKind;
  readonly error: GundamError;
  readonly phase?: Phase | undefined;
  /** HTTP status of a refusal: the server's, or with `kind` "proxy" the proxy's. */
  readonly status?: number | undefined;
  readonly headers?: PlatformHeaders | undefined;
  /** Close code, and the reason beside it. */
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  /** A Close frame was received and answered. */
  readonly wasClean?: boolean | undefined;
  /** What the server asked us to wait, in ms (`Retry-After`). */
  readonly retryAfter?: number | undefined;
  /** Our side failed the connection; an answer to our own Close is not that. */
  readonly byUs: boolean;
  /** The browser may have ended it by itself, as it does where a page may be about to be left. */
  readonly byPage?: boolean | undefined;
}
