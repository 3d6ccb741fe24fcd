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
 *
 * @example
 * client.on("error", (error) => console.log(error.name, error.code, error.cause));
 */
export abstract class GundamError extends Error {
  /** What went wrong, for programs: each class has its own, which is for good. Messages are for people, and change. */
  abstract readonly code: string;
  /** Known to every copy of the library, unlike the class. */
  readonly isGundamError = true;
}

/**
 * True for a `GundamError` of any copy of the library.
 *
 * @example
 * try {
 *   client.send("hello");
 * } catch (error) {
 *   if (!isGundamError(error) || error.code !== "ERR_QUEUE_FULL") throw error;
 * }
 */
export function isGundamError(value: unknown): value is GundamError {
  return typeof value === "object" && value !== null && (value as GundamError).isGundamError === true;
}

/**
 * What an error text may say of what was thrown: it can be anything, a Proxy that throws at every question included.
 *
 * @example
 * messageOf(new Error("the disk is full")); // → "the disk is full"
 * messageOf(42); // → "42"
 */
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

/**
 * An option, an argument or a returned state has a value that cannot work. Thrown at once; nothing was changed.
 *
 * @example
 * try {
 *   connect({ url: "wss://example.org/", retry: -1 });
 * } catch (error) {
 *   if (error instanceof OptionError) console.log(error.option, error.value); // retry -1
 * }
 */
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

/**
 * `send()` or `ping()` was called when nothing can leave any more.
 *
 * @example
 * await client.close();
 * try {
 *   client.send("too late");
 * } catch (error) {
 *   console.log(error instanceof NotOpenError); // true
 * }
 */
export class NotOpenError extends GundamError {
  readonly code = "ERR_NOT_OPEN";
  override get name(): string {
    return "NotOpenError";
  }
}

/**
 * The send queue is full and its `overflow` is `reject`: the message was not accepted. Or an iterator's buffer is, and
 * the platform cannot stop reading.
 *
 * @example
 * try {
 *   client.send("one more");
 * } catch (error) {
 *   if (error instanceof QueueFullError) client.once("drain", () => client.send("one more"));
 *   else throw error;
 * }
 */
export class QueueFullError extends GundamError {
  readonly code = "ERR_QUEUE_FULL";
  override get name(): string {
    return "QueueFullError";
  }
}

/**
 * A message was never handed to a socket and never will be.
 *
 * @example
 * const sent = deliver(client, "paid", { ttl: 10_000 });
 * sent.catch((error) => console.log(error instanceof UnsentError ? "sending it again is safe" : error));
 */
export class UnsentError extends GundamError {
  readonly code = "ERR_UNSENT";
  override get name(): string {
    return "UnsentError";
  }
}

/**
 * A message was handed to a socket whose connection was lost before it was known what became of the message.
 *
 * @example
 * const sent = deliver(client, "paid", { ack: true });
 * sent.catch((error) => console.log(error instanceof UnknownDeliveryError ? "ask the server" : error));
 */
export class UnknownDeliveryError extends GundamError {
  readonly code = "ERR_UNKNOWN_DELIVERY";
  override get name(): string {
    return "UnknownDeliveryError";
  }
}

/**
 * A phase, or a callback, took longer than it may.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof TimeoutError) console.log(`${error.phase} took more than ${error.timeout} ms`);
 * });
 */
export class TimeoutError extends GundamError {
  readonly code = "ERR_TIMEOUT";
  override get name(): string {
    return "TimeoutError";
  }
  /** What took too long: a phase of connecting, or the name of a callback. */
  declare readonly phase: string;
  /** How long it may take, in ms: the option that says so stands in the message. */
  declare readonly timeout: number;

  constructor(phase: string, timeout: number, option: string) {
    super(`${phase} took longer than ${option} (${timeout} ms)`);
    this.phase = phase;
    this.timeout = timeout;
  }
}

/**
 * The network refused or broke the connection; `cause` is the platform's error.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof ConnectError) console.log(`broken while in ${error.phase}`, error.cause);
 * });
 */
export class ConnectError extends GundamError {
  readonly code = "ERR_CONNECT";
  override get name(): string {
    return "ConnectError";
  }
  /** The phase that it happened in; `"open"`: the connection was open. */
  declare readonly phase: Phase;

  constructor(phase: Phase, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.phase = phase;
  }
}

/**
 * The TLS handshake failed; `rejected` tells whether the peer's certificate is to blame.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof TlsError && error.rejected) console.log("not the certificate that we trust");
 * });
 */
