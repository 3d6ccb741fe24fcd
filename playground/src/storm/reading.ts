// What is read off the curves: at a point of time, or as far as they have come.

import type { Curve, Curves } from "./curves.ts";

/** What the legend says of a policy. */
export interface Reading {
  /** In percent; null before the policy's storm has come that far. */
  readonly connected: number | null;
  /** In a second; null as long as there are none. */
  readonly attempts: number | null;
}

/** The point that is nearest to a time. */
export function indexAt(seconds: readonly number[], at: number): number {
  const last = seconds.length - 1;
  return Math.min(last, Math.max(0, Math.round((at / seconds[last]!) * last)));
}

/** `index`: of the point; undefined for the newest that there is. */
export function read({ connected, attempts }: Curves, policy: number, index: number | undefined): Reading {
  const [shares = [], rates = []] = [connected[policy], attempts[policy]];
  const point = index ?? newest(shares);
  return { connected: shares[point] ?? null, attempts: rates[point] ?? null };
}

function newest(curve: Curve): number {
  let index = curve.length - 1;
  while (index > 0 && curve[index] === null) index--;
  return index;
}

/** `62 %`; what is not all is not 100 %. */
export function formatShare(share: number | null): string {
  return share === null ? "–" : `${share === 100 ? 100 : Math.min(99.9, Number(share.toFixed(1)))} %`;
}

export function formatRate(rate: number | null): string {
  return rate === null ? "–" : Math.round(rate).toLocaleString("en");
}

/** `41.2 s`. */
export function formatMoment(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
