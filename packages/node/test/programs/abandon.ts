// A program that dials, does one thing at the given moment, and nothing else: it ends when no handle is left, with what
// went wrong on stderr. Arguments: url, moment, what to do, options as JSON.

import { resolveOptions, type Transport, type TransportListener } from "@gundam/core";
import { nodePlatform } from "../../src/index.ts";

const [url, moment, act, given] = process.argv.slice(2) as [string, string, string, string];
const options = resolveOptions(nodePlatform.declarations, { url, ...JSON.parse(given) });

const acts: Readonly<Record<string, () => void>> = {
  nothing: () => {},
  // Within the listener's call, unless that is within `dial`, and once more in a later turn.
  abandon: () => {
    transport?.abandon();
    setImmediate(() => transport?.abandon());
  },
  "abandon later": () => setTimeout(() => transport?.abandon(), 200),
  "abandon with 1001": () => transport?.abandon(1001),
  "abandon with 1006": () => transport?.abandon(1006),
  "send and abandon": () => {
    transport?.send(new Uint8Array(16_000_000));
    transport?.abandon();
  },
  "close and abandon": () => {
    transport?.close(1000, "");
    transport?.abandon();
  },
};

const listener: TransportListener = {
  phase: (phase) => reached(`phase ${phase}`),
  opened: () => reached("opened"),
  message() {},
  ping() {},
  pong() {},
  taken() {},
  troubled() {},
  ending() {},
  lost: ({ kind }) => reached(`lost ${kind}`),
  rescheduled() {},
};
let transport: Transport | undefined;
transport = nodePlatform.dial({ url, headers: {}, options: options as never }, listener);
reached("dialled");

function reached(now: string): void {
  if (now !== moment) return;
  console.log(now);
  acts[act]!();
}
