// Clients as classes, whose methods are the callbacks.

import {
  type ClientOptions,
  connect,
  type GundamError,
  info,
  json,
  type Message,
  messages,
  resilient,
  type Sendable,
  type State,
  WebSocketClient,
} from "gundam";
import type { Equal, Expect } from "./expect.js";

interface Quote {
  price: number;
}
interface Order {
  buy: string;
}
const url = "wss://example.org/feed";

class Feed extends WebSocketClient {
  seen = 0;

  override onConnect(headers: Headers, client: this, state: State) {
    client.send(`${headers.get("date")} ${state.uri}`);
  }

  override onMessage(message: Message) {
    this.seen += message.length;
  }

  override async onError(error: GundamError) {
    await Promise.reject(error);
  }

  override onClose(code: number, reason: string) {
    console.log(code.toFixed(), reason.trim());
  }
}

export const feed = Feed.start({ url, retry: 3 });
type _Feed = Expect<Equal<typeof feed, Feed>>;
feed.seen.toFixed();
export const resilientFeed = Feed.start(
  resilient({ url, onDisconnect: (client) => client.lastClose?.code.toFixed() }),
);
type _ResilientFeed = Expect<Equal<typeof resilientFeed, Feed>>;
export const idle = new Feed(resilient({ url }));
idle.reconnect(1000, "at last");
info(idle).retriesLeft.toFixed();

class Ticker extends WebSocketClient<{ last?: Quote }, Quote, Order> {
  constructor(options: Partial<ClientOptions<{ last?: Quote }, Quote, Order>> = {}) {
    super(resilient({ url, wsOpts: { codec: json<Quote, Order>() }, ...options }));
  }

  override onMessage(quote: Quote, client: this, state: State<{ last?: Quote }>) {
    if (state.last && state.last.price < quote.price) client.order("x");
    return { ...state, last: quote };
  }

  order(buy: string): boolean {
    // @ts-expect-error: it is no order.
    this.send("text");
    return this.send({ buy });
  }
}

export const ticker = Ticker.start({ retry: 5 });
ticker.order("y");
ticker.state.last?.price.toFixed();
ticker.on("message", (quote) => quote.price.toFixed());
export async function prices(): Promise<void> {
  for await (const quote of messages(ticker)) quote.price.toFixed();
}

/** A class that is generic itself. */
class Store<Received, Sent = Sendable> extends WebSocketClient<{ count: number }, Received, Sent> {
  readonly received: Received[] = [];

  override onMessage(message: Received) {
    this.received.push(message);
  }
}
export const store = new Store(
  resilient({
    url,
    state: { count: 0 },
    wsOpts: { codec: json<Quote, Order>() },
    onConnect: (_, client) => client.send({ buy: "x" }),
  }),
);
type _Store = Expect<Equal<typeof store, Store<Quote, Order>>>;
store.reconnect();
store.state.count.toFixed();

class Wrong extends WebSocketClient {
  // @ts-expect-error: a client without a codec has text and bytes.
  override onMessage(quote: Quote) {
    quote.price.toFixed();
  }
}
// @ts-expect-error: there has to be a url.
Wrong.start({ retry: 1 });

export const anyClient: WebSocketClient<{ token: string }> = connect({ url, state: { token: "a" } });
