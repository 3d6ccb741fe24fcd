// `ReconnectingWebSocket`: a client with the face of a WebSocket that stays, as users of reconnecting-websocket and
// partysocket know it. `open`, `message`, `error` and `close` are those of one connection after the other; `readyState`
// is CONNECTING while the next one is prepared, opened or waited for, and CLOSED only after the end.

import { chain } from "../chain.ts";
import { Client } from "../client.ts";
import { checkClose } from "../close-codes.ts";
import { NotOpenError } from "../errors.ts";
import type { ClientEvents, Close, Drop } from "../events.ts";
import { info } from "../info.ts";
import type { RequestContext, UrlSource } from "../options.ts";
import type { Platform } from "../platform.ts";
import type { Runtime } from "../runtime.ts";
import { sizeOf } from "../sendable.ts";
import type { Message, OutgoingMessage } from "../transport.ts";
import { defineEventHandlers, type EventHandlers } from "./event-handlers.ts";
import { type BinaryType, dataOf, isBinaryType } from "./message-data.ts";
import type { Ending, ProtocolSource } from "./reconnecting-interface.ts";
import { type ClientOptions, clientOptions, type FamiliarOptions } from "./reconnecting-options.ts";
import { SendOrder } from "./send-order.ts";
import { exposeInterface, payloadOf, readyStates } from "./web-idl.ts";

/** What a platform lends to the face: itself, and its own classes. */
export interface Host {
  readonly EventTarget: new () => EventTargetLike;
  /** The platform of one client. */
  platform(): Platform;
  /** Lays options over the values that are recommended there. */
  resilient(options: ClientOptions): ClientOptions;
  event(type: "open" | "error" | "drop"): EventLike;
  messageEvent(data: unknown, origin: string): EventLike;
  closeEvent(close: Ending): EventLike;
  blob(bytes: Uint8Array<ArrayBuffer>): object;
  /** The origin of a url, as the URL standard serializes it. */
  originOf(url: string): string;
}

export interface EventLike {
  readonly currentTarget: unknown;
  preventDefault(): void;
}

export interface EventTargetLike {
  addEventListener(type: string, listener: (event: EventLike) => void): void;
  removeEventListener(type: string, listener: (event: EventLike) => void): void;
  dispatchEvent(event: EventLike): boolean;
}

const { CONNECTING, OPEN, CLOSING, CLOSED } = readyStates;

/** RFC 6455 §7.1.5: no Close frame was received. */
const abnormal: Ending = { code: 1006, reason: "", wasClean: false };
/** We ended it, and did not wait for the peer's Close frame. */
const letGo: Ending = { code: 1000, reason: "", wasClean: false };

