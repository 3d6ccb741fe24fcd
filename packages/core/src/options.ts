// The options: each declared once, with its type, unit, default, check and source. A declaration table is the document:
// validation, merging over the defaults, "did you mean", the types' docs and the tables of docs/options.md all come from it.
// This file holds what core makes work; socket-options.ts, node-options.ts and browser-options.ts what platforms do.
//
// Durations are ms and sizes bytes, `Infinity` is no limit, `undefined` is absent.

import { type Parting, parting } from "./close-codes.ts";
import type { Codec } from "./codec.ts";
import type { Failure } from "./errors.ts";
import type { Asker, Vigilance, Watch } from "./keepalive.ts";
import type { Route, Router } from "./life.ts";
import type { Trace } from "./observers.ts";
import {
  able,
  abortSignal,
  anything,
  callback,
  check,
  count,
  type Declarations,
  type DeclarationTable,
  duration,
  flagOr,
  initialState,
  oneOf,
  orFunction,
  positiveCount,
  positiveDuration,
  subprotocols,
  urlSource,
} from "./option-checks.ts";
import type { decide, PlanContext, PlanOptions, RetryPlan, ShouldRetry } from "./retry.ts";
import type { AbortSignalLike, Awaitable, HeadersLike, PlatformAbortSignal, UrlLike } from "./structural.ts";
import type { Message } from "./transport.ts";

/** What a `url` function is told of the attempt that asks. */
export interface AttemptContext {
  /** 1 for the first attempt since the budget was last full. */
  readonly attempt: number;
  /** How the attempt before it, or its connection, ended; undefined for the first of a client. */
  readonly lastFailure: Failure | undefined;
  /** Aborts when the answer is no longer wanted. */
  readonly signal: PlatformAbortSignal;
}

/** What the other functions of the attempt are told. */
export interface RequestContext extends AttemptContext {
  /** Where the attempt leads: absolute, `ws:` or `wss:`. */
  readonly url: string;
}

/** What `endpoints()` takes. */
export type Endpoint = string | ((context: AttemptContext) => Awaitable<string | UrlLike>);

/** A url that leads to several endpoints: `endpoints()` makes it. */
export interface RoutedUrl {
  (context: AttemptContext, route?: Route): Awaitable<string | UrlLike>;
  /** Knows the endpoints, and which of them is next. */
  readonly router: UrlRouter;
}

export interface UrlChecker {
  /** `option`: how an error names it, if not `url`. */
  normalizeUrl(url: unknown, option?: string): string;
}

/** What it brings along. */
export interface UrlRouter extends Router {
  /** None of the endpoints is a function. */
  readonly isFixed: boolean;
  /** Those that are none. */
  readonly urls: readonly string[];
  /** Has them checked. */
  check(settings: UrlChecker): void;
  /** Decides in place of `decide`. */
  readonly decide: typeof decide;
  /** The name of the endpoint of now, by its place. */
  nameAt(route: Route | undefined): string;
  /** Its url without secrets; of a function, its name. */
  shownAt(route: Route, settings: UrlChecker): string;
}

/** Header fields by name; a field that occurs several times has a list. */
/** Header fields by name; one that is to be sent several times has a list. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;
/** What the option `url` takes; a function is called for each attempt. */
export type UrlSource = string | UrlLike | ((context: AttemptContext) => Awaitable<string | UrlLike>);
/** What the option `headers` takes; a function is called for each attempt. */
export type HeadersSource =
  | HeaderFields
  | HeadersLike
  | ((context: RequestContext) => Awaitable<HeaderFields | HeadersLike>);
/** What `wsOpts.protocols` takes, the most wanted first; a function is called for each attempt. */
export type ProtocolsSource = readonly string[] | ((context: RequestContext) => Awaitable<readonly string[]>);

/** What lists clients until they are closed, and closes them together: a `Supervisor`, or your own. */
export interface SupervisorLike {
  /** Called by a client when its life begins. */
  adopt(client: object, child: { shutdown(timeout: number): Promise<void> }): void;
  /** Called by a client when its life is over. */
  release(client: object): void;
}

/** What `wsOpts.heartbeat` takes: `heartbeat()` makes it. */
export interface HeartbeatLike {
  /** It is sent no more often, in ms. */
  readonly interval: number;
  /** How the peer is watched by it. */
  readonly watch: Watch;
  /** The watch alone, for platforms without pings. */
  readonly vigilance: Vigilance | undefined;
  /** Whether it answers a question, and is not delivered. */
  readonly isReply: ((message: Message, asker: Asker) => boolean) | undefined;
}

