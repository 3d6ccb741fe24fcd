// Scripts of what goes wrong in real life: faults of the server and conditions of the page, in time.

import type { Act } from "../incident/incident.ts";

export interface ScenarioStep {
  /** ms after the step before it. */
  readonly after: number;
  /** In plain words, as it is done. */
  readonly words: string;
  readonly acts: readonly Act[];
}

export interface Scenario {
  readonly id: string;
  readonly label: string;
  readonly story: string;
  readonly steps: readonly ScenarioStep[];
}

const fault = (name: string, args: Readonly<Record<string, string | number>> = {}): Act => ({
  type: "fault",
  fault: { name, ...args },
});

export const scenarios: readonly Scenario[] = [
  {
    id: "deploy",
    label: "Deploy",
    story:
      "A new version rolls out: the server says so, is gone for a moment, and refuses while it warms up.",
    steps: [
      {
        after: 0,
        words: "It closes all with 1012 and restarts",
        acts: [fault("restart", { ms: 1500 }), fault("refuse", { status: 503, times: 1 })],
      },
      { after: 6000, words: "The new version serves everybody", acts: [fault("behave")] },
    ],
  },
  {
    id: "tunnel",
    label: "Train tunnel",
    story: "The network is gone without a word, and comes back after a while.",
    steps: [
      { after: 0, words: "Into the tunnel: nothing gets through", acts: [{ type: "offline" }] },
      {
        after: 5000,
        words: "Out of it: the old connection turns out to be dead",
        acts: [fault("drop", { how: "rst" }), { type: "online" }],
      },
      { after: 1500, words: "Back in the light", acts: [fault("behave")] },
    ],
  },
  {
    id: "cafe",
    label: "Flaky café",
    story: "Too many guests on one access point: slow, dropped, stalled, dropped again.",
    steps: [
      { after: 0, words: "Somebody starts a download", acts: [fault("slow", { bytesPerSecond: 40 })] },
      {
        after: 2000,
        words: "The connection drops, and the next one at once",
        acts: [fault("drop-at-open", { times: 1 }), fault("drop")],
      },
      { after: 3000, words: "A reset, out of the blue", acts: [fault("drop", { how: "rst" })] },
      { after: 2500, words: "The download is done", acts: [fault("behave")] },
    ],
  },
  {
    id: "accepts-then-drops",
    label: "Accepts, then drops",
    story:
      "A crash loop: each handshake succeeds, and the connection dies at once. Watch the budget: it does not refill.",
    steps: [
      {
        after: 0,
        words: "Every connection is dropped as soon as it opens",
        acts: [fault("drop-at-open"), fault("drop")],
      },
      { after: 9000, words: "Somebody fixes the bug", acts: [fault("behave")] },
    ],
  },
];
