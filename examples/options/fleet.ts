import { connect, printTrace, resilient, Supervisor } from "gundam";

export function connectAll(urls: string[], signal: AbortSignal) {
  const fleet = new Supervisor();
  for (const url of urls) {
    connect(resilient({ url, supervise: fleet, signal, trace: printTrace }));
  }
  // `fleet.shutdown()` closes them together; so does whoever aborts the signal.
  return fleet;
}
