import { connect, resilient } from "gundam";

export function connectWithinLimit(url: string) {
  return connect(resilient({ url, sendQueue: { pace: { messages: 100, per: 60_000 } } }));
}
