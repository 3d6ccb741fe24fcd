// The paths that the benchmark of the hot path measures: every message passes, or the program fails. No test asserts a time.

import { expect, test } from "vitest";
import { costOf } from "../hot-path.mjs";
import { paths } from "../message-paths.mjs";
import { withVirtualClient } from "../virtual-client.mjs";

test.each(Object.keys(paths))(
  "%s",
  async (name) => {
    const cost = await withVirtualClient((module: string) => costOf(module, name, 20));
    expect(cost).toBeGreaterThanOrEqual(0);
  },
  60_000,
);
