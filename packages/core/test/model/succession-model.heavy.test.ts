// The proof of succession-model.test.ts, proved by mutants of the join.

import { describe, expect, test } from "vitest";
import { transition } from "../../src/lifecycle.ts";
import { sourceMutants } from "./mutants.ts";
import { exploreSuccession, type Succession } from "./succession.ts";
import { successionSurvivors } from "./survivors.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

const mutants = await sourceMutants<Succession>("succession.ts");

describe("the model check of the join", () => {
  test("notices every mutant, but for the survivors that are listed", () => {
    expect(mutants.length).toBeGreaterThan(90);
    const mortal = mutants.filter(({ name }) => !(name in successionSurvivors));
    const living = mortal.filter(
      ({ module }) => exploreSuccession(module, transition).violation === undefined,
    );
    expect(living.map(({ name }) => name)).toEqual([]);
  });

  test("lists as survivors only what is a mutant", () => {
    const names = mutants.map(({ name }) => name);
    expect(Object.keys(successionSurvivors).filter((name) => !names.includes(name))).toEqual([]);
  });
});
