// The options of a storm: plain data, but for a policy of your own.

import { policyNamed } from "./policies.ts";
import type { Policy } from "./policy.ts";

/** Who is in the storm, what becomes of the server, and how closely it is looked at. */
export interface StormOptions {
  /** The name of one of `policies`, or a policy of your own. */
  readonly policy: string | Policy;
  /** How many clients are connected when the server dies. */
  readonly clients: number;
  /**
   * How many handshakes the server completes in a second once it is back.
   * @default 5000
   */
  readonly capacity?: number;
  /**
   * How long the server is away, in ms.
   * @default 30000
   */
  readonly outage?: number;
  /**
   * What becomes of an attempt that arrives while the server is away: it is refused at once (`"refuses"`: a process that is
   * gone), or nobody ever answers it, not even when the server is back, and the client's handshake timeout ends it
   * (`"hangs"`: a load balancer without backends, a process that does not respond).
   * @default "refuses"
   */
  readonly whileAway?: "refuses" | "hangs";
  /**
   * How many handshakes the server has under way at most; what comes on top is refused at once.
   * @default 4096, the accept queue of a Linux socket (net.core.somaxconn)
   */
  readonly backlog?: number;
  /**
   * The close code that the server takes its leave with; without one it resets its connections.
   * @default none
   */
  readonly closeCode?: number | undefined;
  /**
   * The round trip between a client and the server, in ms: the median; each client's own is half to one and a half of it.
   * @default 40
   */
  readonly roundTrip?: number;
  /**
   * The resolution of the curves, and of the downtimes, in ms; a divisor of 1000.
   * @default 100
   */
  readonly step?: number;
  /**
   * How long the simulation goes on at most once the server is back, in ms.
   * @default 20 times what the server needs for all clients, and 2 minutes
   */
  readonly horizon?: number;
  /**
   * The same seed, the same storm.
   * @default 1
   */
  readonly seed?: number;
}

/** Options with every default filled in. */
export type Storm = Required<Omit<StormOptions, "policy" | "closeCode">> & {
  readonly policy: Policy;
  readonly closeCode: number | undefined;
};

/** Throws a `RangeError` that names the option, its value and what is allowed. */
export function resolveStorm(options: StormOptions): Storm {
  const { policy, clients, capacity = 5_000, outage = 30_000, backlog = 4_096, closeCode } = options;
  const { whileAway = "refuses", roundTrip = 40, step = 100, seed = 1 } = options;
  check("clients", clients, Number.isSafeInteger(clients) && clients > 0, "a whole number above 0");
  check("capacity", capacity, capacity > 0 && capacity < Infinity, "a finite number above 0");
  const { horizon = 20 * leastRecovery(clients, capacity) + 120_000 } = options;
  check("outage", outage, outage >= 0 && outage < Infinity, "0 ms or more, and finite");
  check("whileAway", quoted(whileAway), ["refuses", "hangs"].includes(whileAway), '"refuses" or "hangs"');
  check("backlog", backlog, backlog >= 1, "1 or more");
  check("roundTrip", roundTrip, roundTrip >= 4 && roundTrip <= 60_000, "from 4 to 60000 ms");
  check("step", step, step >= 1 && 1000 % step === 0, "a divisor of 1000 ms");
  check("horizon", horizon, horizon >= 0 && horizon < Infinity, "0 ms or more, and finite");
  check("seed", seed, Number.isSafeInteger(seed), "a whole number");
  return {
    policy: typeof policy === "string" ? policyNamed(policy) : policy,
    clients,
    capacity,
    outage,
    whileAway,
    backlog,
    closeCode,
    roundTrip,
    step,
    horizon,
    seed,
  };
}

/** The time in ms that no policy can beat: every handshake one after another from the moment the server is back. */
export function leastRecovery(clients: number, capacity: number): number {
  return (clients / capacity) * 1_000;
}

function quoted(value: unknown): unknown {
  return typeof value === "string" ? `"${value}"` : value;
}

function check(option: string, value: unknown, isAllowed: boolean, allowed: string): void {
  if (!isAllowed) throw new RangeError(`${option} is ${value}: it must be ${allowed}`);
}
