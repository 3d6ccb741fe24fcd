// Decisions about failures, held to DESIGN §4; and the check, tried with mutants of retry.ts.

import { describe, expect, test } from "vitest";
import * as retry from "../../src/retry.ts";
import { sourceMutants } from "./mutants.ts";
import { faultOf, type Retry } from "./retry-decisions.ts";
import { MOST_SURVIVORS, retrySurvivors } from "./survivors.ts";

describe("a decision about a failure", () => {
  test("is what the table of verdicts, the policy and the server say", async () => {
    expect(await faultOf(retry)).toBe(undefined);
  });

  test("is checked so that every guard of retry.ts counts, but for the survivors that are listed", async () => {
    const mutants = await sourceMutants<Retry>("retry.ts");
    const alive: string[] = [];
    for (const { name, module } of mutants) {
      if ((await faultOf(module)) === undefined) alive.push(name);
    }
    expect(alive.sort()).toEqual(Object.keys(retrySurvivors).sort());
    expect(mutants.length).toBeGreaterThan(30);
    expect(alive.length / mutants.length).toBeLessThanOrEqual(MOST_SURVIVORS);
  }, 60_000);
});
