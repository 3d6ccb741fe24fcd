import { connect, heartbeat, resilient } from "gundam";

export function connectFromPage(url: string) {
  return connect(
    resilient({
      url,
      wsOpts: {
        // A message of yours, and its answer: any that your server has, for browsers have no pings.
        heartbeat: heartbeat({
          message: '{"type":"ping"}',
          interval: 20_000,
          timeout: 20_000,
          isReply: (message) => message === '{"type":"pong"}',
        }),
      },
    }),
  );
}
