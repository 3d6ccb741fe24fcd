// What became of the messages of an outage: of those that waited for its end, and of those that were on their way.

import type { MessageEntry } from "../messages/messages.ts";
import type { Outage } from "./outage.ts";

type Sent = Pick<MessageEntry, "id" | "at" | "direction" | "outcome" | "told" | "payload">;

/** The ids of the messages of each kind, the oldest first. */
export interface AffectedMessages {
  /** They waited, left over the next connection, and were echoed. */
  readonly arrived: readonly number[];
  /** They waited, and left. */
  readonly left: readonly number[];
  /** They wait still. */
  readonly waiting: readonly number[];
  readonly unknown: readonly number[];
  readonly dropped: readonly number[];
  /** The browser had written them before the connection was lost, and no echo came, from a server that sends some. */
  readonly unanswered: readonly number[];
  /** ms before the loss in which something was sent and nothing came. */
  readonly silence: number | undefined;
}

/** ms by which the clocks of records and of messages may differ. */
const TOLERANCE = 50;

/** `log`: the oldest first. */
export function affectedMessages(log: readonly Sent[], { lost, from, to }: Outage): AffectedMessages {
  const echoed = echoedOf(log);
  const sent = log.filter(({ direction, at }) => direction === "out" && at < to);
  const of = (isSo: (entry: Sent) => boolean) => sent.filter(isSo).map(({ id }) => id);
  const isLate = (entry: Sent) => lastToldAt(entry) >= to;
  const isOfOutage = (entry: Sent) => lastToldAt(entry) >= from - TOLERANCE;
  const hasLeft = ({ outcome }: Sent) => outcome === "flushed" || outcome === "acked";
  const began = lost?.record.startedAt ?? Infinity;
  const before = sent.filter((entry) => entry.at >= began && !isLate(entry));
  const unknown = of((entry) => entry.outcome === "unknown" && isOfOutage(entry));
  const unanswered = before.some(({ id }) => echoed.has(id))
    ? before.filter((entry) => hasLeft(entry) && !echoed.has(entry.id)).map(({ id }) => id)
    : [];
  const lostIds = new Set([...unknown, ...unanswered]);
  const lastWord = sent.find(({ id, at }) => at < from && lostIds.has(id));
  const came = log.filter(({ direction, at }) => direction === "in" && at >= began && at < from);
  const silentSince = Math.max(lastWord?.at ?? from, came.at(-1)?.at ?? began);
  return {
    arrived: of((entry) => hasLeft(entry) && isLate(entry) && echoed.has(entry.id)),
    left: of((entry) => hasLeft(entry) && isLate(entry) && !echoed.has(entry.id)),
    waiting: of(({ outcome }) => outcome === "queued" || outcome === "sent"),
    unknown,
    dropped: of((entry) => entry.outcome === "dropped" && isOfOutage(entry)),
    unanswered,
    silence: silentSince < from ? from - silentSince : undefined,
  };
}

/** When it was told what became of the message, or what has become of it so far. */
function lastToldAt({ told }: Sent): number {
  return told.at(-1)?.at ?? 0;
}

/** The messages that came back. */
function echoedOf(log: readonly Sent[]): ReadonlySet<number> {
  const awaited = new Map<string, number[]>();
  const echoed = new Set<number>();
  for (const { id, direction, payload } of log) {
    const text = String(payload);
    const same = awaited.get(text);
    if (direction === "in") {
      const first = same?.shift();
      if (first !== undefined) echoed.add(first);
    } else if (same === undefined) awaited.set(text, [id]);
    else same.push(id);
  }
  return echoed;
}
