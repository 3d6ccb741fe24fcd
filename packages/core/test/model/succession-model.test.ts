// The hand-over, proved under the abstraction that heads succession.ts; the proof itself is tried in
// succession-model.heavy.test.ts.

import { describe, expect, test } from "vitest";
import { transition } from "../../src/lifecycle.ts";
import { withSuccession } from "../../src/succession.ts";
import { exploreSuccession } from "./succession.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

describe("the table joined with itself", () => {
  test("has one connection of now, and one successor, and each hand-over comes to one end", {
    timeout: 120_000,
  }, () => {
    const { violation, trace, worlds, outcomes } = exploreSuccession({ withSuccession }, transition);
    expect([violation, ...trace]).toEqual([undefined]);
    expect(worlds).toBeGreaterThan(4_000);
    const states = ["preparing", "connecting", "greeting", "ending"];
    const given = ["settling", "closing", "closed", "waiting"];
    expect([...outcomes.keys()].sort()).toEqual(
      [
        "begun",
        "refused",
        "forsaken",
        "succeeded",
        "has stayed",
        "left by time",
        ...states.flatMap((state) => [`failed in ${state}`, `promoted in ${state}`]),
        ...given.map((state) => `given up: ${state}`),
      ].sort(),
    );
  });
});
