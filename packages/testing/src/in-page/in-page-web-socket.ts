// The WHATWG `WebSocket` over the server in the page, for clients that take its class: of another library, or of your own.
// The steps are the standard's, as browsers take them; a test holds the two to the same dialogues.

import { ConnectError, type Failure, type Message, subprotocols, type TransportListener } from "@gundam/core";
import {
  type BinaryType,
  clampedShort,
  dataOf,
  defineEventHandlers,
  type EventHandlers,
  exposeInterface,
  isBinaryType,
  payloadOf,
  readyStates,
  SendOrder,
  sizeOf,
  stringSequence,
  utf8Length,
} from "@gundam/core/websocket";
import type { InPageConnection } from "./in-page-connection.ts";
import type { InPageServer } from "./in-page-server.ts";

const { CONNECTING, OPEN, CLOSING, CLOSED } = readyStates;
const [, isSubprotocols] = subprotocols;

/** Whom the class that is constructed connects to. */
interface ConnectsTo {
  readonly server: InPageServer;
}

/** A `WebSocket` class whose sockets all connect to one server, whatever their url. */
export interface InPageWebSocketClass extends Readonly<typeof readyStates> {
  new (url: string | URL, protocols?: string | Iterable<string>): InPageWebSocket;
}

/**
 * The class to give to a client in place of the global `WebSocket`.
 *
 * @example
 * // What the constructors of reconnecting-websocket and partysocket take as their option `WebSocket`.
 * const { runtime, server } = virtualPage();
 * const WebSocket = inPageWebSocket(server);
 * const socket = new WebSocket("ws://in-page/");
 * await runtime.advance(1000);
 * socket.readyState; // → 1
 */
export function inPageWebSocket(server: InPageServer): InPageWebSocketClass {
  class WebSocket extends InPageWebSocket {
    static readonly server = server;
  }
  return WebSocket as unknown as InPageWebSocketClass;
}

/**
 * The WHATWG `WebSocket` over the server in the page: `inPageWebSocket()` makes its class. What it takes, gives and
 * throws is the standard's.
 *
 * @example
 * const WebSocket = inPageWebSocket(virtualPage().server);
 * const socket = new WebSocket("ws://in-page/");
 * socket.binaryType = "arraybuffer";
 * socket.readyState; // → 0
 */
export class InPageWebSocket extends EventTarget {
  readonly #server: InPageServer;
  readonly #connection: InPageConnection;
  readonly #handlers: EventHandlers = new Map();
  readonly #order: SendOrder;
  readonly #url: URL;
  #readyState: number = CONNECTING;
  #protocol = "";
  #binaryType: BinaryType = "blob";
  /** Bytes that were given in the task that runs now: none of them has left. */
  #givenNow = 0;
  /** Bytes that were given when nothing could be sent any more. */
  #unsendable = 0;

  constructor(url: string | URL, protocols: string | Iterable<string> = []) {
    super();
    this.#server = (new.target as unknown as ConnectsTo).server;
    this.#url = parseUrl(`${url}`);
    const offered = stringSequence(protocols);
    if (!isSubprotocols(offered)) throw syntaxError("the subprotocols must be tokens, each given once");
    this.#order = new SendOrder(
      (message) => {
        this.#connection.send(message);
        this.#give(sizeOf(message));
      },
      () => this.#fail(),
    );
    const options = { connectTimeout: Number.POSITIVE_INFINITY, wsOpts: { protocols: offered } };
    const request = { url: this.#url.href, headers: {}, options };
    this.#connection = this.#server.dial(request, this.#listener()) as InPageConnection;
  }

  /** The url that was asked for, resolved. */
  get url(): string {
    return this.#url.href;
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): number {
    return this.#readyState === OPEN && this.#connection.isEnding ? CLOSING : this.#readyState;
  }

