import { connect, heartbeat, resilient } from "gundam";

export function connectToMarket(url: string, heard: (message: string) => void) {
  let id = 0;
  return connect(
    resilient({
      url,
      onMessage: (message) => heard(String(message)),
      // Five a second are allowed where they arrive, and on their way they can come closer together.
      sendQueue: { pace: { messages: 5, per: 1250 } },
      wsOpts: {
        heartbeat: heartbeat({
          message: () => JSON.stringify({ id: `${++id}`, type: "ping" }),
          interval: 18_000,
          timeout: 10_000,
          when: "always",
          isReply: (message) => JSON.parse(String(message)).type === "pong",
        }),
      },
    }),
  );
}
