// A program that dials, abandons the connection at the given moment, and does nothing else: it ends when no handle is
// left, with what went wrong on stderr. Arguments: url, moment, options as JSON.

import { resolveOptions, type TransportListener } from "@gundam/core";
import { nodePlatform } from "../../src/index.ts";

const [url, moment, given] = process.argv.slice(2) as [string, string, string];
const options = resolveOptions(nodePlatform.declarations, { url, ...JSON.parse(given) });

const listener: TransportListener = {
  phase: (phase) => at(`phase ${phase}`),
  opened: () => at("opened"),
  message() {},
  ping() {},
  pong() {},
  drained() {},
  troubled() {},
  lost: ({ kind }) => at(`lost ${kind}`),
  rescheduled() {},
};
const transport = nodePlatform.dial({ url, headers: {}, options: options as never }, listener);
at("dialled");

function at(reached: string): void {
  if (moment === "sent" && reached === "opened") transport.send(new Uint8Array(16_000_000));
  if (moment === "closing" && reached === "opened") transport.close(1000, "");
  else if (moment === "opened 1001" && reached === "opened") transport.abandon(1001);
  else if (reached !== moment && !(moment === "sent" && reached === "opened")) return;
  console.log(reached);
  if (moment === "opened 1001" || moment.startsWith("lost")) return;
  // Within the listener's call, and once more in a later turn.
  if (transport !== undefined) transport.abandon();
  setImmediate(() => transport.abandon());
}
