// More schedules than `npm test` has time for, and others.

import { reportFailure, runCampaign } from "@gundam/testing/simulation";
import { expect, test } from "vitest";

const SCHEDULES = 60_000;
/** `GUNDAM_SEED=7` makes other schedules. */
const SEED = Number(process.env.GUNDAM_SEED ?? 1) + 1_000_000;

test("a client keeps its promises in 60 000 schedules", { timeout: 1_200_000 }, async () => {
  const { coverage, failures, schedules } = await runCampaign({ seed: SEED, schedules: SCHEDULES });
  for (const failure of failures) expect.fail(await reportFailure(failure));
  expect(schedules).toBe(SCHEDULES);
  expect(coverage.below(200)).toEqual([]);
  expect(coverage.impossible).toEqual([]);
  expect(coverage.rareHandovers(30)).toEqual([]);
});
