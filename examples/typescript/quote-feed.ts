import { json, resilient, WebSocketClient } from "gundam";
import type { Quote, Subscription } from "./quotes.ts";

export class QuoteFeed extends WebSocketClient<object, Quote, Subscription> {
  readonly prices = new Map<string, number>();

  static open(url: string): QuoteFeed {
    return QuoteFeed.start(resilient({ url, wsOpts: { codec: json<Quote, Subscription>() } }));
  }

  override onConnect(_headers: Headers, client: this) {
    client.send({ subscribe: "GOLD" });
  }

  override onMessage({ symbol, price }: Quote) {
    this.prices.set(symbol, price);
  }
}
