import { connect, json, resilient } from "gundam";

export function connectToBoard(url: string) {
  return connect(
    resilient({
      url,
      wsOpts: { codec: json(), maxPayload: 1024 * 1024, compress: { threshold: 512 } },
      sendQueue: {
        maxMessages: 100,
        overflow: "drop-oldest",
        pace: { messages: 20, per: 1000 },
      },
    }),
  );
}
