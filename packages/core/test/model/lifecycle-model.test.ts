// The lifecycle table, proved under the abstraction that heads world.ts; the proof itself is tried in
// lifecycle-model.heavy.test.ts.

import { describe, expect, test } from "vitest";
import { cellName, explore } from "./explore.ts";
import { cells, subjectOf } from "./mutants.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

const lifecycle = explore(subjectOf());

describe("the lifecycle table", () => {
  test("is safe, live and responsive in every reachable state, whatever event comes", () => {
    expect([lifecycle.violation, ...lifecycle.trace]).toEqual([undefined]);
  });

  test("is explored far and wide", () => {
    expect([...lifecycle.states.keys()].sort()).toEqual([...new Set(cells.map(({ state }) => state))].sort());
    expect(lifecycle.worlds).toBeGreaterThan(20_000);
    expect(lifecycle.steps).toBeGreaterThan(600_000);
  });

  test("has no cell that is never reached, but those it calls late or impossible", () => {
    const { excuseOf } = subjectOf();
    const named = cells.filter(({ state, event }) => excuseOf(state, event) === undefined);
    const names = named.map(({ state, event }) => cellName(state, event));
    expect([...lifecycle.cells.keys()].sort()).toEqual(names.sort());
  });
});
