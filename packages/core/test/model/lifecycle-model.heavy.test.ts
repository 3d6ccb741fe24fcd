// The proof of lifecycle-model.test.ts, proved by mutants of the table. That those listed as survivors do survive is in
// survivors.heavy.test.ts.

import { describe, expect, test } from "vitest";
import { explore } from "./explore.ts";
import { cellMutants, effectMutants, lifecycleMutants, type Mutant, subjectOf } from "./mutants.ts";
import { MOST_SURVIVORS, survivors } from "./survivors.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

const { guards, values } = await lifecycleMutants();
const mutants = { cells: cellMutants(), effects: effectMutants(explore(subjectOf()).cells), guards, values };

describe("the model check", () => {
  test.each([
    ["cell that is turned to ignore", mutants.cells],
    ["effect that is removed", mutants.effects],
    ["guard that is inverted", mutants.guards],
    ["value that is changed", mutants.values],
  ])("notices every %s, but for the survivors that are listed", (_, some: Mutant[]) => {
    expect(some.length).toBeGreaterThan(30);
    const mortal = some.filter(({ name }) => !(name in survivors));
    const living = mortal.filter(({ subject }) => explore(subject).violation === undefined);
    expect(living.map(({ name }) => name)).toEqual([]);
  });

  test("lists few mutants as survivors, and none that is no mutant", () => {
    const names = Object.values(mutants)
      .flat()
      .map(({ name }) => name);
    const listed = Object.keys(survivors);
    expect(listed.filter((name) => !names.includes(name))).toEqual([]);
    expect(listed.length / names.length).toBeLessThanOrEqual(MOST_SURVIVORS);
  });
});
