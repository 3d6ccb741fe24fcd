// The story of an outage, in sentences whose parts lead to what they tell of: "Gone for 5.4 s. The server said 1012,
// service restart. 3 attempts, one refused with HTTP 503. 4 messages waited and arrived, 1 unknown."

import type { AttemptRecord } from "gundam";
import { formatCount, formatDuration } from "../format.ts";
import type { AffectedMessages } from "./affected-messages.ts";
import type { Outage, OutageAttempt } from "./outage.ts";

/** The row that a part of a sentence tells of. */
export type Target =
  | { readonly type: "attempt"; readonly key: string }
  | { readonly type: "event" | "message"; readonly id: number };

export interface Part {
  readonly text: string;
  readonly target: Target | undefined;
}

export type Sentence = readonly Part[];

/** A server's own word on an upgrade request that it did not accept: browsers keep it to themselves. */
export interface Answer {
  /** Of its row in the event log. */
  readonly event: number;
  readonly status: number | undefined;
}

/** What is known of an outage beside its attempts. */
export interface Circumstances {
  readonly messages: AffectedMessages;
  readonly answers: readonly Answer[];
  /** The server's answers may have been to another client. */
  readonly isShared: boolean;
  /** The row that tells of the loss. */
  readonly disconnect: number | undefined;
}

export function tellStory(outage: Outage, circumstances: Circumstances): readonly Sentence[] {
  const sentences = [
    headOf(outage),
    causeOf(outage, circumstances),
    attemptsOf(outage, circumstances),
    answersToAll(circumstances),
    endpointOf(outage),
    messagesOf(circumstances.messages),
  ];
  return sentences.filter((sentence) => sentence !== undefined);
}

/** Whether it is worth telling: who reconnects and loses nothing knows it all. */
export function isWorthTelling(
  { lost, failed, ending }: Outage,
  { unknown, dropped, unanswered }: AffectedMessages,
): boolean {
  const isOurs = ending === "back" && lost?.record.error === undefined && failed.length === 0;
  return !isOurs || unknown.length + dropped.length + unanswered.length > 0;
}

/** `Gone for 5.4 s. The server said 1012, service restart.` */
export function textOf(sentences: readonly Sentence[]): string {
  return sentences.map((parts) => `${parts.map(({ text }) => text).join(", ")}.`).join(" ");
}

function headOf({ ending, lost, failed, last, from, to, isCut }: Outage): Sentence {
  const took = formatDuration(Math.max(0, to - from));
  const target = rowOf(lost ?? failed[0] ?? last);
  const say = (text: string): Sentence => [{ text, target }];
  switch (ending) {
    case "handed over":
      return say("Handed over to a new connection, without a gap");
    case "kept":
      return say("A hand-over came to nothing, and the connection was kept");
    case "gave up":
      return say(
        failed.length === 0 ? "Gave up at once" : `Gave up after ${isCut ? "more than " : ""}${took}`,
      );
    case "back":
      if (isCut) return say(`Gone for more than ${took}`);
      if (lost === undefined) return say(`Connected after ${took}`);
      return say(`Gone for ${took}`);
  }
}

/** The names of RFC 6455's and IANA's close codes. */
const closeCodes: Readonly<Record<number, string>> = {
  1000: "normal closure",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1005: "without a code",
  1007: "invalid data",
  1008: "policy violation",
  1009: "message too big",
  1011: "internal error",
  1012: "service restart",
  1013: "try again later",
};

/** ms of silence that are worth telling. */
const LEAST_SILENCE = 1000;

function causeOf(outage: Outage, circumstances: Circumstances): Sentence | undefined {
  const cause = partOfCause(outage, circumstances);
  const { silence = 0 } = circumstances.messages;
  // A peer that was found dead was silent, and that was said.
  const isTold = silence < LEAST_SILENCE || outage.lost?.record.error?.code === "ERR_DEAD_PEER";
  if (cause === undefined || isTold) return cause && [cause];
  return [cause, { text: `after ${formatDuration(silence)} of silence`, target: undefined }];
}

function partOfCause({ ending, lost, failed }: Outage, { disconnect }: Circumstances): Part | undefined {
  if (ending === "handed over") return undefined;
  if (ending === "kept")
    return { text: capitalized(failed[0]!.record.error!.message), target: rowOf(failed[0]) };
  if (lost === undefined) return undefined;
  const target: Target | undefined =
    disconnect === undefined ? rowOf(lost) : { type: "event", id: disconnect };
  const { error } = lost.record;
  if (error === undefined) return { text: "This side ended the connection", target };
  const { code, closeCode = 0, message } = error;
  if (code === "ERR_CLOSED") {
    const name = closeCodes[closeCode];
    return { text: `The server said ${closeCode}${name === undefined ? "" : `, ${name}`}`, target };
  }
  return { text: capitalized(message), target };
}

