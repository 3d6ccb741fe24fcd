import { connect } from "gundam";

/** Loads what was missed on every connection, for as long as that connection lasts. */
export function openWithHistory(url: string, historyUrl: string, show: (text: string) => void) {
  return connect({
    url,
    async onConnect(headers, client) {
      const since = headers.get("last-modified") ?? "";
      const response = await fetch(`${historyUrl}?since=${since}`, { signal: client.connectionSignal });
      show(await response.text());
    },
    onMessage: (message) => show(String(message)),
  });
}
