// The outcomes in words.

import type { Outcome } from "./messages.ts";

export const outcomeWords: Readonly<Record<Outcome, { readonly word: string; readonly meaning: string }>> = {
  queued: { word: "queued", meaning: "It waits for a connection, or for its turn." },
  sent: { word: "sent", meaning: "Handed to the browser, which has not written it yet." },
  flushed: { word: "flushed", meaning: "The browser has written it while the connection was alive." },
  acked: { word: "acked", meaning: "The next WebSocket endpoint has read it." },
  unknown: { word: "unknown", meaning: "The connection was lost before the browser had written it." },
  dropped: { word: "dropped", meaning: "It will never be sent." },
};
