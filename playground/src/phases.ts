// The client's phases in words, in the order in which they are usually met.

import type { LifecyclePhase } from "gundam";

export interface PhaseWords {
  readonly word: string;
  readonly meaning: string;
}

export const phases: Readonly<Record<LifecyclePhase, PhaseWords>> = {
  idle: { word: "Idle", meaning: "Nothing has been started yet." },
  preparing: { word: "Preparing", meaning: "The next attempt is about to begin." },
  connecting: { word: "Connecting", meaning: "The opening handshake is under way." },
  open: { word: "Open", meaning: "Messages go both ways." },
  deciding: { word: "Deciding", meaning: "Whether to try again, and when." },
  waiting: { word: "Waiting", meaning: "Not connected; the client tries again by itself." },
  closing: { word: "Closing", meaning: "Our Close frame is out; the server's answer is awaited." },
  closed: { word: "Closed", meaning: "It is over, and stays so until you connect." },
};

/** Whether a client in this phase may still connect by itself. */
export function isLive(phase: LifecyclePhase): boolean {
  return phase !== "idle" && phase !== "closed";
}
