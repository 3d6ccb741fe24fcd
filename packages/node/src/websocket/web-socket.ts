// `WebSocket` as WHATWG WebSockets has it, over one life of a client: one connection, never opened again. The steps of
// the standard are quoted beside the code.

import { setMaxListeners } from "node:events";
import { toUSVString } from "node:util";
import {
  Client,
  ConnectError,
  driverOf,
  type GundamError,
  info,
  isGundamError,
  type LifecyclePhase,
  type Message,
  NotOpenError,
  QueueFullError,
  TimeoutError,
  UnsentError,
} from "@gundam/core";
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
import { isBadPort } from "../dial/bad-ports.ts";
import { nodePlatform } from "../node-platform.ts";
import { createDial } from "../node-transport.ts";
import { checkProtocols, parseUrl } from "./arguments.ts";
import { BufferedAmount } from "./buffered-amount.ts";
import { CloseEvent } from "./close-event.ts";
import { failureEvent } from "./events.ts";
import { guardListeners } from "./listeners.ts";
import { onceOptions, type WebSocketOptions } from "./options.ts";

const { CONNECTING, OPEN, CLOSING, CLOSED } = readyStates;

export class WebSocket extends EventTarget {
  readonly #client: Client;
  readonly #url: URL;
  readonly #handlers: EventHandlers = new Map();
  readonly #order: SendOrder;
  #readyState: number = CONNECTING;
  #origin = "";
  #extensions = "";
  #protocol = "";
  #binaryType: BinaryType = "blob";
  readonly #bufferedAmount: BufferedAmount = new BufferedAmount(() => this.#held());
  /** Why we failed the connection, when it was not the client that did. */
  #failure: GundamError | undefined;

