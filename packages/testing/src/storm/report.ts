// What is told of a storm: plain data, the same while it goes on and when it is over.

/** How far a storm has come: plain data, the same while it goes on and when it is over. */
export interface StormReport {
  /** The name of the policy. */
  readonly policy: string;
  /** Everybody is back, has given up for good, or did not make it before the horizon. */
  readonly isOver: boolean;
  /** Simulated ms since the server died. */
  readonly now: number;
  /** How many clients there are. */
  readonly clients: number;
  /** Of the clients so many are back, */
  readonly connected: number;
  /** have given up for good, */
  readonly lost: number;
  /** are still at it. */
  readonly trying: number;
  /** What became of all attempts so far. */
  readonly attempts: Attempts;
  /** The most attempts that reached the server's address within one second, while it was away too. */
  readonly peak: number;
  /** The time in ms that no policy can beat: clients / capacity. */
  readonly bound: number;
  /** ms from the server's return until the last client was back; Infinity while, or if for ever, one is not. */
  readonly recovery: number;
  /** `recovery` over `bound`. */
  readonly overBound: number;
  /**
   * ms from the server's death until a client was back, within a step: the `median` and the `p99` of all clients;
   * Infinity for who is not back.
   */
  readonly downtime: { readonly median: number; readonly p99: number };
  /** The storm over time. */
  readonly curve: Curve;
}

/** All attempts so far, and the failed ones by what became of them. */
export interface Attempts {
  /** All of them. */
  readonly total: number;
  /** Refused, or left hanging, because the server was away. */
  readonly away: number;
  /** Refused because its queue was full. */
  readonly full: number;
  /** Served in vain: the client had run out of patience by then. */
  readonly late: number;
}

/** One figure for each step. */
export interface Curve {
  /** In ms. */
  readonly step: number;
  /** How many are back, `i` steps after the server's death. */
  readonly connected: Uint32Array;
  /** How many attempts reached the server's address in step `i`. */
  readonly attempts: Uint32Array;
}

/** When `share` of the clients were back, read off the curve, in ms. */
export function timeOf(share: number, clients: number, { step, connected }: Curve): number {
  const wanted = Math.ceil(share * clients);
  const after = connected.findIndex((count) => count >= wanted);
  if (after < 0) return Infinity;
  if (after === 0) return 0;
  const [before, then] = [connected[after - 1]!, connected[after]!];
  return (after - 1 + (wanted - before) / (then - before)) * step;
}

/** The most in any second that begins with a step. */
export function peakOf({ step, attempts }: Curve): number {
  const steps = 1_000 / step;
  let inSecond = 0;
  let peak = 0;
  attempts.forEach((count, index) => {
    inSecond += count - (attempts[index - steps] ?? 0);
    peak = Math.max(peak, inSecond);
  });
  return peak;
}
