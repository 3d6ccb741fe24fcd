// What is read off the curves: at a point of time, or as far as they have come.

import type { Curve, Curves } from "./curves.ts";

/** What the legend says of a policy. */
export interface Reading {
  /** In percent; undefined before the policy's storm has come that far. */
  readonly connected: number | undefined;
  /** In a second; undefined where there are none. */
  readonly attempts: number | undefined;
}

/** The point that is nearest to a time. */
export function indexAt(seconds: Curve, at: number): number {
  const last = seconds.length - 1;
  return Math.min(last, Math.max(0, Math.round((at / seconds[last]!) * last)));
}

/** `index`: of the point; undefined for the newest that there is. */
export function read({ connected, attempts }: Curves, policy: number, index: number | undefined): Reading {
  const [shares, rates] = [connected[policy], attempts[policy]];
  if (shares === undefined || rates === undefined) return { connected: undefined, attempts: undefined };
  const point = index ?? newest(shares);
  return { connected: figureAt(shares, point), attempts: figureAt(rates, point) };
}

function figureAt(curve: Curve, point: number): number | undefined {
  const figure = curve[point]!;
  return Number.isNaN(figure) ? undefined : figure;
}

function newest(curve: Curve): number {
  let index = curve.length - 1;
  while (index > 0 && Number.isNaN(curve[index])) index--;
  return index;
}

/** `62 %`; what is not all is not 100 %. */
export function formatShare(share: number | undefined): string {
  return share === undefined ? "–" : `${share === 100 ? 100 : Math.min(99.9, Number(share.toFixed(1)))} %`;
}

export function formatRate(rate: number | undefined): string {
  return rate === undefined ? "–" : Math.round(rate).toLocaleString("en");
}

/** `41.2 s`. */
export function formatMoment(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
