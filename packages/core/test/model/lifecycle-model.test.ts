// The lifecycle table, proved under the abstraction that heads world.ts; and the proof, proved by mutants of the table. That
// those listed as survivors do survive takes a whole exploration each: survivors.heavy.test.ts.

import { describe, expect, test } from "vitest";
import { cellName, explore } from "./explore.ts";
import { cellMutants, cells, effectMutants, lifecycleMutants, type Mutant, subjectOf } from "./mutants.ts";
import { MOST_SURVIVORS, survivors } from "./survivors.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

const lifecycle = explore(subjectOf());
const { guards, values } = await lifecycleMutants();
const mutants = { cells: cellMutants(), effects: effectMutants(lifecycle.cells), guards, values };

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

describe("the model check", () => {
  test.each([
    ["cell that is turned to ignore", mutants.cells],
    ["effect that is removed", mutants.effects],
    ["guard that is inverted", mutants.guards],
    ["value that is changed", mutants.values],
  ])(
    "notices every %s, but for the survivors that are listed",
    (_, some: Mutant[]) => {
      expect(some.length).toBeGreaterThan(30);
      const mortal = some.filter(({ name }) => !(name in survivors));
      const living = mortal.filter(({ subject }) => explore(subject).violation === undefined);
      expect(living.map(({ name }) => name)).toEqual([]);
    },
    240_000,
  );

  test("lists few mutants as survivors, and none that is no mutant", () => {
    const names = Object.values(mutants)
      .flat()
      .map(({ name }) => name);
    const listed = Object.keys(survivors);
    expect(listed.filter((name) => !names.includes(name))).toEqual([]);
    expect(listed.length / names.length).toBeLessThanOrEqual(MOST_SURVIVORS);
  });
});
