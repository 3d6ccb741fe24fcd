// Decisions about failures, held to DESIGN; and the check, tried with mutants of retry.ts and http-verdicts.ts.

import { describe, expect, test } from "vitest";
import { httpVerdictOf } from "../../src/http-verdicts.ts";
import * as retry from "../../src/retry.ts";
import { sourceMutants } from "./mutants.ts";
import { faultOf, type Retry } from "./retry-decisions.ts";
import { MOST_SURVIVORS, retrySurvivors } from "./survivors.ts";

const real: Retry = { ...retry, httpVerdictOf };

describe("a decision about a failure", () => {
  test("is what the table of verdicts, the policy and the server say", async () => {
    expect(await faultOf(real)).toBe(undefined);
  });

  test("is checked so that every guard of retry.ts and http-verdicts.ts counts, but for the survivors that are listed", async () => {
    const mutants = [
      ...(await sourceMutants<Partial<Retry>>("retry.ts")),
      ...(await sourceMutants<Partial<Retry>>("http-verdicts.ts")),
    ];
    const alive: string[] = [];
    for (const { name, module } of mutants) {
      if ((await faultOf({ ...real, ...module })) === undefined) alive.push(name);
    }
    expect(alive.sort()).toEqual(Object.keys(retrySurvivors).sort());
    expect(mutants.length).toBeGreaterThan(30);
    expect(alive.length / mutants.length).toBeLessThanOrEqual(MOST_SURVIVORS);
  }, 60_000);
});
