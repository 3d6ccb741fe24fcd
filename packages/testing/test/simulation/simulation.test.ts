import {
  Coverage,
  medianLength,
  reportFailure,
  runCampaign,
  traceSchedule,
} from "@gundam/testing/simulation";
import { expect, test } from "vitest";

const SCHEDULES = 6_000;
const LEAST_HITS = 20;
const LEAST_STEPS = 20;
/** Few peers end a connection just when it is greeted. */
const LEAST_HANDOVERS = 5;
/** `GUNDAM_SEED=7 npm test` makes other schedules. */
const SEED = Number(process.env.GUNDAM_SEED ?? 1);

test("a client keeps its promises in 6 000 schedules, which reach every cell of its lifecycle", {
  timeout: 280_000,
}, async () => {
  const campaign = await runCampaign({ seed: SEED, schedules: SCHEDULES });
  const { coverage, failures, schedules } = campaign;
  console.log(
    `${schedules} schedules from seed ${SEED}, median ${medianLength(campaign)} steps\n${coverage}`,
  );
  for (const failure of failures) expect.fail(await reportFailure(failure));
  expect(schedules).toBe(SCHEDULES);
  expect(medianLength(campaign)).toBeGreaterThanOrEqual(LEAST_STEPS);
  expect(coverage.below(LEAST_HITS)).toEqual([]);
  expect(coverage.impossible).toEqual([]);
  expect(coverage.rareHandovers(LEAST_HANDOVERS)).toEqual([]);
});

test("the same seed makes the same schedule, to the letter", async () => {
  for (const seed of [SEED, SEED + 1, SEED + 2, 123_456_789, 2 ** 40 + 5]) {
    const [first, second] = [await traceSchedule(seed), await traceSchedule(seed)];
    expect(second.lines.join("\n")).toBe(first.lines.join("\n"));
    expect(second.outcome.made).toEqual(first.outcome.made);
    expect(first.lines.length).toBeGreaterThan(50);
  }
});

test("different seeds make different schedules", async () => {
  const traces = await Promise.all([1, 2, 3, 4, 5].map((seed) => traceSchedule(seed)));
  expect(new Set(traces.map(({ lines }) => lines.join("\n"))).size).toBe(5);
});

test("the steps that a schedule made make it again", async () => {
  const { outcome, lines } = await traceSchedule(SEED);
  const again = await traceSchedule(SEED, { script: outcome.made });
  expect(again.lines).toEqual(lines);
});

test("a grid counts what each state was offered, and says what is missing", () => {
  const coverage = new Coverage();
  coverage.counts.idle.wake = 3;
  expect(coverage.below(4)).toContain("idle.wake (3)");
  expect(coverage.below(3)).not.toContain("idle.wake (3)");
  expect(coverage.impossible).toEqual([]);
  coverage.counts.idle.lost = 1;
  expect(coverage.impossible).toEqual(["idle.lost (1)"]);
  coverage.handovers["succeeded in greeting"] = 3;
  expect(coverage.rareHandovers(4)).toContain("succeeded in greeting (3)");
  expect(coverage.rareHandovers(3)).not.toContain("succeeded in greeting (3)");
});
