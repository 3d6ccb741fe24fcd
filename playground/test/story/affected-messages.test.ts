// Which messages an outage has touched, by when they were sent and when it was told what became of them.

import type { AttemptRecord } from "gundam";
import { expect, test } from "vitest";
import type { MessageEntry } from "../../src/messages/messages.ts";
import { affectedMessages } from "../../src/story/affected-messages.ts";
import type { Outage } from "../../src/story/outage.ts";

/** Connected at 0, lost at 10 s, back at 15 s. */
const outage = {
  ending: "back",
  lost: { record: { startedAt: 0 } as AttemptRecord, key: "0" },
  from: 10_000,
  to: 15_000,
} as unknown as Outage;

let lastId = 0;
const entry = ({ toldAt = 0, ...given }: Partial<MessageEntry> & { toldAt?: number }): MessageEntry => {
  lastId += 1;
  const { outcome, cause } = given;
  const told = outcome === undefined ? [] : [{ at: toldAt, outcome, cause }];
  const message = { at: 0, outcome, cause, told, bytes: 0 };
  return { id: lastId, direction: "out", payload: `message ${lastId}`, ...message, ...given };
};
const echoOf = ({ payload }: MessageEntry, at: number) => entry({ direction: "in", payload, at });
const idsOf = (...entries: readonly MessageEntry[]) => entries.map(({ id }) => id);

test("what waited has arrived when it is echoed, and else has left", () => {
  const first = entry({ at: 11_000, outcome: "flushed", toldAt: 15_001 });
  const second = entry({ at: 12_000, outcome: "flushed", toldAt: 15_001 });
  const log = [first, second, echoOf(first, 15_010)];
  expect(affectedMessages(log, outage)).toMatchObject({ arrived: idsOf(first), left: idsOf(second) });
});

test("equal messages have an echo each", () => {
  const same = { payload: "same", outcome: "flushed", toldAt: 15_001 } as const;
  const [first, second] = [entry({ at: 11_000, ...same }), entry({ at: 12_000, ...same })];
  const once = affectedMessages([first, second, echoOf(first, 15_010)], outage);
  expect(once).toMatchObject({ arrived: idsOf(first), left: idsOf(second) });
  const log = [first, second, echoOf(first, 15_010), echoOf(second, 15_011)];
  expect(affectedMessages(log, outage).arrived).toEqual(idsOf(first, second));
});

test("what was on its way when the connection was lost is unknown, and what will never leave is dropped", () => {
  const unknown = entry({ at: 9990, outcome: "unknown", toldAt: 10_001 });
  const dropped = entry({ at: 11_000, outcome: "dropped", toldAt: 13_000 });
  const ofEarlier = entry({ at: 100, outcome: "unknown", toldAt: 200 });
  const log = [ofEarlier, unknown, dropped];
  expect(affectedMessages(log, outage)).toMatchObject({ unknown: idsOf(unknown), dropped: idsOf(dropped) });
});

test("what still waits is told so, and what is sent afterwards is not of the outage", () => {
  const waiting = entry({ at: 11_000, outcome: "queued" });
  const later = entry({ at: 15_500, outcome: "flushed", toldAt: 15_501 });
  const told = affectedMessages([waiting, later], outage);
  expect(told).toMatchObject({ waiting: idsOf(waiting), left: [], arrived: [] });
});

test("what was written into silence has no echo, which says something where others have one", () => {
  const answered = entry({ at: 1000, outcome: "flushed", toldAt: 1001 });
  const lost = entry({ at: 8000, outcome: "flushed", toldAt: 8001 });
  expect(affectedMessages([answered, echoOf(answered, 1010), lost], outage).unanswered).toEqual(idsOf(lost));
  expect(affectedMessages([answered, lost], outage).unanswered).toEqual([]);
});

test("silence is told where something was sent into it", () => {
  const answered = entry({ at: 4000, outcome: "flushed", toldAt: 4001 });
  const lost = entry({ at: 8000, outcome: "unknown", toldAt: 10_000 });
  const echo = echoOf(answered, 4010);
  expect(affectedMessages([answered, echo, lost], outage).silence).toBe(2000);
  const late = echoOf(answered, 9000);
  expect(affectedMessages([answered, lost, late], outage).silence).toBe(1000);
  expect(affectedMessages([answered, echo], outage).silence).toBeUndefined();
});
