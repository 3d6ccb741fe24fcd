// Incidents of real life, to play.

import { type Act, incidentOf, type ToldIncident } from "./incident.ts";

/** `steps`: when, in plain words, and what is done; `duration`: time enough for every client to come back. */
function told(
  id: string,
  label: string,
  story: string,
  duration: number,
  steps: readonly (readonly [at: number, words: string, act: Act])[],
): ToldIncident {
  const timed = steps.map(([at, words, act]) => ({ at, words, act }));
  return { id, label, story, ...incidentOf(timed, duration) };
}

const fault = (name: string, args: Readonly<Record<string, string | number>> = {}): Act => ({
  type: "fault",
  fault: { name, ...args },
});

export const incidents: readonly ToldIncident[] = [
  told(
    "deploy",
    "Deploy",
    "A new version rolls out: the server says so, is gone for a moment, and refuses while it warms up.",
    12_000,
    [
      [0, "It closes all with 1012 and restarts", fault("restart", { ms: 1500 })],
      [0, "It is going to refuse one attempt while it warms up", fault("refuse", { status: 503, times: 1 })],
      [6000, "The new version serves everybody", fault("behave")],
    ],
  ),
  told("tunnel", "Train tunnel", "The network is gone without a word, and comes back after a while.", 8000, [
    [0, "Into the tunnel: nothing gets through", { type: "offline" }],
    [5000, "Out of it: the old connection has died meanwhile", fault("drop", { how: "rst" })],
    [5000, "The network is back", { type: "online" }],
    [6500, "Back in the light", fault("behave")],
  ]),
  told(
    "cafe",
    "Flaky café",
    "Too many guests on one access point: slow, dropped, stalled, dropped again.",
    10_000,
    [
      [0, "Somebody starts a download", fault("slow", { bytesPerSecond: 40 })],
      [2000, "The next connection is going to drop at once", fault("drop-at-open", { times: 1 })],
      [2000, "The connection drops", fault("drop")],
      [5000, "A reset, out of the blue", fault("drop", { how: "rst" })],
      [7500, "The download is done", fault("behave")],
    ],
  ),
  told(
    "accepts-then-drops",
    "Accepts, then drops",
    "A crash loop: each handshake succeeds, and the connection dies at once. Watch the budget: it does not refill.",
    12_000,
    [
      [0, "Every connection is going to be dropped as soon as it opens", fault("drop-at-open")],
      [0, "Those that are open are dropped", fault("drop")],
      [5000, "Somebody fixes the bug", fault("behave")],
    ],
  ),
];
