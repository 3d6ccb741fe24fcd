import type { WebSocketClient } from "gundam";

/** What it returns keeps the client connected, until all who have called it have called what they were given. */
export function whileUsed(client: Pick<WebSocketClient, "phase" | "reconnect" | "close">) {
  let users = 0;
  return function hold() {
    users += 1;
    if (client.phase === "idle" || client.phase === "closing" || client.phase === "closed")
      client.reconnect();
    return function release() {
      users -= 1;
      // Not at once: StrictMode, and a route that changes, unmount what is soon mounted again.
      setTimeout(() => {
        if (users === 0) client.close();
      }, 1000);
    };
  };
}