  // constructor(USVString url, optional (DOMString or sequence<DOMString>) protocols = []);
  constructor(url: string | URL, protocols: string | Iterable<string> = [], options: WebSocketOptions = {}) {
    super();
    // Browsers know no such number. Node would warn of a leak.
    setMaxListeners(0, this);
    // biome-ignore lint/complexity/noArguments: a rest parameter would change what `length` says.
    if (arguments.length === 0) throw new TypeError("WebSocket needs an argument: the url");
    // Web IDL: all arguments are made what they have to be before the first step.
    const [address, sequence] = [toUSVString(`${url}`), stringSequence(protocols)];
    this.#url = parseUrl(address);
    const offered = checkProtocols(sequence);
    // Each event is a task of its own: HTML, "event loop processing model", runs all microtasks after each task.
    const platform = { ...nodePlatform, dial: createDial(true) };
    this.#client = new Client(platform, onceOptions(this.#url, offered, options ?? {}));
    this.#order = new SendOrder(
      (message) => this.#send(message),
      (_payload, reason) => this.#fail(unsent(reason)),
    );
    this.#listen();
    // "Establish a WebSocket connection given urlRecord, protocols, and client": Fetch, "If the result of block bad port
    // is blocked, return a network error", with which one is to "fail the WebSocket connection".
    if (isBadPort(this.#url)) this.#fail(badPort(this.#url));
    else this.#client.reconnect();
  }

  get url(): string {
    // "The url getter steps are to return this's url, serialized."
    return this.#url.href;
  }

  get readyState(): number {
    return this.#readyState;
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount.value;
  }

  get extensions(): string {
    return this.#extensions;
  }

  get protocol(): string {
    return this.#protocol;
  }

  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  set binaryType(value: BinaryType) {
    this.#checkReceiver();
    // Web IDL: a value that is not of the enumeration is no error, and changes nothing.
    const type: unknown = `${value}`;
    if (isBinaryType(type)) this.#binaryType = type;
  }

  // undefined close(optional [Clamp] unsigned short code, optional USVString reason);
  close(code: number | undefined = undefined, reason: string | undefined = undefined): void {
    this.#checkReceiver();
    const closeCode = code === undefined ? undefined : clampedShort(code);
    const closeReason = reason === undefined ? "" : toUSVString(`${reason}`);
    // "If code is not null, but is neither an integer equal to 1000 nor an integer in the range 3000 to 4999, inclusive,
    // throw an "InvalidAccessError" DOMException."
    if (closeCode !== undefined && closeCode !== 1000 && !(closeCode >= 3000 && closeCode <= 4999)) {
      const problem = `close(): the code must be 1000 or from 3000 to 4999, not ${closeCode}`;
      throw new DOMException(problem, "InvalidAccessError");
    }
    // "If reasonBytes is longer than 123 bytes, then throw a "SyntaxError" DOMException."
    const length = utf8Length(closeReason);
    if (length > 123) {
      const problem = `close(): the reason must have at most 123 bytes in UTF-8, not ${length}`;
      throw new DOMException(problem, "SyntaxError");
    }
    // "If obj's ready state is CLOSING (2) or CLOSED (3): Do nothing."
    if (this.#readyState >= CLOSING) return;
    // "If the WebSocket connection is not yet established: Fail the WebSocket connection and set obj's ready state to
    // CLOSING (2)."
    if (this.#readyState === CONNECTING) {
      this.#readyState = CLOSING;
      this.#fail(closedEarly());
      return;
    }
    // "If the WebSocket closing handshake has not yet been started: Start the WebSocket closing handshake and set obj's
    // ready state to CLOSING (2)."
    this.#readyState = CLOSING;
    this.#order.afterwards(() => this.#startClosing(closeCode, closeReason));
  }

  // undefined send((BufferSource or Blob or USVString) data);
  send(data: unknown): void {
    this.#checkReceiver();
    // biome-ignore lint/complexity/noArguments: undefined is data, and its absence is not.
    if (arguments.length === 0) throw new TypeError("send() needs an argument: the data");
    const payload = payloadOf(data);
    // "If this's ready state is CONNECTING, then throw an "InvalidStateError" DOMException."
    if (this.#readyState === CONNECTING) {
      throw new DOMException("send(): the WebSocket is not open yet", "InvalidStateError");
    }
    // "Any invocation of this method that does not throw an exception must increase the bufferedAmount attribute by the
    // number of bytes needed to express the argument as UTF-8", or by the length of the bytes.
    const size = sizeOf(payload);
    // "If the WebSocket connection is established, and the WebSocket closing handshake has not yet started, then the
    // user agent must send a WebSocket Message".
    if (this.#readyState !== OPEN) return this.#bufferedAmount.unsendable(size);
    this.#bufferedAmount.sent(size);
    try {
      this.#order.send(payload, size);
    } catch (error) {
      // "If the data cannot be sent, e.g. because it would need to be buffered but the buffer is full, the user agent
      // must flag the WebSocket as full and then close the WebSocket connection."
      if (!(error instanceof QueueFullError)) throw error;
      this.#bufferedAmount.refused(size);
      this.#readyState = CLOSING;
      this.#fail(error);
    }
  }

  /** Web IDL: whose member it is comes before all else. Called of what is no `WebSocket`, this throws a `TypeError`. */
  #checkReceiver(): void {}

  #send(message: string | Uint8Array): void {
    // Ahead: what a listener of `open` sends does not wait for the other listeners.
    this.#client.send(message, { ahead: true });
  }

  #startClosing(code: number | undefined, reason: string): void {
    // "If code is null and reason is the empty string, the WebSocket Close frame must not have a body. If reason is
    // non-empty but code is null, then set code to 1000." RFC 6455 §7.1.5 has 1005 for a Close frame without a code.
    if (code === undefined && reason === "") {
      driverOf(this.#client).post({
        type: "close",
        code: 1005,
        reason,
        within: Infinity,
      });
    } else {
      void this.#client.close(code ?? 1000, reason);
    }
  }

