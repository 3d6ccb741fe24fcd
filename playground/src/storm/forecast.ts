// What a storm will take, foretold by the same storm with few clients: a server that is smaller in proportion leaves each
// of them as many attempts to make.

import { runStorm, type StormReport } from "@gundam/testing/storm";
import type { PlainStorm } from "./weather.ts";

/** So many tell within some percent what any number of them will do. */
const FEW = 2_000;
/** What does not end within so many ms is foretold by how far it has got. */
const PATIENCE = 200;

export interface Forecast {
  /** All that the clients will make. */
  readonly attempts: number;
  /** How long this machine will need, in ms. */
  readonly cost: number;
}

export async function forecastOf(storm: PlainStorm): Promise<Forecast> {
  // At first the engine is slower than it will be.
  const cold = await rehearse(storm);
  const warm = await rehearse(storm);
  return { attempts: warm.attempts, cost: Math.min(cold.cost, warm.cost) };
}

async function rehearse(storm: PlainStorm): Promise<Forecast> {
  const share = Math.min(1, FEW / storm.clients);
  const small: PlainStorm = {
    ...storm,
    clients: Math.round(storm.clients * share),
    capacity: storm.capacity * share,
    backlog: Math.max(1, storm.backlog * share),
  };
  const began = performance.now();
  let last: StormReport | undefined;
  for await (const report of runStorm(small)) {
    last = report;
    if (performance.now() - began > PATIENCE) break;
  }
  // Of something that will take for ever some has been done, too.
  const whole = share * Math.max(partDone(last!, storm.outage), 1e-6);
  return { attempts: last!.attempts.total / whole, cost: (performance.now() - began) / whole };
}

/** How much is over, from 0 to 1: of the outage by time, of the recovery by the clients that are settled. */
function partDone({ isOver, now, connected, lost, clients, bound }: StormReport, outage: number): number {
  if (isOver) return 1;
  const settled = (connected + lost) / clients;
  return (Math.min(now, outage) + settled * bound) / (outage + bound);
}
