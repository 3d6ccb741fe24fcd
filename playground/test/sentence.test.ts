// What the status says, and in which tone, where a state alone would say too much: silence, and the end.

import type { Failure } from "@gundam/core";
import { initialState, type State } from "@gundam/core/lifecycle";
import { describe, expect, test } from "vitest";
import { aloud, sentenceOf } from "../src/client/sentence.ts";
import { ServerSilence } from "../src/client/silence.ts";
import { type Situation, wordsOf } from "../src/client/states.ts";

const open = { ...initialState, name: "open", until: Infinity } as unknown as State;
const closed = { ...initialState, name: "closed" } as unknown as State;
const lost = { kind: "network", phase: "open" } as Failure;

const situation = (given: Partial<Situation>): Situation => ({
  state: open,
  failure: undefined,
  silence: undefined,
  ...given,
});
const heard = (heartbeat?: object) => ({ heardAt: 1000, heartbeat });

describe("an open connection", () => {
  test("is well while nothing is known against it", () => {
    expect(wordsOf(situation({})).tone).toBe("good");
    expect(aloud(sentenceOf(situation({}), heard()))).toBe("Connected: messages go both ways.");
  });

  test.each([
    ["offline", "the page is offline"],
    ["server", "the server is silent"],
  ] as const)("over which nothing can come says so, in amber: %s", (silence, why) => {
    const silent = situation({ silence });
    expect(wordsOf(silent).tone).toBe("wait");
    expect(sentenceOf(silent, heard())).toEqual({
      before: "Open, but nothing has come for",
      since: 1000,
      after: ` (${why}): a browser cannot tell silence from a dead peer. Set wsOpts.heartbeat.`,
    });
  });

  test("is heard of without the seconds, which would be read out with each tick", () => {
    expect(aloud(sentenceOf(situation({ silence: "offline" }), heard()))).toMatch(
      /^Open, but nothing has come for some time \(the page is offline\): /,
    );
  });

  test("with a heartbeat says when that finds out", () => {
    const sentence = sentenceOf(situation({ silence: "server" }), heard({ interval: 5000, timeout: 2000 }));
    expect(sentence).toMatchObject({ until: 8000, since: 1000 });
    expect(aloud(sentence)).toBe(
      "Open, but nothing comes: the server is silent. The heartbeat finds out within some time.",
    );
  });

  test("whose heartbeat asks only when nothing is sent says that", () => {
    const heartbeat = { interval: 5000, timeout: 2000, when: "idle" };
    expect(sentenceOf(situation({ silence: "server" }), heard(heartbeat)).after).toBe(
      " (the server is silent): the heartbeat finds out 2 s after its question, which comes once you send nothing for 5 s.",
    );
  });

  test("whose heartbeat has no timeout will not be found out about", () => {
    expect(sentenceOf(situation({ silence: "server" }), heard({ interval: 5000 })).after).toBe(
      " (the server is silent): the heartbeat has no timeout, and finds out nothing. Give it one.",
    );
  });
});

test("the end is bad where something failed, and rest where it was asked for", () => {
  expect(wordsOf(situation({ state: closed })).tone).toBe("rest");
  expect(aloud(sentenceOf(situation({ state: closed }), heard()))).toBe("Closed, as you asked.");
  const givenUp = situation({ state: closed, failure: lost });
  expect(wordsOf(givenUp).tone).toBe("bad");
  expect(aloud(sentenceOf(givenUp, heard()))).toBe("Given up, because the connection could not be opened.");
});

describe("a server's silence", () => {
  const silenceAfter = (...steps: readonly (object | "opened")[]): boolean => {
    const silence = new ServerSilence();
    for (const step of steps) step === "opened" ? silence.opened() : silence.told(step as { name: string });
    return silence.holds.value;
  };

  test("holds on the connection that it struck, until it speaks, behaves, or another is opened", () => {
    expect(silenceAfter("opened")).toBe(false);
    expect(silenceAfter("opened", { name: "silence" })).toBe(true);
    expect(silenceAfter("opened", { name: "silence" }, { name: "slow" })).toBe(true);
    expect(silenceAfter("opened", { name: "silence" }, { name: "speak" })).toBe(false);
    expect(silenceAfter("opened", { name: "silence" }, { name: "behave" })).toBe(false);
    expect(silenceAfter("opened", { name: "silence" }, "opened")).toBe(false);
  });

  test("can be that of connections to come, and of all", () => {
    const atOpen = { name: "silence-at-open", times: 1 };
    expect(silenceAfter("opened", atOpen)).toBe(false);
    expect(silenceAfter("opened", atOpen, "opened")).toBe(true);
    expect(silenceAfter("opened", atOpen, "opened", "opened")).toBe(false);
    expect(silenceAfter({ name: "silence-at-open" }, "opened", "opened")).toBe(true);
    expect(silenceAfter({ name: "mute" }, "opened")).toBe(true);
    expect(silenceAfter({ name: "mute" }, "opened", { name: "behave" })).toBe(false);
  });
});
