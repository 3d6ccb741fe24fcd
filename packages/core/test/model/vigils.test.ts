// Keepalive and heartbeat, held to DESIGN §3 and §5.7.

import { expect, test } from "vitest";
import * as keepalive from "../../src/keepalive.ts";
import { faultOf } from "./vigils.ts";

test("a vigil asks a silent peer in time, waits for its answer, and judges nobody whom we did not hear out", () => {
  expect(faultOf(keepalive)).toBe(undefined);
}, 300_000);
