// The curves of several storms on one axis, with as many points as a chart can show.

import type { StormReport } from "@gundam/testing/storm";

/** Points of a chart. */
const POINTS = 600;

/** One figure for each point; NaN where there is none. A worker hands it over without a copy. */
export type Curve = Float64Array<ArrayBuffer>;

export interface Curves {
  /** Since the server died. */
  readonly seconds: Curve;
  /** In percent the share of clients that could be connected at best. */
  readonly best: Curve;
  /** In percent the share that are, for each storm. */
  readonly connected: readonly Curve[];
  /** The most attempts in a second about then, for each storm. */
  readonly attempts: readonly Curve[];
}

/** `outage`, ms: the curves begin there at the latest. */
export function curvesOf(reports: readonly StormReport[], outage: number): Curves {
  const end = Math.max(
    outage,
    ...reports.map(({ curve, clients, connected }) => endOf(curve, clients, connected)),
  );
  const seconds = new Float64Array(POINTS).map((_, index) => (index * end) / (POINTS - 1) / 1000);
  return {
    seconds,
    best: seconds.map((at) => bestShareAt(reports[0], at * 1000 - outage)),
    connected: reports.map((report) => seconds.map((at) => shareAt(report, at * 1000))),
    attempts: reports.map((report) => seconds.map((at) => rateAt(report, at * 1000, end / POINTS))),
  };
}

/** What of them can be handed over. */
export function buffersOf({ seconds, best, connected, attempts }: Curves): ArrayBuffer[] {
  return [seconds, best, ...connected, ...attempts].map(({ buffer }) => buffer);
}

/** When nothing happens any more: all are back, or the simulation is over. */
function endOf({ step, connected }: StormReport["curve"], clients: number, back: number): number {
  if (back < clients) return connected.length * step;
  return (connected.indexOf(clients) + 1) * step;
}

/** `since`: ms since the server is back. */
function bestShareAt(report: StormReport | undefined, since: number): number {
  return report === undefined ? 0 : Math.min(1, Math.max(0, since / report.bound)) * 100;
}

function shareAt({ curve, clients, isOver }: StormReport, at: number): number {
  const index = Math.floor(at / curve.step);
  const last = curve.connected.length - 1;
  if (index > last && !isOver) return Number.NaN;
  const connected = curve.connected[Math.min(index, last)];
  return connected === undefined ? Number.NaN : (connected / clients) * 100;
}

/** In a second: the most of all steps that the point stands for. */
function rateAt({ curve }: StormReport, at: number, width: number): number {
  const from = Math.floor(at / curve.step);
  const to = Math.max(from + 1, Math.floor((at + width) / curve.step));
  let most = 0;
  for (let index = from; index < to; index++) most = Math.max(most, curve.attempts[index] ?? 0);
  return most === 0 ? Number.NaN : (most * 1000) / curve.step;
}
