// Our Protocol and ws over random streams of frames: no event, close code or bit of them differs. There is more of it in
// differential/command.mjs.

import { expect, test } from "vitest";
import { check } from "./differential/check.mjs";

const frames = 50_000;

test("what ws reads and sends we read and send alike, in streams good, bad and random", async () => {
  let [received, sent] = [0, 0];
  for (let seed = 1; received < frames || sent < frames; seed++) {
    const one = await check(seed);
    if (one.difference !== undefined) expect.fail(`seed ${seed}: ${one.difference}`);
    received += one.received;
    sent += one.sent;
  }
}, 60_000);