/** WebSocket options that core makes work. */
export interface CoreWsOpts {
  /**
   * How long `close()` waits for the peer's Close frame.
   * @unit ms @default 15000 @source gun ws_opts closing_timeout
   */
  closingTimeout?: number | undefined;
  /**
   * Subprotocols to offer, the most wanted first; a function is called for each attempt.
   * @default [] @source RFC 6455 §1.9
   *
   * @example
   * const client = connect({ url: "wss://example.org/feed", wsOpts: { protocols: ["feed.v2", "feed.v1"] } });
   * client.on("connect", ({ protocol }) => console.log(protocol));
   */
  protocols?: ProtocolsSource | undefined;
  /**
   * What your messages are: `{ encode, decode }`; `json()` is built in.
   * @default text and bytes as they are @source gun ws_opts default_protocol
   *
   * @example
   * connect({ url: "wss://example.org/feed", wsOpts: { codec: json<{ price: number }>() } });
   */
  // biome-ignore lint/suspicious/noExplicitAny: the clients' option types know what it takes and gives.
  codec?: Codec<any, any> | undefined;
  /**
   * Handed to the codec as it is.
   * @default undefined @source gun ws_opts user_opts
   */
  userOpts?: unknown;
  /**
   * How long nothing may come before the peer is asked with a ping. Ignored in browsers, which have no pings.
   * @unit ms @default Infinity @source gun ws_opts keepalive
   *
   * @example
   * connect({ url: "wss://example.org/feed", wsOpts: { keepalive: 20_000 } });
   */
  keepalive?: number | undefined;
  /**
   * The peer is dead when it has sent nothing for `keepalive` times this since the first ping that is unanswered.
   * @unit times @default 1 @source gun http2_opts keepalive_tolerance
   */
  keepaliveTolerance?: number | undefined;
  /**
   * The server's own protocol of signs of life, on every platform:
   * `heartbeat({ message, interval, timeout?, when?, isReply? })`. `message`, or what a function makes of it, is sent when
   * nothing has come (or, as `when` says, nothing was sent) for `interval` ms, and the peer is dead when nothing comes for
   * `timeout` ms more. What `isReply` accepts is not delivered.
   * @default none @source Gundam
   *
   * @example
   * connect({
   *   url: "wss://example.org/feed",
   *   wsOpts: { heartbeat: heartbeat({ message: "ping", interval: 20_000, timeout: 10_000 }) },
   * });
   */
  heartbeat?: HeartbeatLike | undefined;
  /**
   * How many messages of a connection are let in until `updateFlow(client, n)` lets in n more; then nothing is read, and TCP
   * holds the server back. Ignored in browsers, which cannot stop reading.
   * @unit messages @default Infinity @source gun ws_opts flow
   *
   * @example
   * const client = connect({ url: "wss://example.org/feed", wsOpts: { flow: 10 } });
   * client.on("message", () => updateFlow(client, 1));
   */
  flow?: number | undefined;
  /** How much may wait for an `onMessage` that is pending. Ignored in browsers, which cannot stop reading. */
  receiveBuffer?: ReceiveBufferOptions | undefined;
  /**
   * Tell nothing of the peer's pings and pongs; with false they are the events `ping` and `pong`. Browsers have none.
   * @default true @source gun ws_opts silence_pings
   */
  silencePings?: boolean | undefined;
}

/** What a peer takes of us: at most `messages` in any `per` ms. */
export interface PaceOptions {
  /**
   * How many messages leave in any `sendQueue.pace.per` ms, over all connections together; the others wait.
   * @unit messages @default Infinity @source Gundam
   */
  messages: number | undefined;
  /**
   * In what time `sendQueue.pace.messages` leave.
   * @unit ms @default 1000 @source Gundam
   */
  per?: number | undefined;
}

/** How much may wait for an `onMessage` that is pending, before nothing more is read and TCP holds the server back. */
export interface ReceiveBufferOptions {
  /**
   * How many messages may wait. 1: read a message when the one before it is done with.
   * @unit messages @default 64 @source Gundam
   */
  maxMessages?: number | undefined;
  /**
   * How many bytes may wait; a text's characters count as one each.
   * @unit bytes @default 1048576 @source Gundam
   */
  maxBytes?: number | undefined;
}

/** How much may wait to be sent, what gives way when it is too much, and how fast it leaves. */
/** What waits to be sent, and how fast it leaves. */
export interface SendQueueOptions {
  /**
   * How many messages wait: for a ready connection, for the pace, or for others.
   * @unit messages @default 1024 @source Gundam
   */
  maxMessages?: number | undefined;
  /**
   * How many bytes wait, in the queue and in the platform's buffer together.
   * @unit bytes @default 16777216 @source Gundam
   */
  maxBytes?: number | undefined;
  /**
   * What gives way when the queue is full: `send` throws, or a message is dropped and told by `drop`.
   * @default "reject" @source Gundam
   */
  overflow?: "reject" | "drop-oldest" | "drop-newest" | undefined;
  /**
   * From how many waiting bytes on `send` returns false, and what waits in the queue stays there.
   * @unit bytes @default 65536 @source Gundam
   */
  highWaterMark?: number | undefined;
  /**
   * What the server takes of a client in a time; the others wait.
   *
   * @example
   * connect({ url: "wss://example.org/feed", sendQueue: { pace: { messages: 5, per: 1000 } } });
   */
  pace?: PaceOptions | undefined;
}

