// How far a run of several storms has got, and how long it will go on.

import type { StormReport } from "@gundam/testing/storm";
import type { Forecast } from "./forecast.ts";

/** Before that an estimate would be a guess. */
const GROUND = { ms: 1_000, share: 0.04 };

/** A report without the curves, which are told apart. */
export type StormSummary = Omit<StormReport, "curve">;

/** From 0 to 1: each storm counts as much as it is expected to cost, by its attempts. */
export function shareDone(reports: readonly StormSummary[], forecasts: readonly Forecast[]): number {
  const done = reports.map(({ isOver, attempts }, index) => {
    const { attempts: expected, cost } = forecasts[index]!;
    // It may take more attempts than expected, but is not done before it is over.
    return isOver ? cost : cost * Math.min(0.99, attempts.total / expected);
  });
  return sum(done) / sum(forecasts.map(({ cost }) => cost));
}

/** In ms, from what the first part has taken; undefined as long as that is too little to go by. */
export function timeLeft(elapsed: number, share: number): number | undefined {
  if (elapsed < GROUND.ms || share < GROUND.share) return undefined;
  return (elapsed * (1 - share)) / share;
}

/** `about 12 s`, no more exact than an estimate can be. */
export function formatEstimate(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 20) return `about ${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 60) return `about ${5 * Math.round(seconds / 5)} s`;
  if (seconds < 150) return `about ${10 * Math.round(seconds / 10)} s`;
  if (seconds < 5_400) return `about ${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `about ${Math.round(seconds / 3_600)} h`;
  return "days";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