export function reconnectingWebSocket(host: Host): new (...args: never[]) => object {
  class ReconnectingWebSocket extends host.EventTarget {
    readonly #client: Client;
    readonly #runtime: Runtime;
    readonly #handlers: EventHandlers = new Map();
    readonly #order: SendOrder;
    readonly #startClosed: boolean;
    #binaryType: BinaryType = "blob";
    #connection: Connection | undefined;
    /** How a connection ends that is replaced. */
    #parting: Ending = letGo;
    #hearsDrops = false;
    /** `close()` was called, and maybe waits for what was sent before it. */
    #isClosing = false;
    #retries = 0;
    /** An attempt has failed, and its `close` is told once it is decided what follows: `readyState` says it then. */
    #hasFailedAttempt = false;

    constructor(
      url: UrlSource,
      protocols: ProtocolSource = null,
      given: FamiliarOptions & ClientOptions = {},
    ) {
      super();
      const { startClosed, options } = clientOptions(given, host.resilient);
      this.#startClosed = startClosed;
      const platform = host.platform();
      this.#runtime = platform.runtime;
      this.#client = createClient(platform, url, protocols, options);
      this.#order = new SendOrder(
        (message) => this.#client.send(message),
        (payload, reason) => this.#dropped(payload, "unsent", reason),
      );
      this.#listen();
      if (!startClosed) this.#client.reconnect();
    }

    get url(): string {
      return this.#client.state.uri;
    }

    get readyState(): number {
      switch (this.#client.phase) {
        case "open":
          return this.#isClosing ? CLOSING : OPEN;
        case "closing":
          return CLOSING;
        case "closed":
          return CLOSED;
        case "idle":
          return this.#startClosed ? CLOSED : CONNECTING;
        default:
          return CONNECTING;
      }
    }

    get bufferedAmount(): number {
      return this.#client.bufferedAmount + this.#order.bytes;
    }

    get extensions(): string {
      return this.#connection?.extensions ?? "";
    }

    get protocol(): string {
      return this.#connection?.protocol ?? "";
    }

    get binaryType(): BinaryType {
      return this.#binaryType;
    }

    set binaryType(value: BinaryType) {
      this.#checkReceiver();
      const type: unknown = `${value}`;
      if (isBinaryType(type)) this.#binaryType = type;
    }

    get retryCount(): number {
      const { uptime } = info(this.#client);
      const { stableAfter } = this.#client.state.openOpts;
      const isStable = this.readyState === OPEN && uptime >= (stableAfter as number);
      return isStable ? 0 : this.#retries;
    }

    get shouldReconnect(): boolean {
      this.#checkReceiver();
      return this.readyState < CLOSING;
    }

    send(data: unknown): void {
      const { phase } = this.#client;
      if (this.#isClosing || phase === "closing" || phase === "closed") {
        const state = phase === "closed" ? "closed" : "closing";
        throw new NotOpenError(`the message was not sent: the WebSocket is ${state}`);
      }
      const payload = payloadOf(data);
      this.#order.send(payload, sizeOf(payload));
    }

    close(code = 1000, reason = ""): void {
      this.#checkReceiver();
      checkClose(code, reason);
      this.#isClosing = true;
      this.#order.afterwards(() => {
        if (this.#isClosing) void this.#client.close(code, reason);
      });
    }

    reconnect(code = 1000, reason = ""): void {
      this.#client.reconnect(code, reason);
      this.#isClosing = false;
      this.#parting = { code, reason, wasClean: false };
    }

    /** The client keeps track of what it has handed over only while somebody listens for what is dropped. */
    override addEventListener(type: string, _listener: (event: EventLike) => void): void {
      if (type === "drop" && !this.#hearsDrops) {
        this.#hearsDrops = true;
        this.#client.on("drop", ({ message, outcome, cause }) => this.#dropped(message, outcome, cause));
      }
      // biome-ignore lint/complexity/noArguments: a rest parameter would change what `length` says.
      super.addEventListener(...(arguments as unknown as Parameters<EventTargetLike["addEventListener"]>));
    }

    /** Web IDL: whose member it is comes before all else. Called of what is no such socket, this throws a `TypeError`. */
    #checkReceiver(): void {}

    #listen(): void {
      const client = this.#client;
      client.on("attempt", ({ attempt }) => this.#attempted(attempt));
      client.on("connect", ({ protocol, extensions }) => this.#opened(protocol, extensions));
      client.on("message", (message) => this.#received(message));
      client.on("change", ({ from, to }) => {
        const wasAttempt = from === "preparing" || from === "connecting";
        if (wasAttempt && to === "deciding") this.#hasFailedAttempt = true;
      });
      client.on("error", (error) => this.#fire("error", { error, message: error.message }));
      client.on("retry", () => this.#tellFailedAttempt());
      client.on("disconnect", ({ close, willRetry }) => {
        if (willRetry) this.#fireClose(close ?? this.#parting);
      });
      // `close()` itself tells nothing.
      client.on("close", (end) => this.#runtime.microtask(() => this.#ended(end)));
    }

    #attempted(attempt: number): void {
      this.#parting = letGo;
      this.#tellFailedAttempt();
      this.#retries = attempt - 1;
    }

    #opened(protocol: string, extensions: string): void {
      const { lastClose } = this.#client;
      this.#connection = { protocol, extensions, origin: host.originOf(this.url), lastClose };
      this.#fire("open");
    }

    #received(message: Message): void {
      const data = dataOf(message, this.#binaryType, host.blob);
      this.dispatchEvent(host.messageEvent(data, this.#connection!.origin));
    }

    #dropped(data: OutgoingMessage, outcome: Drop["outcome"], error: unknown): void {
      this.#fire("drop", { data, outcome, error });
    }

    #tellFailedAttempt(): void {
      if (!this.#hasFailedAttempt) return;
      this.#hasFailedAttempt = false;
      this.#fireClose(abnormal);
    }

    #ended({ code, reason, error }: ClientEvents["close"]): void {
      this.#hasFailedAttempt = false;
      const { lastClose } = this.#client;
      const isOfConnection = this.#connection !== undefined && lastClose !== this.#connection.lastClose;
      if (isOfConnection) this.#fireClose(lastClose!);
      else this.#fireClose(error === undefined ? { code, reason, wasClean: false } : abnormal);
    }

    #fireClose({ code, reason, wasClean }: Ending): void {
      this.#connection = undefined;
      this.dispatchEvent(host.closeEvent({ code, reason, wasClean }));
    }

    #fire(type: "open" | "error" | "drop", facts: Readonly<Record<string, unknown>> = {}): void {
      const event = host.event(type);
      for (const [name, value] of Object.entries(facts)) Object.defineProperty(event, name, { value });
      this.dispatchEvent(event);
    }

    static {
      const types = ["open", "message", "error", "close", "drop"];
      defineEventHandlers(ReconnectingWebSocket, types, (socket) => socket.#handlers);
      exposeInterface("ReconnectingWebSocket", ReconnectingWebSocket, readyStates);
    }
  }
  return ReconnectingWebSocket;
}

/** What is known of the open connection. */
interface Connection {
  readonly protocol: string;
  readonly extensions: string;
  readonly origin: string;
  /** The client's when it opened: another one is this connection's. */
  readonly lastClose: Close | undefined;
}

function createClient(
  platform: Platform,
  url: UrlSource,
  protocols: ProtocolSource,
  options: ClientOptions,
): Client {
  const offered =
    typeof protocols === "function"
      ? (context: RequestContext) => chain(protocols(context), listOf)
      : listOf(protocols);
  return new Client(platform, { ...options, url, wsOpts: { ...options.wsOpts, protocols: offered } });
}

function listOf(protocols: string | readonly string[] | null): readonly string[] {
  return typeof protocols === "string" ? [protocols] : (protocols ?? []);
}
