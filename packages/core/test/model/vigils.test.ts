// Keepalive and heartbeat, held to DESIGN §3 and §5.7; and the check, tried with mutants of keepalive.ts.

import { describe, expect, test } from "vitest";
import * as keepalive from "../../src/keepalive.ts";
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
  test("asks a silent peer in time, waits for its answer, and judges nobody whom we did not hear out", () => {
    expect(faultOf(keepalive)).toBe(undefined);
  }, 300_000);

  test("is checked so that every guard of keepalive.ts counts, but for the survivors that are listed", async () => {
    const mutants = await sourceMutants<Keepalive>("keepalive.ts");
    const alive = mutants.filter(({ module }) => isAlive(module)).map(({ name }) => name);
    expect(alive.sort()).toEqual(Object.keys(vigilSurvivors).sort());
    expect(mutants.length).toBeGreaterThan(15);
    expect(alive.length / mutants.length).toBeLessThanOrEqual(MOST_SURVIVORS);
  }, 300_000);
});
