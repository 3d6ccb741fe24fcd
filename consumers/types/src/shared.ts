// What a page and a Node service have in common: compiled in every project of the grid.

import {
  type AttemptContext,
  backoff,
  type ClientOptions,
  type Codec,
  connect,
  type Delivery,
  deliver,
  endpoints,
  explain,
  type Failure,
  flush,
  type GundamError,
  handover,
  heartbeat,
  info,
  isGundamError,
  json,
  type LifecyclePhase,
  type Message,
  messages,
  OptionError,
  ping,
  platform,
  printTrace,
  RefusedError,
  resilient,
  type Sendable,
  type State,
  Supervisor,
  supervisor,
  updateFlow,
  type WebSocketClient,
} from "gundam";
import type { Equal, Expect } from "./expect.js";

interface Quote {
  price: number;
}
interface Order {
  buy: string;
}
const url = "wss://example.org/feed";
const debugs = Math.random() < 0.5;

// — connect infers ———————————————————————————————————————————————————————————————————————————————————————————————————

export const plain = connect({
  url,
  onConnect(headers, client, state) {
    type _Headers = Expect<Equal<typeof headers, Headers>>;
    type _Client = Expect<Equal<typeof client, WebSocketClient>>;
    type _State = Expect<Equal<typeof state, State<object>>>;
    client.send(headers.get("date") ?? state.uri);
  },
  onMessage(message, client) {
    type _Message = Expect<Equal<typeof message, Message>>;
    if (typeof message === "string") client.send(message.trim());
    else client.send(message.subarray(1));
  },
  onClose: (code, reason) => `${code.toFixed()} ${reason.trim()}`,
  onError: (error) => error.code.trim(),
});
type _PlainState = Expect<Equal<typeof plain.state, State<object>>>;
type _PlainSend = Expect<Equal<Parameters<typeof plain.send>[0], Sendable>>;
// @ts-expect-error: a message is text or bytes.
plain.send(1);
// @ts-expect-error: it is no option.
connect({ url, retries: 5 });
// @ts-expect-error: it is no number.
connect({ url, retry: "5" });
// @ts-expect-error: there has to be a url.
connect({});

export const stateful = connect({
  url,
  state: { token: "a" },
  onConnect(_headers, _client, state) {
    type _State = Expect<Equal<typeof state, State<{ token: string }>>>;
    return { ...state, token: `${state.token}b` };
  },
});
type _Token = Expect<Equal<typeof stateful.state.token, string>>;

export const typed = connect({
  url,
  wsOpts: { codec: json<Quote, Order>() },
  onMessage(quote, client) {
    type _Quote = Expect<Equal<typeof quote, Quote>>;
    client.send({ buy: quote.price.toFixed() });
    // @ts-expect-error: it is no order.
    client.send("text");
  },
});
typed.send({ buy: "x" });
// @ts-expect-error: it is no order.
typed.send({ sell: "x" });
typed.on("message", (quote) => quote.price.toFixed());
// @ts-expect-error: it is no event.
typed.on("opened", () => {});

// — resilient infers as connect does —————————————————————————————————————————————————————————————————————————————————

export const options = resilient({
  url,
  onMessage(message, client, state) {
    type _Message = Expect<Equal<typeof message, Message>>;
    client.send(state.uri);
  },
  onClose: (code, reason) => `${code.toFixed()} ${reason.trim()}`,
});
type _Options = Expect<Equal<typeof options, ClientOptions>>;
export const connectedLater = connect(options);
connectedLater.send("text");

export const all = connect(
  resilient({
    url,
    state: { token: "a", seen: 0 },
    wsOpts: { codec: json<Quote, Order>(), keepalive: 10_000 },
    onConnect: (headers, client, state) => {
      type _Headers = Expect<Equal<typeof headers, Headers>>;
      client.send({ buy: state.token.trim() });
    },
    onMessage: (quote, client, state) => {
      type _Quote = Expect<Equal<typeof quote, Quote>>;
      type _Client = Expect<
        Equal<typeof client, WebSocketClient<{ token: string; seen: number }, Quote, Order>>
      >;
      return { ...state, seen: state.seen + 1 };
    },
  }),
);
type _All = Expect<Equal<typeof all, WebSocketClient<{ token: string; seen: number }, Quote, Order>>>;

export const stored = resilient({ url, state: { token: "a" }, wsOpts: { codec: json<Quote, Order>() } });
export const fromStored = connect(stored);
type _FromStored = Expect<Equal<typeof fromStored, WebSocketClient<{ token: string }, Quote, Order>>>;
export const spread = connect({
  ...stored,
  onMessage: (quote, _client, state) => quote.price + state.token.length,
});
type _Spread = Expect<Equal<typeof spread, typeof fromStored>>;
export const spreadInto = connect(
  resilient({
    ...stored,
    retry: 3,
    onMessage: (quote, client) => client.send({ buy: quote.price.toFixed() }),
  }),
);
type _SpreadInto = Expect<Equal<typeof spreadInto, typeof fromStored>>;
export const nested = connect(
  resilient(resilient({ url, state: { token: "a" }, onConnect: (_, __, state) => state.token.trim() })),
);
type _Nested = Expect<Equal<typeof nested, WebSocketClient<{ token: string }>>>;
// @ts-expect-error: it is no option.
resilient({ url, retries: 5 });

/** As a wrapper of one's own has it. */
export function subscribe<Received>(codec: Codec<Received, Order>, received: (message: Received) => void) {
  const client = connect(resilient({ url, wsOpts: { codec }, onMessage: (message) => received(message) }));
  client.send({ buy: "x" });
  return client;
}
subscribe(json<Quote, Order>(), (quote) => quote.price.toFixed());

