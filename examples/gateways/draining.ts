import { connect, handover, resilient } from "gundam";

export function connectToFeed(url: string, heard: (message: string) => void) {
  return connect(
    resilient({
      url,
      onMessage(message, client) {
        if (message !== "goaway") return heard(String(message));
        // Where it fails, the server closes in the end, and the client reconnects.
        handover(client).catch(() => {});
      },
    }),
  );
}
