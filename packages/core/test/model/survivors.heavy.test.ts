// The mutants of the lifecycle table that are listed as survivors do survive: each reason is about a mutant that lives.

import { expect, test } from "vitest";
import { explore } from "./explore.ts";
import { cellMutants, effectMutants, lifecycleMutants, subjectOf } from "./mutants.ts";
import { survivors } from "./survivors.ts";

// Every attempt that times out makes an error; nobody reads their stacks.
Error.stackTraceLimit = 0;

const { guards, values } = await lifecycleMutants();
const mutants = [...cellMutants(), ...effectMutants(explore(subjectOf()).cells), ...guards, ...values];

test.each(Object.keys(survivors))("%s survives", (name) => {
  const [mutant, ...others] = mutants.filter((mutant) => mutant.name === name);
  expect(others).toEqual([]);
  expect(explore(mutant!.subject).violation).toBeUndefined();
});
