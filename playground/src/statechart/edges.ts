// The edges between states, as the library's own transition table has them.

import { cells } from "virtual:library-facts";
import type { StateName } from "@gundam/core/lifecycle";

export interface Edge {
  readonly from: StateName;
  readonly to: StateName;
  /** The events that lead there, e.g. `decided (stop)`. */
  readonly events: readonly string[];
}

export const stateNames: readonly StateName[] = [...new Set(cells.map(({ state }) => state))];

/** One edge for each two states that an event can join. */
export const edges: readonly Edge[] = collectEdges();

export function keyOf({ from, to }: { readonly from: StateName; readonly to: StateName }): string {
  return `${from}>${to}`;
}

function collectEdges(): readonly Edge[] {
  const found = new Map<string, { from: StateName; to: StateName; events: string[] }>();
  for (const { state, event, next } of cells) {
    for (const { name, condition } of next) {
      if (name === state) continue;
      const edge = found.get(`${state}>${name}`) ?? { from: state, to: name, events: [] };
      edge.events.push(condition === "" ? event : `${event} (${condition})`);
      found.set(`${state}>${name}`, edge);
    }
  }
  return [...found.values()];
}
