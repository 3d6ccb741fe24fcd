// What became of a client's last attempts, as a person would ask.

import type { AnyClient } from "./client.ts";
import { type AttemptRecord, attemptsOf } from "./history.ts";

/** The last attempts, the newest last: their phases and timings, why they ended, and what was decided on that. */
export interface Explanation {
  /** The last 20, the oldest first. */
  readonly attempts: readonly AttemptRecord[];
  /** The same in words, a line an attempt. */
  toString(): string;
}

/**
 * The last 20 attempts of a client, from when this module was first imported. Throws an `OptionError` for a client of
 * another copy of the library, where it was not imported.
 *
 * @example console.log(String(explain(client)))
 */
export function explain(client: AnyClient): Explanation {
  const attempts = attemptsOf(client).map((attempt) => ({ ...attempt }));
  return { attempts, toString: () => attempts.map(lineOf).join("\n") };
}

function lineOf(record: AttemptRecord): string {
  const { attempt, startedAt, url, endpoint, phases, pending, opened, uptime, error, verdict } = record;
  const steps = phases.map(
    ({ phase, duration, failed }) => `${phase} ${ms(duration)}${failed ? " failed" : ""}`,
  );
  if (pending !== undefined) steps.push(`${pending.phase} for ${ms(pending.duration)} so far`);
  const ofConnection = uptime === undefined ? "open" : "ended from this side";
  const outcome = error === undefined ? (opened ? ofConnection : "") : `${error.name}: ${error.message}`;
  const lasted = uptime === undefined ? "" : ` after ${ms(uptime)}`;
  return [
    `${new Date(startedAt).toISOString()} attempt ${attempt}${url && ` to ${url}`}${endpoint ? ` (${endpoint})` : ""}`,
    steps.join(", "),
    outcome + lasted,
    decided(verdict),
  ]
    .filter((part) => part !== "")
    .join("; ");
}

function decided(verdict: AttemptRecord["verdict"]): string {
  if (verdict === undefined) return "";
  if (verdict === "stop") return "gave up";
  if (verdict === "handed over") return "handed over to the next";
  if (verdict === "kept") return "the open connection was kept";
  const { retryIn, retriesLeft, next = "next", isStruckOut } = verdict;
  const when = retryIn === 0 ? "at once" : `in ${ms(retryIn)}`;
  return `${isStruckOut ? "struck out; " : ""}${next} ${when}, ${retriesLeft} retries left`;
}

function ms(duration: number): string {
  return `${Math.round(duration * 10) / 10} ms`;
}
