import type { State, StateName } from "@gundam/core/lifecycle";
import type { AttemptRecord } from "gundam";
import { describe, expect, test } from "vitest";
import type { Situation } from "../../src/client/states.ts";
import { attemptsAt } from "../../src/incident/attempts-at.ts";
import { outcomeWords, stripOf, stripWords } from "../../src/incident/strip.ts";
import type { MessageEntry } from "../../src/messages/messages.ts";
import { messagesAt } from "../../src/messages/messages-at.ts";

function changes(...told: readonly (readonly [at: number, name: StateName, more?: Partial<Situation>])[]) {
  return told.map(([at, name, more]) => ({
    at,
    value: { state: { name } as State, failure: undefined, silence: undefined, ...more },
  }));
}

describe("a strip", () => {
  const outage = changes(
    [50, "open"],
    [1100, "deciding"],
    [1100, "waiting"],
    [1300, "connecting"],
    [1310, "deciding"],
    [1310, "waiting"],
    [1500, "connecting"],
    [1502, "greeting"],
    [1502, "open"],
  );

  test("shows the states from its beginning to its end, and each attempt", () => {
    expect(stripOf(outage, 100, 2100)).toEqual({
      stretches: [
        { from: 0, to: 1000, state: "open", tone: "good" },
        { from: 1000, to: 1200, state: "waiting", tone: "wait" },
        { from: 1200, to: 1210, state: "connecting", tone: "busy" },
        { from: 1210, to: 1400, state: "waiting", tone: "wait" },
        { from: 1400, to: 1402, state: "connecting", tone: "busy" },
        { from: 1402, to: 2000, state: "open", tone: "good" },
      ],
      attempts: [
        { at: 1200, hasOpened: false },
        { at: 1400, hasOpened: true },
      ],
    });
  });

  test("ends where time has got to: of an attempt that goes on nothing is known", () => {
    expect(stripOf(outage, 100, 1305).attempts).toEqual([{ at: 1200, hasOpened: undefined }]);
  });

  test("tells a connection over which nothing can come, and one that was given up, by their tones", () => {
    const failure = {} as Situation["failure"];
    const strip = stripOf(
      changes([0, "open"], [10, "open", { silence: "offline" }], [20, "closed", { failure }]),
      0,
      30,
    );
    expect(strip.stretches.map(({ tone }) => tone)).toEqual(["good", "wait", "bad"]);
  });

  test("is told in words", () => {
    expect(stripWords(stripOf(outage, 100, 2100))).toBe("open for 1.6 s, not open for 402 ms, 2 attempts");
    expect(outcomeWords(stripOf(outage, 100, 2100))).toBe(
      "Gone for 402 ms, 2 attempts, and connected again.",
    );
    expect(outcomeWords(stripOf(outage, 100, 1400))).toBe(
      "Gone for 300 ms, 1 attempt, and waiting in the end.",
    );
    expect(outcomeWords(stripOf(outage, 100, 1000))).toBe("It stays connected.");
  });
});

describe("attempts as they were", () => {
  const record: AttemptRecord = {
    attempt: 1,
    startedAt: 1000,
    url: "",
    endpoint: undefined,
    phases: [
      { phase: "prepare", duration: 10, failed: false },
      { phase: "open", duration: 40, failed: false },
    ],
    pending: undefined,
    opened: true,
    uptime: 500,
    error: { name: "CloseError", code: "ERR_CLOSED", message: "1012", closeCode: 1012, status: undefined },
    verdict: { retryIn: 100, retriesLeft: 4 },
  };

  test.each([
    [999, []],
    [1005, [{ phases: [], pending: { phase: "prepare", duration: 5 }, opened: false, error: undefined }]],
    [1030, [{ phases: [record.phases[0]], pending: { phase: "open", duration: 20 }, opened: false }]],
    [
      1050,
      [{ phases: record.phases, opened: true, uptime: undefined, error: undefined, verdict: undefined }],
    ],
    [1549, [{ opened: true, uptime: undefined, verdict: undefined }]],
    [1550, [record]],
  ])("at %d", (at, expected) => {
    const records = attemptsAt([record], at);
    expect(records).toHaveLength(expected.length);
    expect(records).toMatchObject(expected);
  });
});

test("messages as they were: those that there were, and what had become of them", () => {
  const entry = (id: number, at: number, told: MessageEntry["told"]): MessageEntry => ({
    id,
    at,
    direction: "out",
    payload: "",
    bytes: 0,
    told,
    outcome: told.at(-1)?.outcome,
    cause: told.at(-1)?.cause,
  });
  const queued = { at: 10, outcome: "queued", cause: undefined } as const;
  const unknown = { at: 30, outcome: "unknown", cause: "lost" } as const;
  const entries = [entry(1, 10, [queued, unknown]), entry(2, 25, [{ ...queued, at: 25 }])];
  const at = (time: number) =>
    messagesAt(entries, time).map(({ id, outcome, cause }) => [id, outcome, cause]);
  expect(at(9)).toEqual([]);
  expect(at(20)).toEqual([[1, "queued", undefined]]);
  expect(at(30)).toEqual([
    [1, "unknown", "lost"],
    [2, "queued", undefined],
  ]);
});
