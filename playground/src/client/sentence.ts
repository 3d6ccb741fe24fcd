// What is happening now, in one sentence: "Waiting 3.2 s before attempt 4 of 6, because the server closed with 1012."

import type { Failure } from "@gundam/core";
import type { Life } from "@gundam/core/life";
import type { HeartbeatOptions } from "gundam";
import { formatDuration } from "../format.ts";
import type { Silence } from "./silence.ts";
import type { Situation } from "./states.ts";

/** Times on `performance.now()`'s clock. */
export interface Sentence {
  readonly before: string;
  /** A deadline, which counts down between the two parts. */
  readonly until?: number | undefined;
  /** What it counts up from where there is no deadline, else since when that has been running. */
  readonly since?: number | undefined;
  readonly after: string;
}

/** What is known of the peer's life. */
export interface Hearing {
  /** When something came last, on `performance.now()`'s clock. */
  readonly heardAt: number;
  readonly heartbeat: Partial<HeartbeatOptions> | undefined;
}

export function sentenceOf({ state, failure, silence }: Situation, hearing: Hearing): Sentence {
  const until = state.until === Infinity ? undefined : state.until;
  const because = failure === undefined ? "" : `, because ${causeOf(failure)}`;
  const say = (before: string, after = "."): Sentence => ({ before, after });
  switch (state.name) {
    case "idle":
      return say("Not connected yet");
    case "settling":
    case "preparing":
      return say(`About to make ${attemptOf(state.life)}`);
    case "connecting": {
      const doing = `Opening the connection: ${attemptOf(state.life)}`;
      return until === undefined ? say(doing) : { before: `${doing}, given up in`, until, after: "." };
    }
    case "greeting":
      return say("Connected; onConnect is still running");
    case "open":
      return silence === undefined ? say("Connected: messages go both ways") : silenceOf(silence, hearing);
    case "ending":
      return say("The server has ended the connection, and the browser is about to tell how");
    case "deciding":
      return say(`Deciding whether to try again${because}`);
    case "waiting":
      return until === undefined
        ? say("Waiting until the page is back")
        : { before: "Waiting", until, after: `before ${attemptOf(state.life)}${because}.` };
    case "closing":
      return { before: "Closing: the server has", until, after: "to answer our Close." };
    case "closed":
      return say(failure === undefined ? "Closed, as you asked" : `Given up${because}`);
  }
}

const silences: Readonly<Record<Silence, string>> = {
  offline: "the page is offline",
  server: "the server is silent",
};

/** What is known, and who is going to find out. */
function silenceOf(silence: Silence, { heardAt, heartbeat }: Hearing): Sentence {
  const why = silences[silence];
  const counting = (after: string): Sentence => ({
    before: "Open, but nothing has come for",
    since: heardAt,
    after: ` (${why}): ${after}`,
  });
  if (heartbeat === undefined) {
    return counting("a browser cannot tell silence from a dead peer. Set wsOpts.heartbeat.");
  }
  const { interval = Infinity, timeout = Infinity, when } = heartbeat;
  if (timeout === Infinity) {
    return counting("the heartbeat has no timeout, and finds out nothing. Give it one.");
  }
  // What we send puts the question off.
  if (when === "idle") {
    const [idle, patience] = [formatDuration(interval), formatDuration(timeout)];
    return counting(
      `the heartbeat finds out ${patience} after its question, which comes once you send nothing for ${idle}.`,
    );
  }
  return {
    before: `Open, but nothing comes: ${why}. The heartbeat finds out within`,
    until: heardAt + interval + timeout,
    since: heardAt,
    after: ".",
  };
}

/** The sentence for who hears it: read aloud when it changes, not with each tick. */
export function aloud({ before, until, since, after }: Sentence): string {
  if (until === undefined && since === undefined) return before + after;
  return `${before} some time${spaceBefore(after)}${after}`;
}

/** Between what is counted and what follows it. */
export function spaceBefore(after: string): string {
  return /^\w/.test(after) ? " " : "";
}

/** `attempt 4 of 6`; without an end to the budget `attempt 4`. */
function attemptOf({ failures, retriesLeft }: Life): string {
  const attempt = failures + 1;
  return retriesLeft === Infinity ? `attempt ${attempt}` : `attempt ${attempt} of ${attempt + retriesLeft}`;
}

/** A failure as the reason of what follows. */
function causeOf({ kind, code, reason, phase, error, status }: Failure): string {
  switch (kind) {
    case "close":
      return `the server closed with ${code}${reason ? ` “${reason}”` : ""}`;
    case "response":
      return `the server refused with HTTP ${status}`;
    case "network":
      if (code === 1006) return "the connection was lost without a Close frame";
      return phase === "open" ? "the connection could not be opened" : error.message;
    default:
      return error.message;
  }
}

/** The seconds left, as they count down: `3.2 s`. */
export function leftText(until: number, now: number): string {
  const left = Math.max(0, until - now);
  return left < 60_000 ? `${(left / 1000).toFixed(1)} s` : formatDuration(left);
}