function attemptsOf(outage: Outage, circumstances: Circumstances): Sentence | undefined {
  const { ending, failed, last, isCut } = outage;
  if (ending === "kept" || ending === "handed over") return undefined;
  const count = failed.length + (last === undefined ? 0 : 1);
  if (count === 0) return [{ text: "No other attempt was made", target: undefined }];
  const [first = last] = failed;
  const counted = `${isCut ? "More than " : ""}${formatCount(count, "attempt", "attempts")}`;
  const head: Part = {
    text: failed.length === 0 ? "The first attempt succeeded" : counted,
    target: rowOf(first),
  };
  return [head, ...failuresOf(failed, count, circumstances)];
}

/** One part for each way to fail; `total`: of those that did not fail, too. */
function failuresOf(
  failed: readonly OutageAttempt[],
  total: number,
  { answers, isShared }: Circumstances,
): Part[] {
  const told = isShared ? [] : [...answers];
  const ways = new Map<string, { count: number; target: Target | undefined }>();
  for (const attempt of failed) {
    // The server tells in the order in which it was asked, and of those that it heard of.
    const answer = isHidden(attempt.record) ? told.shift() : undefined;
    const text = answer?.status === undefined ? failureOf(attempt.record) : refusedWith(answer.status);
    const target: Target | undefined =
      answer === undefined ? rowOf(attempt) : { type: "event", id: answer.event };
    const known = ways.get(text);
    ways.set(text, { count: (known?.count ?? 0) + 1, target: known?.target ?? target });
  }
  return [...ways].map(([text, { count, target }]) => ({
    text: total === 1 ? text : `${count === total ? "all" : numberOf(count)} ${text}`,
    target,
  }));
}

/** Browsers tell that an attempt failed, and not why. */
function isHidden({ error }: AttemptRecord): boolean {
  return error?.code === "ERR_CONNECT" && error.status === undefined;
}

function failureOf({ error }: AttemptRecord): string {
  if (error === undefined) return "cut short";
  if (error.status !== undefined) return refusedWith(error.status);
  if (error.code === "ERR_TIMEOUT") return "timed out";
  return error.code === "ERR_CONNECT" ? "not opened" : `failed: ${error.message}`;
}

function refusedWith(status: number): string {
  return `refused with HTTP ${status}`;
}

/** With several clients nobody knows whose they were. */
function answersToAll({ answers, isShared }: Circumstances): Sentence | undefined {
  const [first] = answers;
  if (!isShared || first === undefined) return undefined;
  const statuses = [...new Set(answers.map(({ status }) => status))];
  const by = statuses.length === 1 && first.status !== undefined ? ` with HTTP ${first.status}` : "";
  const text = `Of all clients the server refused ${formatCount(answers.length, "handshake", "handshakes")}${by}`;
  return [{ text, target: { type: "event", id: first.event } }];
}

function endpointOf({ lost, last }: Outage): Sentence | undefined {
  if (lost === undefined || last === undefined || lost.record.endpoint === last.record.endpoint)
    return undefined;
  return [{ text: `Now at ${last.record.url} instead of ${lost.record.url}`, target: rowOf(last) }];
}

function messagesOf(messages: AffectedMessages): Sentence {
  const { arrived, left, waiting, unknown, dropped, unanswered } = messages;
  const kinds: readonly (readonly [ids: readonly number[], words: string])[] = [
    [arrived, "waited and arrived"],
    [left, "waited and left"],
    [waiting, "still on the way"],
    [unknown, "unknown"],
    [dropped, "dropped"],
    [unanswered, "written before the loss and not echoed"],
  ];
  const there = kinds.filter(([ids]) => ids.length > 0);
  if (there.length === 0) return [{ text: "No message waited, and none was lost", target: undefined }];
  return there.map(([ids, words], index) => ({
    // What is counted is said once.
    text: `${index === 0 ? formatCount(ids.length, "message", "messages") : ids.length} ${words}`,
    target: { type: "message", id: ids[0]! },
  }));
}

function rowOf(attempt: OutageAttempt | undefined): Target | undefined {
  return attempt && { type: "attempt", key: attempt.key };
}

function numberOf(count: number): string {
  return count === 1 ? "one" : String(count);
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
