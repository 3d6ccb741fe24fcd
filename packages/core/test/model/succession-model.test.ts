// The hand-over, proved under the abstraction that heads succession.ts; and the proof, proved by mutants of the join.

import { describe, expect, test } from "vitest";
import { transition } from "../../src/lifecycle.ts";
import { withSuccession } from "../../src/succession.ts";
import { sourceMutants } from "./mutants.ts";
import { exploreSuccession, type Succession } from "./succession.ts";
import { successionSurvivors } from "./survivors.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

const PATIENCE = 120_000;

const mutants = await sourceMutants<Succession>("succession.ts");

describe("the table joined with itself", () => {
  test("has one connection of now, and one successor, and each hand-over comes to one end", {
    timeout: PATIENCE,
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

describe("the model check of the join", () => {
  test("notices every mutant, but for the survivors that are listed", { timeout: 4 * PATIENCE }, () => {
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
