// The mutants of the lifecycle, and of what joins it with itself, that are listed as survivors do survive: each reason is
// about a mutant that lives.

import { expect, test } from "vitest";
import { transition } from "../../src/lifecycle.ts";
import { explore } from "./explore.ts";
import { cellMutants, effectMutants, lifecycleMutants, sourceMutants, subjectOf } from "./mutants.ts";
import { exploreSuccession, type Succession } from "./succession.ts";
import { successionSurvivors, survivors } from "./survivors.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

const { guards, values } = await lifecycleMutants();
const mutants = [...cellMutants(), ...effectMutants(explore(subjectOf()).cells), ...guards, ...values];

test.each(Object.keys(survivors))("%s survives", (name) => {
  const [mutant, ...others] = mutants.filter((mutant) => mutant.name === name);
  expect(others).toEqual([]);
  expect(explore(mutant!.subject).violation).toBeUndefined();
});

const ofSuccession = await sourceMutants<Succession>("succession.ts");

test.each(Object.keys(successionSurvivors))("of the join %s survives", (name) => {
  const [mutant, ...others] = ofSuccession.filter((mutant) => mutant.name === name);
  expect(others).toEqual([]);
  expect(exploreSuccession(mutant!.module, transition).violation).toBeUndefined();
});
