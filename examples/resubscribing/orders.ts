import { connect, json, resilient } from "gundam";

interface Order {
  /** Made by the client: the server carries each of them out once, however often it comes. */
  readonly id: string;
  readonly text: string;
}

export function connectToShop(url: string) {
  /** Sent, and not answered: they may have arrived. */
  const unanswered = new Map<string, Order>();
  const client = connect(
    resilient({
      url,
      wsOpts: { codec: json<{ done: string }, Order>() },
      onConnect(_headers, client) {
        for (const order of unanswered.values()) client.send(order);
      },
      onMessage: ({ done }) => void unanswered.delete(done),
    }),
  );
  return {
    client,
    unanswered,
    place(order: Order) {
      unanswered.set(order.id, order);
      if (client.phase === "open") client.send(order);
    },
  };
}