export function withDefaults<Yours extends object>(given: ClientOptions<Yours>): WebSocketClient<Yours> {
  return connect(resilient({ retry: 10, ...given }));
}
withDefaults({ url, state: { token: "a" } }).state.token.trim();

// — options that are there or not ————————————————————————————————————————————————————————————————————————————————————

connect({
  url,
  onConnect: undefined,
  onMessage: undefined,
  onDisconnect: undefined,
  onError: debugs ? (error: GundamError) => console.error(error.message) : undefined,
  onClose: debugs ? (code) => code.toFixed() : undefined,
  headers: debugs ? { authorization: "a" } : undefined,
  openTimeout: undefined,
  connectTimeout: undefined,
  retry: debugs ? 3 : undefined,
  retryFun: debugs ? backoff() : undefined,
  retryTimeout: undefined,
  shouldRetry: debugs ? (_failure, { byDefault }) => byDefault : undefined,
  stableAfter: undefined,
  callbackTimeout: undefined,
  supervise: undefined,
  wsOpts: debugs
    ? { codec: undefined, protocols: undefined, heartbeat: undefined, keepalive: undefined }
    : undefined,
  sendQueue: debugs ? { maxMessages: undefined, pace: undefined, overflow: undefined } : undefined,
  trace: debugs ? printTrace : undefined,
  signal: undefined,
  pageSignals: undefined,
  state: undefined,
});
connect({ url, state: debugs ? { token: "a" } : undefined }).state.token.trim();
void plain.ready({ signal: debugs ? AbortSignal.timeout(1000) : undefined });
void handover(plain, { code: undefined, reason: undefined, signal: undefined });

// — what is the platform's own ———————————————————————————————————————————————————————————————————————————————————————

type _Signal = Expect<Equal<typeof plain.connectionSignal, AbortSignal>>;
void fetch("https://example.org/", { signal: plain.connectionSignal });
void AbortSignal.any([plain.connectionSignal, AbortSignal.timeout(1000)]);
plain.connectionSignal.throwIfAborted();
plain.on("connect", ({ headers, protocol, extensions }) => {
  type _Headers = Expect<Equal<typeof headers, Headers>>;
  void new Headers(headers).get(protocol + extensions);
});
connect({ url, signal: new AbortController().signal, headers: new Headers({ a: "b" }) });
connect({
  async url({ signal, attempt, lastFailure }: AttemptContext) {
    type _Signal = Expect<Equal<typeof signal, AbortSignal>>;
    const status: number | undefined = lastFailure?.status;
    const response = await fetch("https://example.org/ticket", {
      signal,
      headers: { attempt: `${attempt} ${status}` },
    });
    return new URL(`wss://example.org/?ticket=${await response.text()}`);
  },
  headers: async ({ url, signal }) => (await fetch(url, { signal })).headers,
});
plain.on("error", (error) => {
  if (error instanceof RefusedError) void new Headers(error.headers).get("www-authenticate");
});

// — functions over a client ——————————————————————————————————————————————————————————————————————————————————————————

const retriesLeft: number = info(typed).retriesLeft;
const phase: LifecyclePhase = info(plain).phase;
const rtt: number | undefined = info(stateful).rtt;
const queued: number = info(all).queue.messages + info(all).life.connections;
const ignored: readonly string[] = info(all).ignoredOptions;
void [retriesLeft, phase, rtt, queued, ignored];
// @ts-expect-error: it is no client.
info({});
updateFlow(typed, 1);
void ping(plain, new Uint8Array(4)).then((ms) => ms.toFixed());
const told: string = `${explain(typed)}`;
void told;

export async function reading(): Promise<void> {
  for await (const quote of messages(typed, { maxMessages: 10 })) quote.price.toFixed();
  for await (const message of messages(plain)) if (typeof message !== "string") message.byteLength.toFixed();
  const delivery: Delivery = await deliver(typed, { buy: "x" }, { ack: true });
  // @ts-expect-error: it is no order.
  await deliver(typed, "text");
  await flush(plain);
  await using client = connect({ url });
  await client.close(1000, delivery);
}

export const several = connect({
  url: endpoints(["wss://a.example.org/", ({ attempt }) => `wss://b.example.org/${attempt}`], {
    order: "random",
  }),
  wsOpts: {
    protocols: async ({ url }) => [url.length > 10 ? "v2" : "v1"],
    heartbeat: heartbeat({
      message: () => JSON.stringify({ ping: Date.now() }),
      interval: 10_000,
      timeout: 5000,
      isReply: (message) => message === "pong",
    }),
  },
  retryFun: (left, _options, { failure, attempt, random }) => {
    const { kind, error }: Failure = failure;
    return { retries: kind === "close" ? 0 : left - 1, timeout: attempt * random() * error.message.length };
  },
  trace: (event, log) => log(event.type === "retry" ? `${event.detail.delay} ms` : event.type),
  supervise: new Supervisor(),
});

export function fails(thrown: unknown): string {
  if (isGundamError(thrown) && thrown instanceof OptionError) return `${thrown.option} ${thrown.code}`;
  return "";
}
void supervisor.shutdown?.();
const side: "node" | "browser" = platform;
void side;

// — events ———————————————————————————————————————————————————————————————————————————————————————————————————————————

plain.on("drop", ({ message, outcome, cause }) => {
  if (outcome === "unsent" && typeof message === "string") plain.send(message);
  cause.message.trim();
});
const stop = plain.once("disconnect", ({ close, willRetry }) => [close?.code.toFixed(), willRetry]);
stop();
plain.on("close", ({ code, reason, error }) => [code.toFixed(), reason.trim(), error?.message]);
plain.on("change", ({ from, to }) => from === "open" && to === "waiting");
