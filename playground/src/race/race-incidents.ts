// What a race can be run under: incidents of the server, the same for all who run, at the same time. Nothing in them is
// for so many connections only: whoever came first would use it up.

import type { Act, Incident } from "../incident/incident.ts";

export interface RaceIncident extends Incident {
  readonly id: string;
  readonly label: string;
  /** What happens, in a sentence. */
  readonly story: string;
}

/**
 * ms from the start of the race to the fault, which falls between two numbers: who had one on its way would have lost it by
 * the clock's luck alone.
 */
const FAULT = 2050;
/** ms from the start to the end. */
const DURATION = 10_000;

const fault = (name: string, args: Readonly<Record<string, string | number>> = {}): Act => ({
  type: "fault",
  fault: { name, ...args },
});

export const raceIncidents: readonly [RaceIncident, ...RaceIncident[]] = [
  {
    id: "drop",
    label: "The connection drops",
    story: "At 2 s every connection is reset. The server is there all the time.",
    duration: DURATION,
    steps: [{ at: FAULT, act: fault("drop", { how: "rst" }) }],
  },
  {
    id: "deploy",
    label: "A deploy",
    story:
      "At 2 s the server closes with 1012, is gone for 1.5 s, and then answers 503 for another second, as it warms up.",
    duration: DURATION,
    steps: [
      { at: FAULT, act: fault("refuse", { status: 503 }) },
      { at: FAULT, act: fault("restart", { ms: 1500 }) },
      { at: FAULT + 2500, act: fault("behave") },
    ],
  },
  {
    id: "away",
    label: "Away for 3 s",
    story: "At 2 s the server’s process dies, and for 3 s nobody listens.",
    duration: DURATION,
    steps: [{ at: FAULT, act: fault("away", { ms: 3000 }) }],
  },
  {
    id: "flapping",
    label: "Accepts, then drops",
    story:
      "From 2 s to 5 s the server drops each connection as soon as it is open, as one does that crashes.",
    duration: DURATION,
    steps: [
      { at: FAULT, act: fault("drop-at-open") },
      { at: FAULT, act: fault("drop", { how: "rst" }) },
      { at: FAULT + 3000, act: fault("behave") },
    ],
  },
  {
    id: "silence",
    label: "Wi-Fi gone for 4 s",
    story:
      "From 2 s to 6 s nothing gets through, and nobody is told: TCP stays up, and what was sent comes late.",
    duration: DURATION,
    steps: [
      { at: FAULT, act: fault("stall-at-accept") },
      { at: FAULT, act: fault("silence") },
      { at: FAULT + 4000, act: fault("behave") },
    ],
  },
  {
    id: "stall",
    label: "Stalled handshakes",
    story: "At 2 s every connection is reset, and for 3 s the server answers no handshake, then or later.",
    duration: DURATION,
    steps: [
      { at: FAULT, act: fault("stall-at-upgrade") },
      { at: FAULT, act: fault("drop", { how: "rst" }) },
      { at: FAULT + 3000, act: fault("behave") },
    ],
  },
];
