import { expect, test } from "vitest";
import { tryConservation } from "./conservation.ts";

test.each([2, 3, 4])("what is told of messages is true over 5 000 drops, from seed %i", async (seed) => {
  const { drops, told, violations } = await tryConservation({ seed, clients: 16, drops: 5_000 });
  console.log(`${drops} drops; told: ${JSON.stringify(told)}`);
  expect(violations).toEqual([]);
  expect(drops).toBeGreaterThanOrEqual(5_000);
});

test("what is told of messages is true, over TCP with permessage-deflate that breaks all the time", async () => {
  const trial = { seed: 1, clients: 4, drops: 100, compress: true };
  const { drops, told, violations } = await tryConservation(trial);
  console.log(`${drops} drops; told: ${JSON.stringify(told)}`);
  expect(violations).toEqual([]);
  expect(drops).toBeGreaterThanOrEqual(trial.drops);
  for (const count of Object.values(told)) expect(count).toBeGreaterThan(0);
});
