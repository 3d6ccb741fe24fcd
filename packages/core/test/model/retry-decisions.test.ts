// Decisions about failures, held to DESIGN; the check itself is tried in retry-decisions.heavy.test.ts.

import { expect, test } from "vitest";
import { httpVerdictOf } from "../../src/http-verdicts.ts";
import * as retry from "../../src/retry.ts";
import { faultOf } from "./retry-decisions.ts";

test("a decision about a failure is what the table of verdicts, the policy and the server say", async () => {
  expect(await faultOf({ ...retry, httpVerdictOf })).toBe(undefined);
});