/** The options that work on every platform. */
export interface CoreOptions {
  /**
   * Where to connect: `ws:`, `wss:`, `http:` or `https:`; a function is called for each attempt; `endpoints([…])` are
   * several addresses of one service.
   * @default required @source gun open
   *
   * @example
   * connect({ url: async ({ signal }) => (await fetch("https://example.org/ticket", { signal })).text() });
   */
  url: UrlSource;
  /**
   * Request headers of the opening handshake; a function is called for each attempt. Browsers send none of them.
   * @default {} @source gun ws_upgrade headers
   *
   * @example
   * connect({ url: "wss://example.org/feed", headers: () => ({ Authorization: `Bearer ${process.env.TOKEN}` }) });
   */
  headers?: HeadersSource | undefined;
  /**
   * How long a whole attempt may take, from the url function to the open connection.
   * @unit ms @default Infinity @source Gundam
   *
   * @example
   * connect({ url: "wss://example.org/feed", openTimeout: 20_000 });
   */
  openTimeout?: number | undefined;
  /**
   * How long TCP (and a proxy) may take; in browsers, which hide the phases, the whole opening.
   * @unit ms @default Infinity @source gun connect_timeout
   */
  connectTimeout?: number | undefined;
  /**
   * Retries after the first attempt before giving up; `Infinity` never gives up.
   * @unit retries @default 5 @source gun retry
   *
   * @example
   * connect({ url: "wss://example.org/feed", retry: Infinity });
   */
  retry?: number | undefined;
  /**
   * Plans each retry: `(retriesLeft, options, context) => ({ retries, timeout })`, maybe async. Not called when no
   * retry is left; a returned `retries: 0` means one last attempt.
   * @default remove one, wait `retryTimeout`; at once after a stable connection @source gun retry_fun
   *
   * @example
   * connect({
   *   url: "wss://example.org/feed",
   *   retryFun: (retriesLeft, _options, { attempt, random }) => ({
   *     retries: retriesLeft - 1,
   *     timeout: Math.min(1000 * 2 ** attempt, 30_000) * (0.5 + random() / 2),
   *   }),
   * });
   */
  retryFun?:
    | ((retriesLeft: number, options: PlanOptions, context: PlanContext) => Awaitable<RetryPlan>)
    | undefined;
  /**
   * The wait of the default `retryFun`.
   * @unit ms @default 5000 @source gun retry_timeout
   */
  retryTimeout?: number | undefined;
  /**
   * Overrides the verdict on a failure: `(failure, { byDefault, hasWorked })`, maybe async; true retries (while the
   * budget lasts), false ends the client.
   * @default the verdict table @source Gundam
   *
   * @example
   * connect({
   *   url: "wss://example.org/feed",
   *   shouldRetry: ({ code }, { byDefault }) => byDefault && code !== 4001,
   * });
   */
  shouldRetry?: ShouldRetry | undefined;
  /**
   * How long a connection must have been ready before the retry budget is full again.
   * @unit ms @default 5000 @source Gundam
   */
  stableAfter?: number | undefined;
  /**
   * The longest that a pending callback or decider can hold the lifecycle.
   * @unit ms @default 5000 @source Gundam
   */
  callbackTimeout?: number | undefined;
  /**
   * List the client under the default supervisor, or under your own, until it is closed.
   * @default true on Node, false in browsers @source gun supervise
   *
   * @example
   * const ours = new Supervisor();
   * connect({ url: "wss://example.org/feed", supervise: ours });
   */
  supervise?: boolean | SupervisorLike | undefined;
  /** Options of the WebSocket connection itself. */
  wsOpts?: CoreWsOpts | undefined;
  /**
   * How much may wait to be sent, what gives way when it is too much, and how fast it leaves.
   *
   * @example
   * connect({ url: "wss://example.org/feed", sendQueue: { maxMessages: 100, overflow: "drop-oldest" } });
   */
  sendQueue?: SendQueueOptions | undefined;
  /**
   * Tells everything as it happens: true logs each event as JSON, a function gets it, `printTrace` prints a line each.
   * Secrets and messages' contents are left out.
   * @default false @source gun trace
   *
   * @example
   * connect({ url: "wss://example.org/feed", trace: printTrace });
   */
  trace?: boolean | Trace | undefined;
  /**
   * Aborting closes the client, as `close(1000, "aborted")`.
   * @default none @source WHATWG AbortSignal
   *
   * @example
   * const controller = new AbortController();
   * connect({ url: "wss://example.org/feed", signal: controller.signal });
   * controller.abort();
   */
  signal?: AbortSignalLike | undefined;
  /**
   * Follow what the page goes through: it is put away and comes back, is hidden or shown, goes online. With
   * `{ code, reason }` that is what the Close says when it is put away, in place of 1000.
   * @default true @source Gundam
   *
   * @example
   * connect({ url: "wss://example.org/feed", pageSignals: { code: 4000, reason: "put away" } });
   */
  pageSignals?: boolean | Parting | undefined;
  /**
   * Your part of the initial state.
   * @default {} @source Gundam.Websocket
   *
   * @example
   * connect({
   *   url: "wss://example.org/feed",
   *   state: { seen: 0 },
   *   onMessage: (_message, _client, state) => ({ ...state, seen: state.seen + 1 }),
   * });
   */
  state?: object | undefined;
}

