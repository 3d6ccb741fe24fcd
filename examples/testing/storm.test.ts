import { stormReport } from "@gundam/testing/storm";
import { expect, test } from "vitest";

test("a fleet of ten thousand is back soon after its server", async () => {
  const { recovery } = await stormReport({ policy: "resilient", clients: 10_000, outage: 60_000 });
  expect(recovery).toBeLessThan(10_000);
});
