import { resilient, WebSocketClient } from "gundam";

/** The client of the whole app. Making it dials nothing, so a server may import it, too. */
export const feed = new WebSocketClient(resilient({ url: "wss://example.org/feed" }));

/** To be called when a component is shown; only the first call dials. */
export function startFeed() {
  if (feed.phase === "idle") feed.reconnect();
}

if (import.meta.hot) {
  // Vite runs this module anew when it has been edited: the client that it made before goes.
  import.meta.hot.data.feed?.close();
  import.meta.hot.data.feed = feed;
}
