// Dead by evidence: every watch, whatever is sent and whatever is swallowed.

import { vi } from "vitest";
import { MB, testSwallowing, testUploads, watches } from "./evidence.ts";

vi.setConfig({ testTimeout: 60_000 });

const all = watches.map((_, watch) => watch);

testUploads(all.flatMap((watch) => [2 * MB, 9 * MB].map((size) => ({ watch, size }))));

testSwallowing(
  all.flatMap((watch) =>
    (["client", "server", "both"] as const).flatMap((side) =>
      [0, 200, 500_000].map((size) => ({ watch, side, size })),
    ),
  ),
);
