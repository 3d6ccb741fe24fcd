// The storm in a worker: one policy after the other, and a report of each as far as it has got.

import { runStorm, type StormOptions, type StormReport } from "@gundam/testing/storm";

/** What the worker is asked, once. */
export interface StormRequest {
  readonly storms: readonly StormOptions[];
}

export type StormNews =
  /** `index`: of the storm that was asked for. */
  | { readonly type: "report"; readonly index: number; readonly report: StormReport }
  | { readonly type: "failed"; readonly problem: string };

addEventListener("message", async ({ data }: MessageEvent<StormRequest>) => {
  const tell = (news: StormNews) => postMessage(news);
  try {
    for (const [index, storm] of data.storms.entries()) {
      for await (const report of runStorm(storm)) tell({ type: "report", index, report });
    }
  } catch (error) {
    tell({ type: "failed", problem: (error as Error).message });
  }
});
