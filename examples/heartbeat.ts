import { connect, heartbeat } from "gundam";

export function connectToGateway(url: string) {
  let last: number | null = null;
  return connect({
    url,
    wsOpts: {
      heartbeat: heartbeat({
        message: () => JSON.stringify({ op: 1, d: last }),
        interval: 40_000,
        timeout: 20_000,
        when: "always",
        isReply: (message) => String(message).includes('"op":11'),
      }),
    },
    onMessage: (message) => {
      last = JSON.parse(String(message)).s ?? last;
    },
  });
}
