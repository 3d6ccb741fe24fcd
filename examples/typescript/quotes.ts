import { connect, json, resilient } from "gundam";

export interface Quote {
  symbol: string;
  price: number;
}

export interface Subscription {
  subscribe: string;
}

export function openQuotes(url: string) {
  return connect(
    resilient({
      url,
      state: { highest: 0 },
      wsOpts: { codec: json<Quote, Subscription>() },
      onConnect: (_headers, client) => client.send({ subscribe: "GOLD" }),
      onMessage: (quote, _client, state) =>
        quote.price > state.highest ? { ...state, highest: quote.price } : state,
    }),
  );
}

export type Quotes = ReturnType<typeof openQuotes>;

export function describe(quotes: Quotes): string {
  return `the highest price is ${quotes.state.highest.toFixed(2)}`;
}
