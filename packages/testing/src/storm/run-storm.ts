// Runs a storm in slices, so that whoever else lives in the thread has its turn.

import { resolveStorm, type StormOptions } from "./options.ts";
import type { StormReport } from "./report.ts";
import { Simulation } from "./simulation.ts";

/** How a storm is ended early. */
export interface StormControl {
  /** Aborting ends the storm: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How long the thread is kept before others have their turn, in ms. */
const SLICE = 50;
/** So many events take well under a slice. */
const EVENTS = 4096;

/**
 * Lets a fleet of clients lose their server and come back, up to a million of them, and reports how far it has got; the
 * last report, whose `isOver` is true, is the result. Reports are plain data, as the options are: from a worker they can
 * be posted as they are. Leaving the loop ends the storm. Throws a `RangeError` for options that cannot be.
 *
 * @example for await (const report of runStorm({ policy: "resilient", clients: 1_000_000 })) postMessage(report);
 */
export async function* runStorm(
  options: StormOptions,
  { signal }: StormControl = {},
): AsyncGenerator<StormReport, void, undefined> {
  const simulation = new Simulation(resolveStorm(options));
  while (true) {
    signal?.throwIfAborted();
    const until = performance.now() + SLICE;
    while (!simulation.isOver && performance.now() < until) simulation.advance(EVENTS);
    yield simulation.report();
    if (simulation.isOver) return;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/**
 * The same, for who wants nothing but the result.
 *
 * @example
 * const { recovery, overBound } = await stormReport({ policy: "resilient", clients: 1000 });
 * console.log(`all back after ${recovery} ms, ${overBound} times what cannot be beaten`);
 */
export async function stormReport(options: StormOptions, control?: StormControl): Promise<StormReport> {
  let last: StormReport;
  for await (const report of runStorm(options, control)) last = report;
  return last!;
}
