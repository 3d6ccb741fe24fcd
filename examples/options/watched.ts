import { connect, heartbeat, resilient } from "gundam";

export function connectWatched(url: string) {
  return connect(
    resilient({
      url,
      wsOpts: {
        // On Node the peer is asked by pings, everywhere in its own words.
        keepalive: 20_000,
        heartbeat: heartbeat({
          message: "ping",
          interval: 10_000,
          timeout: 5_000,
          isReply: (message) => message === "pong",
        }),
      },
      tcpOpts: { sendTimeout: 10_000 },
    }),
  );
}
