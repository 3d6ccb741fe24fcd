import { expect, test } from "vitest";
import { type Trial, tryConservation } from "./conservation.ts";

test.each<[string, Omit<Trial, "seed">]>([
  ["TCP", { clients: 8, drops: 200 }],
  ["TLS", { clients: 4, drops: 100, isSecure: true }],
])(
  "what is told of messages is true, over %s that breaks all the time",
  { timeout: 280_000 },
  async (_, trial) => {
    const { drops, told, violations } = await tryConservation({ seed: 1, ...trial });
    console.log(`${drops} drops; told: ${JSON.stringify(told)}`);
    expect(violations).toEqual([]);
    expect(drops).toBeGreaterThanOrEqual(trial.drops);
    for (const count of Object.values(told)) expect(count).toBeGreaterThan(0);
  },
);