  /** Bytes that were given to `send` and have not left. */
  get bufferedAmount(): number {
    return Math.max(this.#givenNow, this.#connection.bufferedAmount) + this.#order.bytes + this.#unsendable;
  }

  /** What was negotiated: "", always. */
  get extensions(): string {
    return "";
  }

  /** The subprotocol that the server has selected, or "". */
  get protocol(): string {
    return this.#protocol;
  }

  /** What binary messages come as; at first `"blob"`. */
  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  set binaryType(value: BinaryType) {
    if (isBinaryType(value)) this.#binaryType = value;
  }

  /**
   * Starts the closing handshake. Throws an `InvalidAccessError` for a code other than 1000 or 3000 to 4999, and a
   * `SyntaxError` for a reason of more than 123 bytes.
   */
  close(code?: number, reason = ""): void {
    const closeCode = code === undefined ? undefined : clampedShort(code);
    if (closeCode !== undefined && closeCode !== 1000 && !(closeCode >= 3000 && closeCode <= 4999)) {
      const problem = `close(): the code must be 1000 or from 3000 to 4999, not ${closeCode}`;
      throw new DOMException(problem, "InvalidAccessError");
    }
    const closeReason = `${reason}`;
    const length = utf8Length(closeReason);
    if (length > 123) throw syntaxError(`the reason must have at most 123 bytes in UTF-8, not ${length}`);
    if (this.readyState >= CLOSING) return;
    if (this.#readyState === CONNECTING) return this.#fail();
    this.#readyState = CLOSING;
    // "If reason is non-empty but code is null, then set code to 1000."
    const sent = closeCode ?? (closeReason === "" ? undefined : 1000);
    this.#order.afterwards(() => this.#connection.close(sent, closeReason));
  }

  /** Sends a message. Throws an `InvalidStateError` while connecting; what is given after the end is only counted. */
  send(data: unknown): void {
    const payload = payloadOf(data);
    if (this.#readyState === CONNECTING) {
      throw new DOMException("send(): the WebSocket is not open yet", "InvalidStateError");
    }
    const size = sizeOf(payload);
    if (this.readyState !== OPEN) {
      this.#unsendable += size;
      return;
    }
    this.#order.send(payload, size);
  }

  #give(bytes: number): void {
    if (this.#givenNow === 0) {
      this.#afterwards(() => {
        this.#givenNow = 0;
      });
    }
    this.#givenNow += bytes;
  }

  /** Fails the WebSocket connection. */
  #fail(): void {
    this.#readyState = CLOSING;
    this.#connection.abandon();
    const error = new ConnectError("open", "the WebSocket was closed before it was open");
    this.#afterwards(() => this.#lost({ kind: "network", phase: "open", error, byUs: true }));
  }

  /** In a task of its own, as each event is: all microtasks run before the next one. */
  #afterwards(run: () => void): void {
    this.#server.runtime.setTimer(0, run);
  }

  // — feedback from the protocol —

  #listener(): TransportListener {
    const nothing = () => {};
    return {
      phase: nothing,
      opened: ({ protocol }) => this.#afterwards(() => this.#opened(protocol)),
      message: (message) => this.#afterwards(() => this.#received(message)),
      ping: nothing,
      pong: nothing,
      taken: nothing,
      troubled: nothing,
      ending: nothing,
      lost: (failure) => this.#afterwards(() => this.#lost(failure)),
      rescheduled: nothing,
    };
  }

  #opened(protocol: string): void {
    if (this.#readyState !== CONNECTING) return;
    this.#readyState = OPEN;
    this.#protocol = protocol;
    this.dispatchEvent(new Event("open"));
  }

  #received(message: Message): void {
    if (this.#readyState !== OPEN) return;
    const data = dataOf(message, this.#binaryType, (bytes) => new Blob([bytes]));
    this.dispatchEvent(new MessageEvent("message", { data, origin: this.#url.origin }));
  }

  #lost({ kind, code = 1006, reason = "" }: Failure): void {
    const wasClean = kind === "close";
    this.#readyState = CLOSED;
    if (!wasClean) this.dispatchEvent(new Event("error"));
    this.dispatchEvent(new CloseEvent("close", { wasClean, code, reason }));
  }

  static {
    defineEventHandlers(InPageWebSocket, ["open", "error", "close", "message"], (socket) => socket.#handlers);
    exposeInterface("WebSocket", InPageWebSocket, readyStates);
  }
}

interface Ending {
  readonly wasClean: boolean;
  readonly code: number;
  readonly reason: string;
}

class PlainCloseEvent extends Event {
  readonly wasClean: boolean;
  readonly code: number;
  readonly reason: string;

  constructor(type: string, { wasClean, code, reason }: Ending) {
    super(type);
    this.wasClean = wasClean;
    this.code = code;
    this.reason = reason;
  }
}

type CloseEventClass = new (type: string, ending: Ending) => Event & Ending;

/** The platform's; Node has it since version 23. */
const CloseEvent: CloseEventClass =
  (globalThis as { CloseEvent?: CloseEventClass }).CloseEvent ?? PlainCloseEvent;

function parseUrl(given: string): URL {
  if (!URL.canParse(given)) throw syntaxError("the url must be an absolute one, such as ws://in-page/");
  const url = new URL(given);
  url.protocol = url.protocol.replace(/^http/, "ws");
  if (!/^wss?:$/.test(url.protocol)) throw syntaxError("the url's scheme must be ws, wss, http or https");
  if (url.href.includes("#")) throw syntaxError("the url must not have a fragment (#)");
  return url;
}

function syntaxError(problem: string): DOMException {
  return new DOMException(`WebSocket: ${problem}`, "SyntaxError");
}
