// A million clients, as nobody can try for real: the goal that the library's policy was chosen for.

import { stormReport } from "@gundam/testing/storm";
import { expect, test } from "vitest";

test("a million clients with resilient() are all back within 1.1 times what the server needs", async () => {
  const clients = 1_000_000;
  const report = await stormReport({ policy: "resilient", clients, capacity: 5_000, outage: 30_000 });
  expect(report).toMatchObject({ connected: clients, lost: 0, trying: 0, bound: 200_000 });
  expect(report.overBound).toBeLessThanOrEqual(1.1);
}, 900_000);
