// The storm in a worker of a real browser: the same figures as anywhere, to the last attempt.

import type { StormReport } from "@gundam/testing/storm";
import { expect, test } from "vitest";
import { knownReport, knownStorm } from "./known-storm.ts";

test("a worker runs a storm, and posts its reports", async () => {
  const worker = new Worker(new URL("./storm-worker.ts", import.meta.url), { type: "module" });
  try {
    const last = await new Promise<StormReport>((resolve, reject) => {
      worker.addEventListener("error", (event) => reject(new Error(event.message)));
      worker.addEventListener("message", ({ data }) => data.isOver && resolve(data));
      worker.postMessage(knownStorm);
    });
    expect(last).toMatchObject(knownReport);
  } finally {
    worker.terminate();
  }
});