export class TlsError extends GundamError {
  readonly code = "ERR_TLS";
  override get name(): string {
    return "TlsError";
  }
  /** True: the peer's certificate was not accepted. False: the handshake itself failed. */
  declare readonly rejected: boolean;

  constructor(message: string, rejected: boolean, options?: { cause?: unknown }) {
    super(message, options);
    this.rejected = rejected;
  }
}

/**
 * The server answered the opening handshake with something other than 101.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof RefusedError && error.status === 401) console.log("the token has expired");
 * });
 */
export class RefusedError extends GundamError {
  readonly code = "ERR_REFUSED";
  override get name(): string {
    return "RefusedError";
  }
  /** The HTTP status of the response, such as 503. */
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

  /** The response's headers. A log that prints the error prints none of them. */
  get headers(): PlatformHeaders {
    return this.#headers;
  }
}

/**
 * One side broke RFC 6455 (or the other could not understand it); `closeCode` is the code that says how.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof ProtocolError) console.log(error.closeCode, error.message);
 * });
 */
export class ProtocolError extends GundamError {
  readonly code = "ERR_PROTOCOL";
  override get name(): string {
    return "ProtocolError";
  }
  /** The close code that says how: 1002, 1003, 1007 or 1009 (RFC 6455 §7.4.1), or another of the peer's. */
  declare readonly closeCode: number;

  constructor(message: string, closeCode: number, options?: { cause?: unknown }) {
    super(message, options);
    this.closeCode = closeCode;
  }
}

/**
 * The peer closed an open connection with a Close frame.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof CloseError) console.log(error.closeCode, error.reason);
 * });
 */
export class CloseError extends GundamError {
  readonly code = "ERR_CLOSED";
  override get name(): string {
    return "CloseError";
  }
  /** The code of the Close frame; 1005: it had none (RFC 6455 §7.1.5). */
  declare readonly closeCode: number;
  /** The reason of the Close frame, as the peer sent it: at most 123 bytes, "" if there was none. */
  declare readonly reason: string;

  constructor(closeCode: number, reason: string) {
    super(`the server sent Close with code ${closeCode}${reason && ` "${withoutControls(reason)}"`}`);
    this.closeCode = closeCode;
    this.reason = reason;
  }
}

/**
 * The kernel accepted no byte for `tcpOpts.sendTimeout`: the peer has stopped reading.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof SendTimeoutError) console.log("the peer reads no more");
 * });
 */
export class SendTimeoutError extends GundamError {
  readonly code = "ERR_SEND_TIMEOUT";
  override get name(): string {
    return "SendTimeoutError";
  }
}

/**
 * Nothing came from the peer for so long that it is taken for dead.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof DeadPeerError) console.log(`silent for ${error.silence} ms`);
 * });
 */
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

/**
 * One of your callbacks threw, rejected or answered nonsense; `cause` is what it threw.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof CallbackError) console.log(`${error.callback} threw`, error.cause);
 * });
 */
export class CallbackError extends GundamError {
  readonly code = "ERR_CALLBACK";
  override get name(): string {
    return "CallbackError";
  }
  /** The name of the option that the function was given as, such as `onMessage` or `wsOpts.codec.decode`. */
  declare readonly callback: string;

  constructor(callback: string, problem: string, options?: { cause?: unknown }) {
    super(`${callback} ${problem}`, options);
    this.callback = callback;
  }
}

/**
 * A function that gives what an attempt needs, or a cookie store, failed or gave nothing that can be used; `cause` is why.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error instanceof ProviderError) console.log(`${error.provider} failed`, error.cause);
 * });
 */
export class ProviderError extends GundamError {
  readonly code = "ERR_PROVIDER";
  override get name(): string {
    return "ProviderError";
  }
  /** The path of the option that gave no answer, such as `url` or `cookieStore`. */
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
  /** What kind of failure it was. */
  readonly kind: FailureKind;
  /** The error that `onError` is given for it. */
  readonly error: GundamError;
  /** The phase that it happened in; `"open"`: the connection was open. */
  readonly phase?: Phase | undefined;
  /** HTTP status of a refusal: the server's, or with `kind` "proxy" the proxy's. */
  readonly status?: number | undefined;
  /** Headers of the response that refused the opening handshake; undefined in browsers, which hide them. */
  readonly headers?: PlatformHeaders | undefined;
  /** The close code of either side: 1005: the peer's Close frame had none; 1006: there was no Close frame. */
  readonly code?: number | undefined;
  /** The reason of the peer's Close frame, or "". */
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
