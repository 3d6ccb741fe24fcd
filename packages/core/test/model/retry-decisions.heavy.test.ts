// The check of retry-decisions.test.ts, tried with mutants of retry.ts and http-verdicts.ts.

import { expect, test } from "vitest";
import { httpVerdictOf } from "../../src/http-verdicts.ts";
import * as retry from "../../src/retry.ts";
import { sourceMutants } from "./mutants.ts";
import { faultOf, type Retry } from "./retry-decisions.ts";
import { MOST_SURVIVORS, retrySurvivors } from "./survivors.ts";

const real: Retry = { ...retry, httpVerdictOf };

test("the check notices every mutant of retry.ts and http-verdicts.ts, but for the survivors that are listed", async () => {
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
});
