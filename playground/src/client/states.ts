// The states of the lifecycle in words.

import type { Failure } from "@gundam/core";
import type { State, StateName } from "@gundam/core/lifecycle";
import type { Silence } from "./silence.ts";

/** What a state is for the connection; it chooses the colour. */
export type Tone = "rest" | "busy" | "good" | "wait" | "bad";

export interface StateWords {
  readonly tone: Tone;
  readonly meaning: string;
}

export const stateWords: Readonly<Record<StateName, StateWords>> = {
  idle: { tone: "rest", meaning: "Nothing has been started yet." },
  settling: {
    tone: "busy",
    meaning: "The next attempt is due, and waits for callbacks of the last connection.",
  },
  preparing: { tone: "busy", meaning: "The url and headers functions are asked, if there are any." },
  connecting: { tone: "busy", meaning: "The opening handshake is under way." },
  greeting: {
    tone: "good",
    meaning: "Open, while onConnect is still running: only what it sends may leave.",
  },
  open: { tone: "good", meaning: "Messages go both ways." },
  ending: {
    tone: "busy",
    meaning: "The server has ended the connection, and the browser is about to tell how. What is sent waits.",
  },
  deciding: { tone: "busy", meaning: "Whether to try again, and when." },
  waiting: { tone: "wait", meaning: "Not connected. The next attempt comes by itself." },
  closing: { tone: "rest", meaning: "Our Close frame is out; the server’s answer is awaited." },
  closed: { tone: "rest", meaning: "It is over, and stays so until you connect." },
};

/** Where a client is, and what is known of that. */
export interface Situation {
  readonly state: State;
  /** What the state follows from, if something failed. */
  readonly failure: Failure | undefined;
  readonly silence: Silence | undefined;
}

/** What a state is and means just now, which can be worse than what it is in general. */
export function wordsOf({ state: { name }, failure, silence }: Situation): StateWords {
  if (name === "open" && silence !== undefined) {
    return { tone: "wait", meaning: "It looks open, and nothing can come: nobody has told the client." };
  }
  if (name === "closed" && failure !== undefined) {
    return { tone: "bad", meaning: "It has given up, and stays so until you connect." };
  }
  return stateWords[name];
}

/** Whether a client in this state may still connect by itself. */
export function isLive(state: StateName): boolean {
  return state !== "idle" && state !== "closed";
}