/** The names of the callbacks. */
export const callbackNames = ["onConnect", "onMessage", "onDisconnect", "onError", "onClose"] as const;
/** The name of a callback. */
export type CallbackName = (typeof callbackNames)[number];

/** Every option of core's is declared, but what only sockets of one's own can do: socket-options.ts. */
type Declared = Declarations<
  Omit<CoreOptions, "headers" | "wsOpts"> & {
    wsOpts: Omit<CoreWsOpts, "keepalive" | "keepaliveTolerance" | "flow" | "receiveBuffer" | "silencePings">;
  } & Record<CallbackName, unknown>
>;

/** Options with every default filled in. */
export type Filled<T> = { [Key in keyof T]-?: Exclude<T[Key], undefined> };

type WithoutDefault = "url" | "retryFun" | "shouldRetry" | "supervise" | "signal" | "wsOpts" | "sendQueue";

/** The options of core after `resolveOptions`. */
export type ResolvedOptions = Filled<Omit<CoreOptions, WithoutDefault>> &
  Pick<CoreOptions, "url" | "retryFun" | "shouldRetry" | "supervise" | "signal"> & {
    readonly wsOpts: Filled<Omit<CoreWsOpts, "codec" | "heartbeat" | "receiveBuffer">> &
      Pick<CoreWsOpts, "codec" | "heartbeat"> & { readonly receiveBuffer: Filled<ReceiveBufferOptions> };
    readonly sendQueue: Filled<Omit<SendQueueOptions, "pace">> & { readonly pace: Filled<PaceOptions> };
  };

/**
 * What may be a function of the attempt: paths of options, in the order in which their functions are asked, and what reads
 * an answer, or what was given in its place; it throws an `OptionError` for what cannot be used. With `undefined` it is the
 * transport that asks.
 */
export type Providers = Readonly<
  Record<string, ((answer: unknown, settings: UrlChecker) => unknown) | undefined>
>;

/** What of core's options may be a function of the attempt. */
export const coreProviders: Providers = {
  url: (url, settings) => settings.normalizeUrl(url),
  "wsOpts.protocols": (names) => check("wsOpts.protocols", names, subprotocols),
};

/** Core's options, declared: what each accepts, and what it is without being given. */
export const coreDeclarations: DeclarationTable = {
  url: [urlSource],
  openTimeout: [positiveDuration, Infinity],
  connectTimeout: [positiveDuration, Infinity],
  retry: [count, 5],
  retryFun: [callback],
  retryTimeout: [duration, 5000],
  shouldRetry: [callback],
  stableAfter: [duration, 5000],
  callbackTimeout: [positiveDuration, 5000],
  supervise: [flagOr(able("a Supervisor", "adopt", "release"))],
  wsOpts: {
    closingTimeout: [positiveDuration, 15_000],
    protocols: [orFunction(subprotocols), []],
    codec: [able("an object with the functions encode and decode", "encode", "decode")],
    heartbeat: [["a heartbeat({ message, interval })", (value) => Object(value).vigilance !== undefined]],
    userOpts: [anything],
  },
  sendQueue: {
    maxMessages: [count, 1024],
    maxBytes: [count, 16 * 1024 * 1024],
    overflow: [oneOf("reject", "drop-oldest", "drop-newest"), "reject"],
    highWaterMark: [positiveCount, 64 * 1024],
    pace: { messages: [positiveCount, Infinity], per: [positiveDuration, 1000] },
  },
  trace: [flagOr(callback), false],
  signal: [abortSignal],
  onConnect: [callback],
  onMessage: [callback],
  onDisconnect: [callback],
  onError: [callback],
  onClose: [callback],
  pageSignals: [flagOr(parting), true],
  state: [initialState, {}],
} satisfies Declared;
