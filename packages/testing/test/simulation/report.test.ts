import { reportFailure, runCampaign, shrink, traceSchedule } from "@gundam/testing/simulation";
import { expect, test } from "vitest";
import { classics } from "./planted-faults.ts";

const [plant] = classics;

async function firstFailure() {
  const { failures } = await runCampaign({ seed: 1, schedules: 1_000, plant });
  return failures[0]!;
}

test("a failure is reported with its seed, what it violates, the options, the dialogue and the way to replay it", async () => {
  const failure = await firstFailure();
  const report = await reportFailure(failure, plant);
  expect(report).toContain(`Seed ${failure.seed} violates what must hold (planted: ${plant!.name}):`);
  expect(report).toContain(`  ${failure.violations[0]!.rule}: `);
  expect(report).toMatch(/^ {2}retryTimeout: \d+$/m);
  expect(report).toMatch(/^ {4}= idle → settling #1 by reconnect/m);
  expect(report).toMatch(/^ {4}> \d+ dial ws:/m);
  expect(report).toMatch(/^ {4}< \d+ /m);
  expect(report).toContain(`gundam-simulate --replay ${failure.seed}`);
});

test("a failure is shrunk to steps that still violate the same rule", async () => {
  const failure = await firstFailure();
  const script = await shrink(failure, plant);
  expect(script.length).toBeLessThan(failure.made.length);
  const { outcome } = await traceSchedule(failure.seed, { plant, script });
  expect(outcome.violations.map(({ rule }) => rule)).toContain(failure.violations[0]!.rule);
});