  /** Fails the WebSocket connection. */
  #fail(failure: GundamError): void {
    this.#failure ??= failure;
    this.#client.terminate();
  }

  // — feedback from the protocol ———————————————————————————————————————————————————————————————————————————————————

  #listen(): void {
    this.#client.on("connect", ({ protocol, extensions }) => this.#opened(protocol, extensions));
    this.#client.on("message", (message) => this.#received(message));
    this.#client.on("change", ({ from }) => this.#changed(from));
    this.#client.on("close", ({ error }) => this.#closed(error));
  }

  #opened(protocol: string, extensions: string): void {
    // "Change the ready state to OPEN (1). Change the extensions attribute's value to the extensions in use, if it is not
    // the null value. Change the protocol attribute's value to the subprotocol in use, if it is not the null value.
    // Fire an event named open at the WebSocket object."
    this.#readyState = OPEN;
    this.#origin = this.#url.origin;
    this.#extensions = extensions;
    this.#protocol = protocol;
    this.dispatchEvent(new Event("open"));
  }

  #received(message: Message): void {
    // "If ready state is not OPEN (1), then return."
    if (this.#readyState !== OPEN) return;
    // "Fire an event named message at the WebSocket object, using MessageEvent, with the origin attribute initialized to
    // the serialization of the WebSocket object's url's origin, and the data attribute initialized to dataForEvent."
    const data = dataOf(message, this.#binaryType, (bytes) => new Blob([bytes]));
    this.dispatchEvent(new MessageEvent("message", { data, origin: this.#origin }));
  }

  #changed(from: LifecyclePhase): void {
    if (from !== "open" && from !== "closing") return;
    this.#bufferedAmount.settle(this.#client.bufferedAmount + this.#order.bytes);
    // "When the WebSocket closing handshake is started, the user agent must queue a task to change the ready state to
    // CLOSING (2)."
    this.#readyState = CLOSING;
  }

  #closed(error: GundamError | undefined): void {
    // "When the WebSocket connection is closed, possibly cleanly, the user agent must queue a task to run the following
    // substeps".
    const wasOpened = info(this.#client).life.connections > 0;
    const { lastClose } = this.#client;
    setImmediate(() => {
      // "Change the ready state to CLOSED (3)."
      this.#readyState = CLOSED;
      // "If the user agent was required to fail the WebSocket connection, or if the WebSocket connection was closed after
      // being flagged as full, fire an event named error at the WebSocket object."
      const wasClean = this.#failure === undefined && lastClose?.wasClean === true;
      if (!wasClean) {
        this.dispatchEvent(
          failureEvent(this.#failure ?? error ?? lastClose?.cause ?? this.#unanswered(wasOpened)),
        );
      }
      // "Fire an event named close at the WebSocket object, using CloseEvent, with the wasClean attribute initialized to
      // true if the connection closed cleanly and false otherwise, the code attribute initialized to the WebSocket
      // connection close code, and the reason attribute initialized to the WebSocket connection close reason."
      // RFC 6455 §7.1.5 and §7.1.6: those of the Close frame that was received, or 1006 and nothing.
      const { code, reason } = wasClean ? lastClose : { code: 1006, reason: "" };
      this.dispatchEvent(new CloseEvent("close", { wasClean, code, reason }));
    });
  }

  /** Why a connection that we ended did not end cleanly. */
  #unanswered(wasOpened: boolean): GundamError {
    const { closingTimeout } = this.#client.state.wsOpts;
    return wasOpened ? new TimeoutError("closing", closingTimeout!, "wsOpts.closingTimeout") : closedEarly();
  }

  /** Bytes that have not left the process, or the socket's buffer. */
  #held(): number | undefined {
    const { phase, bufferedAmount } = this.#client;
    return phase === "open" || phase === "closing" ? bufferedAmount + this.#order.bytes : undefined;
  }

  static {
    guardListeners(WebSocket);
    defineEventHandlers(WebSocket, ["open", "error", "close", "message"], (socket) => socket.#handlers);
    exposeInterface("WebSocket", WebSocket, readyStates);
  }
}

function closedEarly(): GundamError {
  return new NotOpenError("the WebSocket was closed before it was open");
}

/** Why a message that had to wait for a `Blob` was not sent. */
function unsent(reason: unknown): GundamError {
  return isGundamError(reason) ? reason : new UnsentError("the Blob cannot be read", { cause: reason });
}

function badPort({ port }: URL): GundamError {
  const problem = `no WebSocket may connect to port ${port}: it is a bad port of the Fetch standard, which belongs to another service`;
  return new ConnectError("prepare", problem);
}
