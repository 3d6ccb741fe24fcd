// What is happening now, in one sentence: "Waiting 3.2 s before attempt 4 of 6, because the server closed with 1012."

import type { Failure } from "@gundam/core";
import type { Life } from "@gundam/core/life";
import type { State } from "@gundam/core/lifecycle";
import { formatDuration } from "../format.ts";

/** `until`: a deadline that counts down between the two parts, on `performance.now()`'s clock. */
export interface Sentence {
  readonly before: string;
  readonly until: number | undefined;
  readonly after: string;
}

/** `failure`: what the state follows from; undefined if from nothing that failed. */
export function sentenceOf(state: State, failure: Failure | undefined): Sentence {
  const until = state.until === Infinity ? undefined : state.until;
  const because = failure === undefined ? "" : `, because ${causeOf(failure)}`;
  const say = (before: string, after = "."): Sentence => ({ before, until: undefined, after });
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
      return say("Connected: messages go both ways");
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
