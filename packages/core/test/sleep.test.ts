// A sleep of the machine, seen by its clocks alone, and told once to all who watch.

import { detectSleep, lookForSleep, type PageSignal } from "@gundam/core";
import { expect, test } from "vitest";

/** A machine whose clocks are yours, with so many who watch. */
function machine(watchers = 1) {
  // Neither clock begins at 0.
  let now = 5_000_000;
  let ahead = 1_700_000_000_000;
  const clocks = { now: () => now, wallNow: () => now + ahead };
  const detector = detectSleep(clocks);
  const told: PageSignal[][] = [];
  const watch = () => {
    const signals: PageSignal[] = [];
    told.push(signals);
    return detector.watch({ post: (signal) => signals.push(signal) }, true);
  };
  const stops = Array.from({ length: watchers }, watch);
  return {
    clocks,
    detector,
    told,
    watch,
    stops,
    get now() {
      return now;
    },
    /** Both clocks run on. */
    pass: (ms: number) => {
      now += ms;
    },
    /** The wall clock runs on alone. */
    drift: (ms: number) => {
      ahead += ms;
    },
  };
}

const nap: PageSignal = { type: "wake", hasSlept: false };
const sleep: PageSignal = { type: "wake", hasSlept: true };

test.each([
  [2_000, []],
  [-2_000, []],
  [2_001, [nap]],
  [-2_001, [nap]],
  [30_000, [nap]],
  [30_001, [sleep]],
  [-30_001, [sleep]],
])("clocks that drift %i ms apart", (ms, signals) => {
  const { detector, drift, told } = machine();
  drift(ms);
  expect(detector.look(Infinity)).toBe(signals.length > 0);
  expect(told).toEqual([signals]);
});

test("a clock that drifts slowly, as it is set by the network, is no sleep", () => {
  const { detector, drift, pass, told } = machine();
  for (let looks = 0; looks < 100; looks++) {
    pass(1_000);
    drift(2_000);
    expect(detector.look()).toBe(false);
  }
  expect(told).toEqual([[]]);
});

test.each([
  [2_000, []],
  [2_001, [nap]],
  [30_000, [nap]],
  [30_001, [sleep]],
])("a timer that is %i ms late", (ms, signals) => {
  const machineOfOne = machine();
  const { detector, pass, told } = machineOfOne;
  pass(60_000);
  detector.look(machineOfOne.now);
  const due = machineOfOne.now + 90_000;
  pass(90_000 + ms);
  expect(detector.look(due)).toBe(signals.length > 0);
  expect(told).toEqual([signals]);
});

test("a timer that was due before the last look is late since then only", () => {
  const { detector, pass, told, now } = machine();
  pass(1_500);
  expect(detector.look(now)).toBe(false);
  pass(1_500);
  expect(detector.look(now)).toBe(false);
  expect(told).toEqual([[]]);
});

test("where it ticks, the looks themselves may not be further apart than things allow", () => {
  const { clocks, pass } = machine();
  const told: PageSignal[] = [];
  const look = lookForSleep(
    clocks,
    (signal) => told.push(signal),
    () => 30_000,
  );
  look();
  told.length = 0;
  pass(30_000);
  expect(look()).toBe(false);
  pass(30_001);
  expect(look()).toBe(true);
  expect(told).toEqual([sleep]);
});

test("how patient it is was settled at the last look: a page that was hidden then may have been held back", () => {
  const { clocks, pass } = machine();
  const told: PageSignal[] = [];
  let patience = 95_000;
  const look = lookForSleep(
    clocks,
    (signal) => told.push(signal),
    () => patience,
  );
  look();
  told.length = 0;
  // It is shown again, and looks for that.
  patience = 30_000;
  pass(90_000);
  expect(look()).toBe(false);
  patience = 95_000;
  pass(30_001);
  expect(look()).toBe(true);
  pass(90_000);
  expect(look()).toBe(false);
  expect(told).toEqual([sleep]);
});

test("each of many who watch is told of it once, whoever looks first", () => {
  const { detector, drift, told, now, pass } = machine(3);
  drift(60_000);
  pass(5_000);
  expect([now, now + 1, now + 2].map((due) => detector.look(due))).toEqual([true, false, false]);
  expect(told).toEqual([[sleep], [sleep], [sleep]]);
});

test("whoever stops to watch is told of nothing more, and whoever begins of nothing before", () => {
  const { detector, drift, told, stops, watch } = machine(2);
  stops[0]!();
  drift(60_000);
  detector.look();
  expect(told).toEqual([[], [sleep]]);
  stops[1]!();
  // Nobody looks meanwhile.
  drift(60_000);
  watch();
  expect(detector.look()).toBe(false);
  expect(told).toEqual([[], [sleep], []]);
});

test("whoever stops when it is told keeps it from nobody", () => {
  const told: string[] = [];
  let ahead = 0;
  const detector = detectSleep({ now: () => 0, wallNow: () => ahead });
  const first = {
    post: () => {
      told.push("first");
      stop();
    },
  };
  const stop = detector.watch(first, true);
  detector.watch({ post: () => told.push("second") }, true);
  ahead = 60_000;
  detector.look();
  expect(told).toEqual(["first", "second"]);
});
