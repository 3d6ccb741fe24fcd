// The check of vigils.test.ts, tried with mutants of keepalive.ts.

import { describe, expect, test } from "vitest";
import { sourceMutants } from "./mutants.ts";
import { MOST_SURVIVORS, vigilSurvivors } from "./survivors.ts";
import { faultOf, type Keepalive } from "./vigils.ts";

/** Whatever throws is caught, too. */
function isAlive(mutant: Keepalive): boolean {
  try {
    return faultOf(mutant) === undefined;
  } catch {
    return false;
  }
}

describe("a vigil", () => {
  test("is checked so that every guard of keepalive.ts counts, but for the survivors that are listed", async () => {
    const mutants = await sourceMutants<Keepalive>("keepalive.ts");
    const alive = mutants.filter(({ module }) => isAlive(module)).map(({ name }) => name);
    expect(alive.sort()).toEqual(Object.keys(vigilSurvivors).sort());
    expect(mutants.length).toBeGreaterThan(15);
    expect(alive.length / mutants.length).toBeLessThanOrEqual(MOST_SURVIVORS);
  }, 300_000);
});
