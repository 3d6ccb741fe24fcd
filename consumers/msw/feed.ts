import { connect, resilient } from "gundam";

/** Shows the prices that a server sends, and when the connection is lost. */
export function openFeed(url: string, show: (line: string) => void, report = (_error: Error) => {}) {
  return connect(
    resilient({
      url,
      onConnect: (_headers, client) => client.send("subscribe prices"),
      onMessage: (message) => show(String(message)),
      onDisconnect: () => show("offline"),
      onError: report,
    }),
  );
}
