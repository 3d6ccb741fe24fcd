// Whether the simulation finds a client that breaks a promise.

import { type Plant, runCampaign } from "@gundam/testing/simulation";
import { expect, test } from "vitest";

/** So many schedules are enough for any of them. */
const ENOUGH = 6_000;
const PATIENCE = 60_000;

async function find(plant: Plant): Promise<void> {
  const { failures, schedules } = await runCampaign({ seed: 1, schedules: ENOUGH, plant });
  expect(failures, `${plant.name} was not found in ${schedules} schedules`).toHaveLength(1);
  const { seed, violations } = failures[0]!;
  console.log(`${plant.name}: seed ${seed}: ${violations[0]!.rule}: ${violations[0]!.detail.split("\n")[0]}`);
}

export function testFinding(plants: readonly Plant[]): void {
  test.each(plants.map((plant) => [plant.name, plant] as const))("%s", (_, plant) => find(plant), PATIENCE);
}
