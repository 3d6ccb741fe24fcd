import { connect, json, resilient } from "gundam";

type Heard = (data: unknown) => void;

export function connectToTopics(url: string) {
  const topics = new Map<string, Heard>();
  const client = connect(
    resilient({
      url,
      wsOpts: { codec: json<{ topic: string; data: unknown }, { op: string; topic: string }>() },
      // On every connection, before all that waits.
      onConnect(_headers, client) {
        for (const topic of topics.keys()) client.send({ op: "subscribe", topic });
      },
      onMessage: ({ topic, data }) => topics.get(topic)?.(data),
    }),
  );
  return {
    client,
    /** Returns how to unsubscribe. */
    subscribe(topic: string, heard: Heard) {
      topics.set(topic, heard);
      // While there is no connection, onConnect will.
      if (client.phase === "open") client.send({ op: "subscribe", topic });
      return () => {
        if (topics.delete(topic) && client.phase === "open") client.send({ op: "unsubscribe", topic });
      };
    },
  };
}
