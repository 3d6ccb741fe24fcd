// Storms in a worker: foretold, or one policy after the other with all that is to be shown of them, a few times a second.

import { runStorm, type StormReport } from "@gundam/testing/storm";
import { buffersOf, type Curves, curvesOf } from "./curves.ts";
import { type Forecast, forecastOf } from "./forecast.ts";
import type { StormSummary } from "./progress.ts";
import type { PlainStorm } from "./weather.ts";

export interface StormRequest {
  readonly type: "foretell" | "run";
  /** Tells its answers from those to others. */
  readonly number: number;
  readonly storms: readonly PlainStorm[];
}

export type StormNews =
  /** In the order asked; `number`: of the request. */
  | { readonly type: "foretold"; readonly number: number; readonly forecasts: readonly Forecast[] }
  /** Of each storm that was begun, in the order asked. */
  | { readonly type: "progress"; readonly reports: readonly StormSummary[]; readonly curves: Curves }
  | { readonly type: "failed"; readonly problem: string };

/** Between two reports, in ms. */
const INTERVAL = 200;

let newest: StormRequest | undefined;

addEventListener("message", async ({ data }: MessageEvent<StormRequest>) => {
  newest = data;
  try {
    await (data.type === "run" ? run(data.storms) : foretell(data));
  } catch (error) {
    tell({ type: "failed", problem: (error as Error).message });
  }
});

async function foretell(request: StormRequest): Promise<void> {
  const forecasts: Forecast[] = [];
  for (const storm of request.storms) {
    forecasts.push(await forecastOf(storm));
    if (newest !== request) return;
  }
  tell({ type: "foretold", number: request.number, forecasts });
}

async function run(storms: readonly PlainStorm[]): Promise<void> {
  const reports: StormReport[] = [];
  let toldAt = -Infinity;
  for (const [index, storm] of storms.entries()) {
    for await (const report of runStorm(storm)) {
      reports[index] = report;
      if (performance.now() - toldAt < INTERVAL && !report.isOver) continue;
      toldAt = performance.now();
      // Half a million counts of all curves would keep the page's thread, and no chart could show them.
      const summaries = reports.map(({ curve, ...summary }) => summary);
      const curves = curvesOf(reports, storm.outage);
      tell({ type: "progress", reports: summaries, curves }, buffersOf(curves));
    }
  }
}

function tell(news: StormNews, transfer: Transferable[] = []): void {
  postMessage(news, { transfer });
}
